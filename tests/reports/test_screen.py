"""Composing, saving, sharing, sending; what is refused and how it is said."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core import checks
from django.urls import reverse
from openpyxl import load_workbook

from kernel.access.levels import Level
from kernel.jobs.models import Job
from kernel.jobs.queue import enqueue, run_job
from kernel.notices.models import Notice
from kernel.registers.registry import register_named
from kernel.reports.checks import mistakes_of
from kernel.reports.declarations import Report
from kernel.reports.jobs import is_due
from kernel.reports.layout import Layout
from kernel.reports.models import ReportSubscription, SavedReport
from kernel.reports.spans import span_of
from kernel.reports.tables import Table
from tenant_apps.territory.bus_stops.models import BusStop

STOPS = "bus_stops.bus-stops"


@pytest.fixture
def url():
    return reverse("reports:show", args=[STOPS])


@pytest.fixture
def stops():
    return register_named(STOPS)


def test_a_report_is_composed_from_the_screen(at_work, url):
    client = at_work("bus_stops", Level.VIEW)
    page = client.get(url, {"compose": "1"}).content.decode()
    assert 'name="by"' in page
    assert "Зібрати звіт" in page
    asked = {"plain": "1", "by": ["shelter", "opened_on:year"], "across": "accessible", "measure": ["count", "share"]}
    page = client.get(url, {**asked, "lit": "yes"}).content.decode()
    assert "Освітлена: так" in page
    assert "Разом: частка" in page


def test_unknown_parts_are_left_out_and_said(at_work, url):
    page = at_work("bus_stops", Level.VIEW).get(
        url, {"by": ["nothing", "shelter"], "measure": ["sum:name", "avg:x", "count"], "column": "secret", "sort": "z"}
    )
    assert page.status_code == 200
    told = page.content.decode()
    assert "«nothing»" in told
    assert "так не рахують" in told
    assert "«secret»" in told


@pytest.mark.parametrize(
    "query", ["by=name%27%3B--", "opened_on__from=zz&by=shelter", "by=opened_on:week", "span=never"]
)
def test_nonsense_in_the_address_breaks_nothing(at_work, url, query):
    assert at_work("bus_stops", Level.VIEW).get(f"{url}?{query}").status_code == 200


def test_personal_data_and_hidden_fields_are_in_no_figure(worker):
    parties = register_named("organisations.parties")
    layout = Layout(
        parties, worker("organisations", Level.VIEW), "by=rnokpp&measure=min:birth_date&column=rnokpp&column=birth_date"
    )
    assert layout.by == []
    assert [one.name for one in layout.measures] == ["count"]
    assert [one.name for one in layout.columns] == ["rnokpp"]
    shown = {cell.text for line in Table(layout).lines for cell in line.cells}
    assert all(text == "—" or text.startswith("••••••") for text in shown)


def test_too_many_groups_are_refused_in_words(at_work, url, monkeypatch):
    monkeypatch.setattr("kernel.reports.tables.MOST_ON_SCREEN", 1)
    monkeypatch.setattr("kernel.reports.computing.MOST_ACROSS", 0)
    page = at_work("bus_stops", Level.VIEW).get(url, {"by": "settlement", "across": "shelter"})
    assert page.status_code == 200
    assert "Перенесіть" in page.content.decode()


def test_formulas_and_control_signs_reach_no_sheet(at_work, url, lived_in):
    BusStop.objects.create(code="=1+1", name='=HYPERLINK("http://x")\x07', settlement="@SUM(A1)")
    client = at_work("bus_stops", Level.VIEW)
    asked = {"plain": "1", "by": "settlement", "column": ["code", "name"]}
    sheet = load_workbook(io.BytesIO(b"".join(client.get(url, {**asked, "format": "xlsx"})))).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value and "=" in str(cell.value)[:1]]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)
    text = b"".join(client.get(url, {**asked, "format": "csv"})).decode("utf-8-sig")
    assert "'=1+1" in text


def test_saved_shared_and_sent(at_work, url, stops, worker):
    clerk = at_work("bus_stops", Level.VIEW)
    kept = {"title": "Безбарʼєрність", "query": "plain=1&by=accessible&measure=count&lit=yes", "shared": "on"}
    answer = clerk.post(reverse("reports:save", args=[STOPS]), kept)
    saved = SavedReport.objects.get()
    assert answer["Location"].endswith(f"?saved={saved.pk}")
    assert "Безбарʼєрність" in clerk.get(answer["Location"]).content.decode()
    other = at_work("bus_stops", Level.VIEW)
    assert "Безбарʼєрність" in other.get(reverse("reports:index")).content.decode()
    assert other.post(reverse("reports:delete", args=[saved.pk])).status_code == 404
    other.post(reverse("reports:send", args=[saved.pk]), {"rhythm": "daily"})
    assert ReportSubscription.objects.get().person == other.person
    for _again in range(2):
        queued, _new = enqueue("reports.send", period=str(_again))
        run_job(str(queued.pk))
        assert Job.objects.get(pk=queued.pk).status == "done", Job.objects.get(pk=queued.pk).error
    notice = Notice.objects.get(kind="reports.ready", person=other.person)
    assert notice.url.endswith(f"?saved={saved.pk}")
    assert "Кількість" in notice.body
    other.post(reverse("reports:send", args=[saved.pk]), {"rhythm": ""})
    assert not ReportSubscription.objects.exists()


def test_a_report_of_ones_own_is_nobody_elses(at_work, url):
    clerk, other = at_work("bus_stops", Level.VIEW), at_work("bus_stops", Level.VIEW)
    clerk.post(reverse("reports:save", args=[STOPS]), {"title": "Мій", "query": "plain=1&by=lit"})
    saved = SavedReport.objects.get()
    assert other.get(url, {"saved": saved.pk}).status_code == 404
    assert other.post(reverse("reports:send", args=[saved.pk]), {"rhythm": "daily"}).status_code == 404


def test_who_lost_the_right_is_sent_nothing(worker, stops):
    person = worker("addresses", Level.VIEW)
    saved = SavedReport.objects.create(register=STOPS, title="x", query="by=lit", owner=person)
    ReportSubscription.objects.create(report=saved, person=person, rhythm="daily")
    queued, _new = enqueue("reports.send", period="now")
    run_job(str(queued.pk))
    assert not Notice.objects.filter(kind="reports.ready").exists()


def test_a_long_list_is_written_by_a_job(at_work, url, monkeypatch):
    monkeypatch.setattr("kernel.reports.files.AT_ONCE", 1)
    client = at_work("bus_stops", Level.VIEW)
    answer = client.get(url, {"plain": "1", "column": "name", "format": "xlsx"})
    assert answer.status_code == 302
    queued = Job.objects.get(kind="reports.file")
    run_job(str(queued.pk))
    ready = client.get(reverse("reports:ready", args=[queued.pk]))
    assert load_workbook(io.BytesIO(b"".join(ready))).active["A2"].value
    assert at_work("bus_stops", Level.VIEW).get(reverse("reports:ready", args=[queued.pk])).status_code == 404


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("this_month", "2026-03-01", "2026-03-31"),
        ("last_month", "2026-02-01", "2026-02-28"),
        ("this_quarter", "2026-01-01", "2026-03-31"),
        ("last_quarter", "2025-10-01", "2025-12-31"),
        ("last_year", "2025-01-01", "2025-12-31"),
    ],
)
def test_spans(code, first, last):
    found = span_of(code, date(2026, 3, 15))
    assert tuple(day.isoformat() for day in found) == (first, last)


def test_a_month_clipped_by_the_span_keeps_its_end(stops, lived_in):
    layout = Layout(stops, lived_in, "by=opened_on:month&opened_on__from=2026-03-10&opened_on__to=2026-05-05")
    assert "opened_on__from=2026-03-10&opened_on__to=2026-03-31" in layout.drill((layout.by[0], date(2026, 3, 1)))


def test_rhythms():
    assert is_due("daily", date(2026, 3, 3))
    assert is_due("weekly", date(2026, 3, 2))
    assert not is_due("weekly", date(2026, 3, 3))
    assert is_due("monthly", date(2026, 3, 1))


def test_ukrainian_alphabet_orders_groups(lived_in, stops):
    for number, place in enumerate(("Їжакове", "Ґанок", "Іванівка", "Горіхове")):
        BusStop.objects.create(code=f"АБ-{number}", name="х", settlement=place)
    layout = Layout(stops, lived_in, "by=settlement")
    shown = [line.cells[0].text for line in Table(layout).lines]
    wanted = [name for name in ("Горіхове", "Ґанок", "Іванівка", "Їжакове")]
    assert [name for name in shown if name in wanted] == wanted


@pytest.mark.parametrize(
    "report",
    [
        Report("x", "x"),
        Report("x", "x", by=("nothing",)),
        Report("x", "x", by=("location",)),
        Report("x", "x", by=("opened_on:week",)),
        Report("x", "x", by=("shelter",), measures=("sum:name",)),
        Report("x", "x", by=("shelter",), columns=("nothing",)),
        Report("x", "x", by=("shelter",), asks=("nothing",)),
        Report("x", "x", by=("shelter",), period="shelter"),
        Report("x", "x", by=("shelter",), span="this_year"),
        Report("x", "x", by=("shelter",), sort="-sum:area"),
        Report("x", "x", by=("shelter",), query="nothing=1"),
    ],
)
def test_a_wrong_declaration_does_not_start(stops, report):
    assert list(mistakes_of(stops, report))


def test_the_check_names_the_report(monkeypatch, stops):
    monkeypatch.setattr(type(stops), "reports", (Report("odd", "x", by=("nothing",)),))
    said = [str(one) for one in checks.run_checks() if one.id == "reports.E003"]
    assert len(said) == 1
    assert "'odd'" in said[0]
