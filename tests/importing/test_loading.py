"""From a trial into the register, and back."""

from __future__ import annotations

from kernel.audit.models import History
from kernel.registers.importing import runs
from kernel.registers.importing.models import ImportLine, ImportRun
from tenant_apps.territory.bus_stops.models import BusStop
from tests.importing.conftest import csv_of

GOOD = csv_of(
    "ЗП-001;Автостанція;біля ринку;навіс;так;31.12.2026;49.5883, 34.5514",
    "ЗП-002;Лікарня;;немає;ні;01/02/26;",
    "ЗП-003;Ринок;;pavilion;+;2026-03-01;POINT(34.55 49.58)",
)


def test_good_rows_become_cards_with_their_history(tried, clerk):
    run = tried(GOOD)
    assert (run.rows, run.to_create, run.wrong) == (3, 3, 0), ImportLine.objects.values("number", "errors")
    run = runs.start_loading(run, by=clerk)
    assert run.state == ImportRun.State.LOADED and run.loaded == 3
    stop = BusStop.objects.get(code="ЗП-001")
    assert (stop.name, stop.shelter, stop.accessible, str(stop.opened_on)) == (
        "Автостанція",
        "canopy",
        True,
        "2026-12-31",
    )
    assert stop.location.coords == (34.5514, 49.5883) and stop.version == 1 and stop.created_by == clerk
    entries = History.objects.filter(table_name="bus_stops_busstop", action="insert")
    assert entries.count() == 3
    entry = entries.get(row_id=str(stop.pk))
    assert entry.after["name"] == "Автостанція" and entry.actor_id == str(clerk.pk) and "зупинки.csv" in entry.reason
    assert entry.before is None and "sought" not in entry.after and entry.after["id"] == stop.pk


def test_existing_cards_are_changed_by_their_key(tried, clerk, stops):
    runs.start_loading(tried(GOOD), by=clerk)
    was = BusStop.objects.get(code="ЗП-001")
    run = tried(csv_of("ЗП-001;Автовокзал;;;;;", "ЗП-002;Лікарня;;;;;", "ЗП-009;Нова;;;;;"), "інший.csv")
    assert (run.to_create, run.to_update, run.same) == (1, 1, 1)
    runs.start_loading(run, by=clerk)
    stop = BusStop.objects.get(code="ЗП-001")
    assert (stop.pk, stop.name, stop.landmark, stop.version) == (was.pk, "Автовокзал", "біля ринку", 2)
    entry = History.objects.filter(table_name="bus_stops_busstop", row_id=str(stop.pk), action="update").get()
    assert (entry.before, entry.after) == ({"name": "Автостанція"}, {"name": "Автовокзал"})


def test_a_whole_import_is_taken_back(tried, clerk, stops):
    runs.start_loading(tried(GOOD), by=clerk)
    run = tried(csv_of("ЗП-001;Автовокзал;нове;павільйон;ні;;", "ЗП-010;Нова;;;;;"), "інший.csv")
    run = runs.start_loading(run, by=clerk)
    run = runs.start_undoing(run, by=clerk)
    assert (run.state, run.kept) == (ImportRun.State.ROLLED_BACK, 0)
    stop = BusStop.objects.get(code="ЗП-001")
    assert (stop.name, stop.landmark, stop.shelter, stop.accessible) == ("Автостанція", "біля ринку", "canopy", True)
    assert not BusStop.objects.filter(code="ЗП-010").exists()
    deleted = History.objects.get(table_name="bus_stops_busstop", action="delete")
    assert deleted.before["code"] == "ЗП-010" and deleted.after is None and "скасування" in deleted.reason


def test_what_people_touched_since_is_left_and_told(tried, clerk, stops):
    from kernel.registers.saving import save_card

    run = runs.start_loading(tried(GOOD), by=clerk)
    stop = BusStop.objects.get(code="ЗП-002")
    stop.landmark = "навпроти"
    save_card(stops, stop, by=clerk)
    run = runs.start_undoing(run, by=clerk)
    assert list(BusStop.objects.values_list("code", flat=True)) == ["ЗП-002"]
    assert run.kept == 1
    kept = ImportLine.objects.get(run_id=run.pk, number=3)
    assert "змінили після завантаження" in kept.errors[0]["message"]


def test_the_same_file_again_is_nothing_to_do(tried, begin, clerk):
    import pytest

    run = tried(GOOD)
    with pytest.raises(runs.NothingToDo, match="уже завантажують"):
        begin(GOOD)
    runs.start_loading(run, by=clerk)
    with pytest.raises(runs.NothingToDo, match="уже завантажено"):
        begin(GOOD, "копія.csv")
    runs.start_undoing(run, by=clerk)
    again = tried(GOOD)
    assert again.to_create == 3


def test_stale_card_is_not_overwritten(tried, clerk, stops):
    from kernel.registers.saving import save_card

    runs.start_loading(tried(GOOD), by=clerk)
    run = tried(csv_of("ЗП-001;Чужа назва;;;;;"), "інший.csv")
    stop = BusStop.objects.get(code="ЗП-001")
    stop.name = "Моя назва"
    save_card(stops, stop, by=clerk)
    run = runs.start_loading(run, by=clerk)
    assert run.loaded == 0 and run.wrong == 1
    assert BusStop.objects.get(code="ЗП-001").name == "Моя назва"
    assert "після пробного запуску" in ImportLine.objects.get(run_id=run.pk).errors[0]["message"]


def test_a_key_taken_since_the_trial_spoils_only_its_line(tried, clerk, stops):
    from kernel.registers.saving import save_card

    run = tried(GOOD, mode="create")
    save_card(stops, BusStop(code="ЗП-002", name="Хтось устиг"), by=clerk)
    run = runs.start_loading(run, by=clerk)
    assert (run.loaded, run.wrong) == (2, 1)
    assert BusStop.objects.get(code="ЗП-002").name == "Хтось устиг"


def test_a_load_stopped_between_portions_goes_on_where_it_stopped(tried, clerk, monkeypatch, stops):
    import pytest

    from kernel.registers.importing import loading

    monkeypatch.setattr(loading, "AT_ONCE", 4)
    run = tried(csv_of(*(f"Ч-{n};Зупинка {n};;;;;" for n in range(10))))
    run.state = ImportRun.State.LOADING
    run.save()

    class Killed(Exception):
        pass

    def die(done: int, total: int) -> None:
        if done >= 4:
            raise Killed

    with pytest.raises(Killed):
        runs.work_load(run, die)
    assert BusStop.objects.count() == 4
    run = ImportRun.objects.get(pk=run.pk)
    runs.work_load(run)
    assert BusStop.objects.count() == 10 and run.loaded == 10 and run.state == ImportRun.State.LOADED
    assert History.objects.filter(table_name="bus_stops_busstop", action="insert").count() == 10


def test_ten_thousand_rows_are_quick(tried, clerk, monkeypatch):
    import time

    monkeypatch.setattr(runs, "AT_ONCE", 20_000)
    rows = [f"Т-{n};Зупинка {n};біля {n};навіс;так;31.12.2026;49.{n:05d}, 34.5" for n in range(10_000)]
    began = time.perf_counter()
    run = runs.start_loading(tried(csv_of(*rows)), by=clerk)
    assert run.loaded == 10_000 and time.perf_counter() - began < 15
