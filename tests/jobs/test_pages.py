from __future__ import annotations

import uuid

import pytest

from kernel.access.levels import Level
from kernel.jobs.models import Job
from kernel.tenancy import tenant_context
from kernel.testing.access import enter, make_person, make_role


@pytest.fixture
def signed(alpha, client_for):
    def make(level: Level = Level.NONE):
        client = client_for("alpha")
        with tenant_context(alpha):
            if level:
                make_role(f"jobs{level}", jobs=level)
            client.person = make_person(*([f"jobs{level}"] if level else []))
            return enter(client, client.person)

    return make


@pytest.fixture
def make_job(alpha):
    def make(client, **fields) -> Job:
        with tenant_context(alpha):
            return Job.objects.create(
                kind="tests.work",
                subject=uuid.uuid4().hex,
                queued_by=client.person.full_name,
                queued_by_id=client.person.pk,
                **{"title": "Імпорт адрес", **fields},
            )

    return make


def test_a_person_sees_their_own_without_any_right(signed, make_job):
    olena, other = signed(), signed()
    mine, theirs = make_job(olena), make_job(other, title="Чужий імпорт")
    page = olena.get("/jobs/").content.decode()
    assert 'href="/jobs/"' in page, "everybody finds their own jobs from the menu of their name"
    assert "Імпорт адрес" in page and "Чужий імпорт" not in page
    assert olena.get(f"/jobs/{mine.pk}/").status_code == 200
    for path in ("", "state"):
        assert olena.get(f"/jobs/{theirs.pk}/{path}").status_code == 404
    for path in ("cancel/", "retry/"):
        assert olena.post(f"/jobs/{theirs.pk}/{path}").status_code == 404
    assert olena.get("/administration/jobs/").status_code == 403


def test_the_state_is_told_while_it_runs(signed, make_job):
    olena = signed()
    job = make_job(olena, status="running", done=120, total=480, message="Перевіряємо рядки")
    answer = olena.get(f"/jobs/{job.pk}/state")
    assert answer.json() == {
        "status": "running",
        "done": 120,
        "total": 480,
        "percent": 25,
        "message": "Перевіряємо рядки",
        "finished_url": "",
        "error": "",
    }
    assert answer["Cache-Control"] == "no-store"
    page = olena.get(f"/jobs/{job.pk}/").content.decode()
    assert 'value="120" max="480"' in page and f'data-url="/jobs/{job.pk}/state"' in page
    assert "Зупинити" in page and "Повторити" not in page


def test_cancelling_and_retrying_ones_own(signed, make_job, alpha):
    olena = signed()
    waiting, running, failed = (
        make_job(olena),
        make_job(olena, status="running"),
        make_job(olena, status="failed", error="Колонки немає"),
    )
    for job in (waiting, running):
        assert olena.post(f"/jobs/{job.pk}/cancel/").status_code == 302
    assert "Колонки немає" in olena.get(f"/jobs/{failed.pk}/").content.decode()
    assert olena.post(f"/jobs/{failed.pk}/retry/").status_code == 302
    with tenant_context(alpha):
        for job in (waiting, running, failed):
            job.refresh_from_db()
    assert (waiting.status, running.cancel_asked, failed.status) == ("cancelled", True, "queued")


def test_all_of_them_with_the_right(signed, make_job):
    olena, reader, editor = signed(), signed(Level.VIEW), signed(Level.EDIT)
    job = make_job(olena, status="running")
    make_job(olena, title="Давній експорт", status="done", finished_url="/files/1")
    page = reader.get("/administration/jobs/").content.decode()
    assert "Імпорт адрес" in page and "Давній експорт" in page and olena.person.full_name in page
    assert "Давній" not in reader.get("/administration/jobs/?status=running").content.decode()
    assert "Імпорт адрес" not in reader.get("/administration/jobs/?q=експорт").content.decode()
    assert reader.get("/administration/jobs/?status=казна-що&page=х").status_code == 200
    assert reader.get(f"/jobs/{job.pk}/").status_code == 200
    assert "Зупинити" not in reader.get(f"/jobs/{job.pk}/").content.decode()
    assert reader.post(f"/jobs/{job.pk}/cancel/").status_code == 404
    assert editor.post(f"/jobs/{job.pk}/cancel/").status_code == 302


def test_the_result_is_one_press_away(signed, make_job):
    olena = signed()
    job = make_job(olena, status="done", finished_url="/files/1", message="412 рядків")
    page = olena.get(f"/jobs/{job.pk}/").content.decode()
    assert 'href="/files/1"' in page and "412 рядків" in page


def test_strangers_sign_in_first(client_for, alpha):
    for path in ("/jobs/", "/administration/jobs/"):
        assert client_for("alpha").get(path).status_code == 302
