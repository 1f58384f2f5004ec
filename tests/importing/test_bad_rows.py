"""One file with every kind of bad row: each is told of by itself, none of them stops the good ones."""

from __future__ import annotations

import pytest

from kernel.registers.importing import runs
from kernel.registers.importing.models import ImportLine
from tenant_apps.territory.bus_stops.models import BusStop
from tests.importing.conftest import csv_of, faults, told

# (row, part of the message, advice)
ROWS = [
    (";Без коду;;;;;", "поле «Код» обовʼязкове", ""),
    ("Б-2;;;;;;", "поле «Назва» обовʼязкове", ""),
    ("Б-3;\u200f\ufeff\u00a0;;;;;", "поле «Назва» обовʼязкове", ""),
    (f"Б-4;{'н' * 121};;;;;", "знаків 121, а вміщується 120", ""),
    (f"Б-5;{'н' * 10_000};;;;;", "знаків 10000, а вміщується 120", ""),
    (f"{'К' * 21};Довгий код;;;;;", "знаків 21, а вміщується 20", ""),
    ("Б-7;Назва;;кущ;;;", "Можна: немає, навіс, павільйон", ""),
    ("Б-8;Назва;;павіл;;;", "Такого значення немає", "павільйон"),
    ("Б-9;Назва;;;може;;", "не «так» і не «ні»", ""),
    ("Б-10;Назва;;;2;;", "не «так» і не «ні»", ""),
    ("Б-11;Назва;;;;31.09.2026;", "У місяці 09.2026 днів 30", "30.09.2026"),
    ("Б-12;Назва;;;;30/02/26;", "У місяці 02.2026 днів 28", "28.02.2026"),
    ("Б-13;Назва;;;;29-02-2025;", "У місяці 02.2025 днів 28", "28.02.2025"),
    ("Б-14;Назва;;;;2026-13-01;", "Місяця 13 не буває", "13.01.2026"),
    ("Б-15;Назва;;;;12.25.2026;", "Місяця 25 не буває", "25.12.2026"),
    ("Б-16;Назва;;;;0.01.2026;", "днів 31", ""),
    ("Б-17;Назва;;;;незабаром;", "не дата", ""),
    ("Б-18;Назва;;;;01.01.1026;", "Рік 1026", ""),
    ("Б-19;Назва;;;;3О.09.2026;", "Літера «О» замість нуля", "30.09.2026"),
    ("Б-20;Назва;;;;99999;", "не дата", ""),
    ("Б-21;Назва;;;;2026;", "не дата", ""),
    ("Б-22;Назва;;;;31 бурня 2026;", "не дата", ""),
    ("Б-23;Назва;;;;;біля ринку", "Не координати", ""),
    ("Б-24;Назва;;;;;34.5514, 49.5883", "переставлено", "49.5883, 34.5514"),
    ("Б-25;Назва;;;;;149.58, 34.55", "Таких координат не буває", ""),
    ("Б-26;Назва;;;;;POLYGON((34 49, 35 49, 35 50, 34 49))", "потрібна точка", ""),
    ("Б-27;Назва;;;;;POINT(34.5", "Не координати", ""),
    ('Б-28;Назва;;;;;"{""type"":""Point"""', "Не координати", ""),
    ("Б-29;Назва;;;;;49.58", "Не координати", ""),
    ("Б-30;Назва;;;;;POINT EMPTY", "Не координати", ""),
    ("Б-31;#ФОРМУЛА;;;;;", "Формулу в клітинці ще не пораховано", ""),
    ("Б-32;#REF!;;;;;", "помилка формули #REF!", ""),
    ("Б-33;Назва;;;;#N/A;", "помилка формули #N/A", ""),
    ("Б-34;Назва;;#VALUE!;;;", "помилка формули #VALUE!", ""),
    ("Є-1;Інша назва;;;;;", "Така картка вже є, а вибрано лише додавати нові", "@update"),
    ("Д-1;Перша;;;;;", "", ""),
    ("Д-1;Друга;;;;;", "Такий самий ключ уже має рядок", ""),
    ("Б-38;Назва;;нaвic;;;\t", "", ""),
    ("Б-39;Площa Свободи;;;;;", "Схожі літери двох абеток", "Площа Свободи"),
    ("Б-40;Назва;;;;12.05.2026 нема;", "не дата", ""),
    ("Б-41;Назва;;;;;POINT(200 10)", "Таких координат не буває", ""),
    ("Б-42;Назва;;;;;LINESTRING(34 49, 35 50)", "потрібна точка", ""),
    (f"Б-43;Назва;{'о' * 201};;;;", "знаків 201, а вміщується 200", ""),
    ("Б-44;Назва;;навіс, павільйон;;;", "Такого значення немає", "навіс"),
]  # fmt: skip


@pytest.fixture
def run(tried, clerk, stops):
    from kernel.registers.saving import save_card

    save_card(stops, BusStop(code="Є-1", name="Є вже"), by=clerk)
    return tried(csv_of(*(row for row, _message, _advice in ROWS), "Г-1;Добра;;;;;"), mode="create")


def test_every_bad_row_says_what_is_wrong_and_what_to_do(run):
    wrong = []
    for number, (row, message, advice) in enumerate(ROWS, start=2):
        said = faults(run, number)
        if (
            message not in told(run, number)
            or (not message and said)
            or (advice and advice not in [f["advice"] for f in said])
        ):
            wrong.append((row, said))
    assert wrong == []
    kinds = {message for _row, message, _advice in ROWS if message}
    assert len([row for row in ROWS if row[1]]) >= 40 and len(kinds) >= 24


def test_good_rows_of_a_bad_file_are_loaded_alone(run, clerk):
    good = [number for number, (_row, message, _advice) in enumerate(ROWS, start=2) if not message]
    runs.start_loading(run, by=clerk)
    assert set(BusStop.objects.exclude(code="Є-1").values_list("code", flat=True)) == {"Д-1", "Б-38", "Б-39", "Г-1"}
    assert BusStop.objects.get(code="Б-38").shelter == "canopy", "look-alike letters of a choice are read as meant"
    assert ImportLine.objects.filter(run_id=run.pk, version_now__isnull=False).count() == len(good) + 2


def test_one_press_mends_every_line_with_the_same_value(tried, clerk):
    run = tried(csv_of(*(f"В-{n};Зупинка;;;;31.09.2026;" for n in range(5)), "В-9;Інша;;;;31.04.2026;"))
    assert run.wrong == 6
    assert runs.accept(run, "opened_on", "31.09.2026", "30.09.2026", by=clerk) == 5
    run.refresh_from_db()
    assert (run.wrong, run.to_create) == (1, 5)
    assert runs.accept_all(run, by=clerk) == 1
    run.refresh_from_db()
    assert (run.wrong, run.to_create) == (0, 6)


def test_existing_card_may_be_updated_by_one_press(run, clerk):
    assert runs.accept(run, "code", "Є-1", "@update", by=clerk)
    line = ImportLine.objects.get(run_id=run.pk, key="Є-1")
    assert line.verdict == "update" and line.target == BusStop.objects.get(code="Є-1").pk
