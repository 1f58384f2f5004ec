"""Periods that cover a day twice are told before anything is written: of which cell, and with whom."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.access.levels import Level
from kernel.registers.importing import runs
from kernel.registers.importing.models import ImportLine
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.testing.access import make_person, make_role
from tests.importing.conftest import csv_of, faults, told, upload

HEAD = "Вулиця;Вид;Назва;Діяла з;Діяла до;Підстава"
COLUMNS = ["street", "kind", "name", "valid_from", "valid_to", "act"]


@pytest.fixture
def officer(in_alpha):
    make_role("importer", addresses=Level.MANAGE)
    return make_person("importer")


@pytest.fixture
def street(officer):
    settlements, streets = register_named("addresses.settlements"), register_named("addresses.streets")
    place = save_card(
        settlements, settlements.model(katottg="UA99020010010000011", kind="M", name="Дубогір"), by=officer
    )
    return save_card(streets, streets.model(settlement=place, kind="street", name="Соборна"), by=officer)


@pytest.fixture
def tried_names(officer, street, media):
    def make(*rows: str, name: str = "назви.csv") -> Any:
        run = runs.begin(register_named("addresses.street-names"), upload(csv_of(*rows, head=HEAD), name), by=officer)
        assert runs.match(run, COLUMNS, "both", by=officer) == []
        return runs.try_out(run, by=officer)

    return make


def test_with_a_row_of_the_file_and_with_a_card(tried_names, officer, street):
    names = register_named("addresses.street-names")
    card = names.model(
        street=street, kind="street", name="Леніна", valid_from="1924-01-01", valid_to="1990-01-01", act="№ 1"
    )
    card = save_card(names, card, by=officer)
    run = tried_names(
        "Соборна;вулиця;Перша;01.01.1900;01.01.1910;№ 2",
        "Соборна;вулиця;Друга;01.01.1909;01.01.1920;№ 3",
        "Соборна;вулиця;Третя;01.01.1989;01.01.1995;№ 4",
        "Соборна;вулиця;Четверта;01.01.1910;01.01.1924;№ 5",
        "Соборна;вулиця;Задом наперед;01.01.2005;01.01.2001;№ 6",
    )
    assert "вже мала іншу назву" in told(run, 3) and "у рядку 2 цього файлу" in told(run, 3)
    assert f"№ {card.pk}" in told(run, 4) and str(card) in told(run, 4)
    assert [(fault["field"], fault["value"]) for fault in faults(run, 4)] == [("valid_from", "01.01.1989")]
    assert "у рядку 3" in told(run, 5), "the other row is the one that is refused too, and it is named"
    assert "пізніше" in told(run, 6) and len(faults(run, 6)) == 1
    assert (run.to_create, run.wrong) == (1, 4)
    run = runs.start_loading(run, by=officer)
    assert (run.loaded, names.model.objects.count()) == (1, 2)


def test_a_card_changed_by_the_file_does_not_meet_itself(tried_names, officer, street):
    names = register_named("addresses.street-names")
    card = names.model(
        street=street, kind="street", name="Леніна", valid_from="1924-01-01", valid_to="1990-01-01", act="№ 1"
    )
    save_card(names, card, by=officer)
    run = tried_names("Соборна;вулиця;Ульянова;01.01.1924;01.01.1990;№ 1")
    assert (run.to_update, run.wrong) == (1, 0), told(run, 2)


def test_a_card_out_of_sight_is_not_named(tried_names, officer, street, monkeypatch):
    names = register_named("addresses.street-names")
    card = names.model(
        street=street, kind="street", name="Таємна", valid_from="1924-01-01", valid_to="1990-01-01", act="№ 1"
    )
    save_card(names, card, by=officer)
    monkeypatch.setattr(type(names), "rows", lambda self, *_args, **_given: self.queryset().exclude(pk=card.pk))
    run = tried_names("Соборна;вулиця;Третя;01.01.1989;01.01.1995;№ 4")
    assert "не з тих, які ви бачите" in told(run, 2) and "Таємна" not in told(run, 2)


def test_flats_of_an_entrance(officer, street, media):
    houses, entrances = register_named("addresses.addresses"), register_named("addresses.entrances")
    save_card(houses, houses.model(settlement=street.settlement, street=street, number="1"), by=officer)
    content = csv_of("Соборна 1;1;1;20", "Соборна 1;2;20;40", "Соборна 1;3;41;60", head="Будинок;Підʼїзд;З;По")
    run = runs.begin(entrances, upload(content), by=officer)
    assert runs.match(run, ["building", "number", "flat_first", "flat_last"], "both", by=officer) == []
    run = runs.try_out(run, by=officer)
    assert ImportLine.objects.filter(run_id=run.pk, verdict="error").values_list("number", flat=True).get() == 3
    assert "належать іншому підʼїзду" in told(run, 3) and faults(run, 3)[0]["value"] == "20"
