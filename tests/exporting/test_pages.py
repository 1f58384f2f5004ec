"""Pages, large exports in the background, papers and labels, other people's and other tenants' things."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from kernel.access.levels import Level
from kernel.files import quota
from kernel.files.made import MADE
from kernel.files.models import StoredFile
from kernel.files.sweeping import sweep
from kernel.jobs import queue
from kernel.jobs.models import Job
from kernel.jobs.registry import JobCancelled, JobRun
from kernel.operations import Denied
from kernel.registers.exporting import keeping, selection
from kernel.tenancy import tenant_context
from kernel.tenancy.files import storage
from kernel.testing.access import enter
from tenant_apps.territory.bus_stops.models import BusStop
from tests.exporting.pdf_text import pages_of

EXPORT = "/bus-stops/export/"


@pytest.fixture
def stop(in_alpha):
    return BusStop.objects.create(code="ЗП-001", name="Ринок")


@pytest.fixture
def low(monkeypatch):
    """What is large is reached by ten rows."""
    monkeypatch.setattr(selection, "AT_ONCE", 10)


@pytest.fixture(autouse=True)
def clean_folder(in_alpha):
    yield
    for name in _kept():
        storage.delete(f"{MADE}/{name}")


def _kept() -> list[str]:
    try:
        return storage.listdir(MADE)[1]
    except FileNotFoundError:
        return []


def test_page_asks_for_format_and_columns(browser, stop):
    page = browser.get(EXPORT, {"query": "shelter=none", "columns": "name,code"}).content.decode()
    for words in ("Excel (XLSX)", "CSV", "GeoJSON", "PDF", "Укриття: <b>немає</b>"):
        assert words in page
    assert page.index('value="name" checked') < page.index('value="code" checked') < page.index('value="lit">')


def test_nothing_to_take_says_what_to_do(browser, in_alpha):
    assert "Нема чого вивантажувати" in browser.get(EXPORT).content.decode()


def test_strangers_take_nothing(client_for, in_alpha, stop):
    from kernel.testing.access import make_person

    for address in (EXPORT, "/bus-stops/labels/", f"/bus-stops/{stop.pk}/print/", f"/bus-stops/{stop.pk}/label/"):
        assert client_for("alpha").get(address).status_code == 302
        assert enter(client_for("alpha"), make_person()).get(address).status_code == 403


# -- in the background ----------------------------------------------------------------------------------


def ask(browser, **given) -> Job:
    response = browser.post(EXPORT, {"format": "csv", **given})
    assert response.status_code == 302, response.content.decode()
    job = Job.objects.get(kind=keeping.JOB)
    assert str(job.pk) in response["Location"]
    return job


def test_long_list_becomes_a_job_with_a_link(browser, many, low, client_for, person):
    many(25)
    asked = browser.get(EXPORT, {"format": "csv"})
    assert asked.status_code == 200 and "у фоні" in asked.content.decode() and not Job.objects.exists()
    job = ask(browser, query="accessible=yes&sort=-code", column=["code"])
    queue.run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.error, job.done, job.total) == ("done", "", 12, 12)
    assert job.finished_url == f"{EXPORT}{job.pk}/"
    taken = browser.get(job.finished_url)
    lines = b"".join(taken.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == ["Код", *(f"ЗП-{n:05}" for n in range(23, 0, -2))]
    assert "attachment" in taken["Content-Disposition"]
    other = enter(client_for("alpha"), person(Level.MANAGE))
    assert other.get(job.finished_url).status_code == 404


def test_neighbours_and_unknown_exports_are_not_there(browser, many, low, beta, client_for):
    from kernel.testing.access import make_person, make_role

    many(12)
    job = ask(browser)
    queue.run_job(str(job.pk))
    assert browser.get(f"{EXPORT}{uuid4()}/").status_code == 404
    with tenant_context(beta):
        theirs = enter(client_for("beta"), make_person(make_role("b", bus_stops=Level.MANAGE).code))
    assert theirs.get(f"{EXPORT}{job.pk}/").status_code == 404


def test_cancelled_export_leaves_no_file(browser, many, low, monkeypatch):
    many(30)
    job = ask(browser)
    monkeypatch.setattr("kernel.registers.exporting.rows.PORTION", 5)

    def stop_in_the_middle(self, done, total=None, message=""):
        if done >= 5:
            raise JobCancelled

    monkeypatch.setattr(JobRun, "progress", stop_in_the_middle)
    queue.run_job(str(job.pk))
    job.refresh_from_db()
    assert job.status == "cancelled" and job.finished_url == "" and _kept() == []
    assert browser.get(f"{EXPORT}{job.pk}/").status_code == 404


def test_export_of_who_lost_the_right_is_refused(browser, viewer, many, low):
    from kernel.access.models import RoleAssignment

    many(12)
    job = ask(browser)
    RoleAssignment.objects.filter(user=viewer).delete()
    queue.run_job(str(job.pk))
    job.refresh_from_db()
    assert job.status == "failed" and "право" in job.error and _kept() == []


def test_repeated_run_leaves_one_file(browser, many, low, django_capture_on_commit_callbacks):
    many(12)
    job = ask(browser)
    queue.run_job(str(job.pk))
    Job.objects.filter(pk=job.pk).update(status="queued")
    with django_capture_on_commit_callbacks(execute=True):
        queue.run_job(str(job.pk))
    (name,) = _kept()
    file = StoredFile.objects.get()
    assert file.pk == job.pk and file.path.endswith(name) and file.name.endswith(".csv")


def test_a_tenant_without_room_is_told_and_keeps_nothing(browser, many, low, monkeypatch):
    many(12)
    monkeypatch.setattr(quota, "limit", lambda: 10)
    job = ask(browser)
    queue.run_job(str(job.pk))
    job.refresh_from_db()
    assert job.status == "failed" and "не вистачає місця" in job.error
    assert _kept() == [] and not StoredFile.objects.exists()


def test_files_are_forgotten_after_three_days(browser, many, low, monkeypatch):
    many(12)
    job = ask(browser)
    queue.run_job(str(job.pk))
    job.refresh_from_db()
    assert quota.used() > 0 and sweep() == 0 and len(_kept()) == 1
    StoredFile.objects.update(expires_at=timezone.now() - keeping.KEPT_FOR)
    expired = browser.get(job.finished_url, follow=True)
    assert "Файл уже прибрано" in expired.content.decode(), "before the sweep comes, too"
    assert sweep() == 1 and _kept() == [] and quota.used() == 0
    again = browser.get(job.finished_url, follow=True)
    assert "Файл уже прибрано" in again.content.decode()


def test_long_paper_is_made_in_the_background(browser, many, monkeypatch):
    from dataclasses import replace

    from kernel.registers.exporting.formats import FORMATS

    monkeypatch.setitem(FORMATS, "pdf", replace(FORMATS["pdf"], at_once=5))
    many(6)
    page = browser.get(EXPORT, {"format": "pdf"}).content.decode()
    assert "у фоні" in page and 'value="pdf" checked' in page and 'method="post"' in page
    job = ask(browser, format="pdf")
    queue.run_job(str(job.pk))
    taken = browser.get(f"{EXPORT}{job.pk}/")
    assert pages_of(b"".join(taken.streaming_content))
    assert browser.get(EXPORT, {"format": "csv"}).has_header("Content-Disposition")


def test_more_than_fits_is_refused_with_a_way_out(monkeypatch):
    from kernel.registers.exporting.formats import FORMATS, refuse_too_many

    with pytest.raises(Denied, match="візьміть CSV"):
        refuse_too_many(FORMATS["xlsx"], 1_048_576)
    refuse_too_many(FORMATS["csv"], 10**9)


# -- papers ---------------------------------------------------------------------------------------------


def test_card_on_paper_has_its_facts(browser, stop, viewer):
    response = browser.get(f"/bus-stops/{stop.pk}/print/")
    assert response["Content-Type"] == "application/pdf"
    said = "".join(pages_of(response.content)).replace(" ", "")
    for words in ("Ринок", "ЗП-001", "Облаштування", "Безбарʼєрна", "1із1", viewer.full_name.replace(" ", "")):
        assert words in said, words
    assert "Історія" not in said
    assert "Історія" in "".join(pages_of(browser.get(f"/bus-stops/{stop.pk}/print/?history=1").content))


def test_paper_tells_no_more_than_the_screen(browser, stop, stops, monkeypatch):
    stop.landmark, stop.settlement = "Коваленко Олена", "Таємне"
    stop.save()
    monkeypatch.setattr(stops, "masked", ("landmark",))
    monkeypatch.setattr(stops, "field_levels", {"settlement": Level.MANAGE})
    said = "".join(pages_of(browser.get(f"/bus-stops/{stop.pk}/print/?history=1").content))
    assert "Коваленко" not in said and "Таємне" not in said and "ена" in said


@pytest.mark.parametrize(("kind", "begins"), [("pdf", b"%PDF-"), ("png", b"\x89PNG"), ("svg", b"<svg")])
def test_label_comes_in_three_kinds(browser, stop, kind, begins):
    response = browser.get(f"/bus-stops/{stop.pk}/label/", {"format": kind})
    assert response.status_code == 200 and response.content.startswith(begins)


def test_labels_of_chosen_cards_stand_on_sheets(browser, many):
    many(30)
    keys = list(BusStop.objects.order_by("code").values_list("pk", flat=True))
    said = pages_of(browser.get("/bus-stops/labels/", {"id": keys[:26]}).content)
    assert len(said) == 2 and "ЗП-00025" in said[1] and "ЗП-00026" not in "".join(said)


def test_labels_of_nothing_are_refused(browser, in_alpha):
    assert browser.get("/bus-stops/labels/").status_code == 302


def test_code_leads_to_the_card(rf, stop, stops):
    import segno

    from kernel.registers.exporting.cards import address_of, code_of

    request = rf.get("/", headers={"host": "alpha.localhost:8000"})
    address = address_of(request, stops, stop)
    assert address == f"http://alpha.localhost:8000/bus-stops/{stop.pk}/"
    drawn = code_of(address)
    assert drawn.count("<path") == 1 and segno.make_qr(address, error="q").svg_inline(border=2, scale=4).count("M") > 0


@pytest.mark.parametrize("page", ["print", "label"])
def test_neighbours_card_has_no_paper(browser, beta, page):
    with tenant_context(beta):
        BusStop.objects.create(pk=77002, code="Б-1", name="ЧУЖА")
    assert browser.get(f"/bus-stops/77002/{page}/").status_code == 404
