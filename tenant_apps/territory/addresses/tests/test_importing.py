"""Addresses by the thousand, through the import of the kernel: any spelling, set-based, words written."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel.registers.importing import runs
from kernel.registers.importing.models import ImportLine
from kernel.registers.registry import register_of
from tenant_apps.territory.addresses.models import Building, Premises, Settlement, Street


@pytest.fixture
def load(clerk):
    def load(model, text: str):
        run = runs.begin(register_of(model), ContentFile(text.encode(), "адреси.csv"), by=clerk)
        assert not runs.match(run, run.columns, run.mode, by=clerk)
        runs.try_out(run, by=clerk)
        run.refresh_from_db()
        if run.to_load:
            runs.start_loading(run, by=clerk)
            run.refresh_from_db()
        return run

    return load


HEAD = "Населений пункт;Вулиця;Номер;Корпус;Індекс\n"


def faults(run) -> list[str]:
    lines = ImportLine.objects.filter(run_id=run.pk, verdict="error").order_by("number")
    return [error["message"] for line in lines for error in line.errors]


def test_streets_and_houses_are_loaded_however_they_are_written(town, street_named, load):
    street_named("Соборна")
    street_named("Шевченка", "avenue")
    load(Street, "Населений пункт;Вид;Назва\nм. Дубогір;вулиця;Миру\nДубогір;провулок;Тихий\n")
    assert Street.objects.filter(also__contains="провулок").get().shown == "пров. Тихий"
    rows = (
        "м. Дубогір;вул.Соборна;31-а;;39600",
        "місто Дубогір;Соборна;2 / 1;3;39600",
        "Дубогір;пр-т Шевченка;7;;",
        "UA99020010010000011;Тихий пров.;1;;",
        "м.Дубогір;;5;;",
    )
    run = load(Building, HEAD + "\n".join(rows))
    assert faults(run) == []
    assert list(Building.objects.order_by("place").values_list("shown", flat=True)) == [
        "м. Дубогір, 5",
        "м. Дубогір, вул. Соборна, 2/1, корп. 3",
        "м. Дубогір, вул. Соборна, 31А",
        "м. Дубогір, пров. Тихий, 1",
        "м. Дубогір, просп. Шевченка, 7",
    ]


def test_same_house_twice_and_wrong_ones_are_told_by_row(town, street_named, load, house):
    street = street_named("Соборна")
    house(street, "1")
    rows = ("Дубогір;Соборна;2;;", "Дубогір;вул. Соборна;2;;", "Дубогір;Соборна;сорок;;", "Дубогір;Неіснуюча;1;;",
            "Полтава;Соборна;3;;", "Дубогір;Соборна;4;;12")  # fmt: skip
    run = load(Building, HEAD + "\n".join(rows))
    told = " ".join(faults(run))
    assert "не схоже на номер будинку" in told and "Немає в реєстрі" in told and "Індекс — це" in told
    assert set(Building.objects.values_list("number", flat=True)) <= {"1", "2"}


def test_flats_are_loaded_onto_a_whole_address_in_one_cell(town, street_named, house, load):
    street = street_named("Соборна")
    building = house(street, "31А")
    run = load(Premises, "Будинок;Номер;Площа\nм. Дубогір, вул.Соборна 31-а;5;52,3\nСоборна 31А;6;40\n")
    assert faults(run) == []
    assert [flat.shown for flat in Premises.objects.filter(building=building).order_by("place")] == [
        "м. Дубогір, вул. Соборна, 31А, кв. 5",
        "м. Дубогір, вул. Соборна, 31А, кв. 6",
    ]


def test_street_of_the_same_name_is_taken_in_the_settlement_of_the_row(town, street_named, load):
    village = Settlement.objects.create(katottg="UA99020010030000013", kind="C", name="Медвинка")
    street_named("Садова")
    street_named("Садова", settlement=village)
    load(Building, HEAD + "с. Медвинка;Садова;1;;\nм. Дубогір;вул. Садова;1;;\n")
    assert sorted(Building.objects.values_list("shown", flat=True)) == [
        "м. Дубогір, вул. Садова, 1",
        "с. Медвинка, вул. Садова, 1",
    ]


def test_a_thousand_houses_cost_as_many_statements_as_ten(town, street_named, load):
    counts = []
    for name, houses in (("Нульова", 10), ("Перша", 10), ("Друга", 1000)):
        street_named(name)
        rows = "\n".join(f"Дубогір;{name};{number};;" for number in range(1, houses + 1))
        with CaptureQueriesContext(connection) as queries:
            load(Building, HEAD + rows)
        counts.append(len(queries))
    assert Building.objects.exclude(shown="").count() == 1020
    assert counts[2] < counts[1] + 40, counts
