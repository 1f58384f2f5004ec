"""A whole file through the pages, as people send it: into the register, into its list, and out again."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, time

import openpyxl
import pytest

from kernel.audit.models import History
from kernel.registers.importing.models import ImportRun
from kernel.registers.saving import save_card
from kernel.testing.access import enter
from tenant_apps.territory.bus_stops.models import BusStop
from tests.importing.conftest import upload, workbook

HEADS = ["Код", "Назва", "Орієнтир", "Укриття", "Безбарʼєрна", "Діє з", "Розташування"]


@pytest.fixture
def page(client_for, clerk, media):
    return enter(client_for("alpha"), clerk)


def send(page, stops, content: bytes, name: str) -> ImportRun:
    """The file, its columns as they were guessed, the trial."""
    answer = page.post(stops.url("import"), {"file": upload(content, name)})
    assert answer.status_code == 302, answer.content.decode()
    run = ImportRun.objects.latest("pk")
    shown = page.get(answer["Location"]).content.decode()
    assert all(head in shown for head in run.header)
    given = {f"c{place}": field for place, field in enumerate(run.columns)}
    assert page.post(stops.url("import-match", run.pk), {**given, "mode": "both"}).status_code == 302
    run.refresh_from_db()
    assert page.get(stops.url("import-run", run.pk)).status_code == 200
    return run


def load(page, stops, run: ImportRun) -> None:
    assert page.post(stops.url("import-load", run.pk)).status_code == 302
    run.refresh_from_db()
    assert run.state == ImportRun.State.LOADED
    assert page.get(stops.url("import-run", run.pk)).status_code == 200


def take_back(page, stops, run: ImportRun) -> None:
    assert page.post(stops.url("import-rollback", run.pk)).status_code == 302
    run.refresh_from_db()
    assert (run.state, run.kept) == (ImportRun.State.ROLLED_BACK, 0)


def listed(page, stops) -> str:
    return page.get(stops.url()).content.decode()


def test_a_workbook_and_back(page, stops):
    rows = [
        ["ЗП-1", "Автостанція", "біля ринку", "навіс", "так", date(2026, 3, 1), "49.5883, 34.5514"],
        ["ЗП-2", "Лікарня", None, "немає", "ні", datetime.combine(date(2025, 12, 31), time()), "POINT(34.55 49.58)"],
        ["ЗП-3", "Млин", None, "павільйон", None, "01.02.2024", None],
    ]
    run = send(page, stops, workbook([HEADS, *rows]), "зупинки.xlsx")
    assert (run.to_create, run.wrong) == (3, 0)
    assert not BusStop.objects.exists(), "a trial writes nothing"
    load(page, stops, run)
    shown = listed(page, stops)
    assert all(text in shown for text in ("Автостанція", "Лікарня", "Млин", "01.03.2026", "31.12.2025", "01.02.2024"))
    first, second, third = BusStop.objects.order_by("code")
    assert (first.location.coords, second.location.coords, third.location) == ((34.5514, 49.5883), (34.55, 49.58), None)
    assert (first.opened_on, first.accessible, third.shelter) == (date(2026, 3, 1), True, "pavilion")
    card = page.get(stops.url("card", first.pk)).content.decode()
    assert "49.588300, 34.551400" in card and "біля ринку" in card
    take_back(page, stops, run)
    assert not BusStop.objects.exists() and "Автостанція" not in listed(page, stops)


def test_geojson_and_back(page, stops):
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [33.6 + number / 100, 49.22]},
            "properties": {
                "Код": f"Г-{number}",
                "Назва": f"Площа {number}",
                "Укриття": "навіс",
                "Діє з": f"2026-0{number}-15",
            },
        }
        for number in (1, 2, 3)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    run = send(page, stops, content, "зупинки.geojson")
    assert (run.to_create, run.wrong) == (3, 0)
    load(page, stops, run)
    shown = listed(page, stops)
    assert all(text in shown for text in ("Площа 1", "Площа 3", "15.01.2026", "15.03.2026"))
    found = {stop.code: (stop.location.coords, stop.opened_on) for stop in BusStop.objects.all()}
    assert found == {f"Г-{n}": ((33.6 + n / 100, 49.22), date(2026, n, 15)) for n in (1, 2, 3)}
    assert {stop.location.srid for stop in BusStop.objects.all()} == {4326}
    take_back(page, stops, run)
    assert not BusStop.objects.exists()


def test_what_was_given_out_comes_back_and_only_the_changed_cell_changes(page, stops, clerk):
    columns = ("code", "name", "landmark", "settlement", "shelter", "accessible", "opened_on", "location")
    for number in range(1, 6):
        made = BusStop(
            code=f"ЗП-{number}", name=f"Зупинка {number}", landmark="біля мосту", shelter="canopy", accessible=number % 2 == 0,
            opened_on=date(2020, number, 1), location=f"SRID=4326;POINT({33 + number / 7} 49.1234567)",
        )  # fmt: skip
        save_card(stops, made, by=clerk)
    given = page.get(stops.url("export"), {"format": "xlsx", "column": columns})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(given.streaming_content) if given.streaming else given.content))
    sheet = book.worksheets[0]
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "Зупинка 3")
    cell.value = "Вокзальна площа"
    changed = io.BytesIO()
    book.save(changed)
    before = {stop.pk: stop for stop in BusStop.objects.all()}
    run = send(page, stops, changed.getvalue(), "виправлено.xlsx")
    assert (run.rows, run.to_create, run.to_update, run.same, run.wrong) == (5, 0, 1, 4, 0)
    load(page, stops, run)
    after = {stop.pk: stop for stop in BusStop.objects.all()}
    names = [field.attname for field in BusStop._meta.concrete_fields]
    differ = [
        (after[key].code, name)
        for key in before
        for name in names
        if getattr(before[key], name) != getattr(after[key], name)
    ]
    assert differ == [("ЗП-3", name) for name in names if name in ("version", "updated_at", "name", "sought")]
    told = History.objects.filter(table_name="bus_stops_busstop", action="update").get()
    assert (told.before, told.after) == ({"name": "Зупинка 3"}, {"name": "Вокзальна площа"})
