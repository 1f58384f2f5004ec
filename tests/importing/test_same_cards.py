"""The same rows typed one by one and loaded from a file come out as the same cards."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from kernel.access.levels import Level
from kernel.audit.models import History
from kernel.registers.importing import runs
from kernel.registers.importing.models import ImportLine
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.testing.access import make_person, make_role
from tests.importing.conftest import csv_of, upload

OWN = {"id", "created_at", "updated_at"}


@pytest.fixture
def officer(in_alpha):
    make_role("importer", addresses=Level.MANAGE, organisations=Level.MANAGE)
    return make_person("importer")


def load(label: str, officer: Any, columns: list[str], rows: list[tuple[str, ...]], name: str = "т.csv") -> Any:
    register = register_named(label)
    content = csv_of(*(";".join(row) for row in rows), head=";".join(columns))
    run = runs.begin(register, upload(content, name), by=officer)
    assert runs.match(run, columns, "both", by=officer) == []
    run = runs.try_out(run, by=officer)
    wrong = ImportLine.objects.filter(run_id=run.pk, verdict="error").values_list("number", "errors")
    assert list(wrong) == []
    return runs.start_loading(run, by=officer) if run.to_load else run


def typed(label: str, officer: Any, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    register = register_named(label)
    for row in rows:
        card = register.model()
        for name, value in zip(columns, row, strict=True):
            field = register.model._meta.get_field(name)
            setattr(card, name, value if value != "" or not field.null else None)
        save_card(register, card, by=officer)


def cards(label: str) -> list[dict[str, Any]]:
    model = register_named(label).model
    names = [field.attname for field in model._meta.concrete_fields if field.name not in OWN]
    return list(model.objects.order_by("pk").values(*names))


def told(label: str) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """History of the table without what differs by nature: numbers and moments."""
    entries = History.objects.filter(table_name=register_named(label).table).order_by("id")
    return [
        (
            entry.action,
            *({k: v for k, v in (half or {}).items() if k not in OWN} for half in (entry.before, entry.after)),
        )
        for entry in entries
    ]


def emptied(label: str) -> None:
    register_named(label).model.objects.all().delete()


@pytest.fixture
def town(officer):
    settlements, streets = register_named("addresses.settlements"), register_named("addresses.streets")
    place = save_card(
        settlements, settlements.model(katottg="UA99020010010000011", kind="M", name="Дубогір"), by=officer
    )
    street = save_card(streets, streets.model(settlement=place, kind="street", name="Соборна"), by=officer)
    return place, street


def test_addresses(officer, media, town):
    place, street = town
    label, columns = (
        "addresses.addresses",
        ["settlement", "street", "number", "corpus", "postcode", "purpose", "location"],
    )
    rows = [
        ("31-а", "", "39600", "house", ""),
        ("2 / 1", "3", "39600", "flats", "POINT (34.5 49.5)"),
        ("10", "", "", "plot", ""),
    ]
    typed(label, officer, columns, [(place, street, *row) for row in rows])
    by_hand, history = cards(label), told(label)
    emptied(label)
    seen = len(told(label))
    load(label, officer, columns, [("м. Дубогір", "вул.Соборна", *row) for row in rows])
    loaded = cards(label)
    assert loaded == by_hand
    assert all(card["shown"] and card["place"] and card["also"] for card in loaded)
    assert told(label)[seen:] == history

    # A changed number changes the words with it, and nothing is written a second time.
    model = register_named(label).model
    load(
        label,
        officer,
        ["settlement", "street", "number", "corpus", "purpose"],
        [("Дубогір", "Соборна", "31А", "", "public")],
        "ще.csv",
    )
    assert model.objects.get(number="31А").shown == by_hand[0]["shown"]
    assert set(model.objects.values_list("version", flat=True)) == {1, 2}


def test_words_of_an_import_are_written_with_the_row(officer, media, town):
    load(
        "addresses.addresses",
        officer,
        ["settlement", "street", "number"],
        [("Дубогір", "Соборна", str(n)) for n in range(1, 9)],
    )
    model = register_named("addresses.addresses").model
    assert model.objects.exclude(shown="").count() == 8
    with connection.cursor() as cursor:
        # A row written twice in one transaction carries the mark of the second command.
        cursor.execute(
            "SELECT count(DISTINCT cmin::text), count(*) FILTER (WHERE xmax::text <> '0') FROM addresses_building"
        )
        assert cursor.fetchone() == (1, 0)


def test_what_stands_on_an_address(officer, media, town):
    place, street = town
    typed("addresses.addresses", officer, ["settlement", "street", "number"], [(place, street, "1")])
    building = register_named("addresses.addresses").model.objects.get()
    whole = "м. Дубогір, вул. Соборна, 1"
    for label, columns, rows in (
        ("addresses.entrances", ["building", "number", "flat_first", "flat_last"], [("1", "1", "20"), ("2", "21", "40"), ("3", "", "")]),
        ("addresses.premises", ["building", "kind", "number", "area"], [("flat", "5а", "52.30"), ("office", "Н-1", "")]),
    ):  # fmt: skip
        typed(label, officer, columns, [(building, *row) for row in rows])
        by_hand = cards(label)
        emptied(label)
        load(label, officer, columns, [(whole, *row) for row in rows], f"{label}.csv")
        assert cards(label) == by_hand


def test_streets_with_their_words(officer, media, town):
    place, _street = town
    label, columns = "addresses.streets", ["settlement", "kind", "name"]
    rows = [("avenue", "  Шевченка   Тараса "), ("lane", "Тихий")]
    typed(label, officer, columns, [(place, *row) for row in rows])
    by_hand = cards(label)[1:]
    register_named(label).model.objects.filter(pk__gt=_street.pk).delete()
    load(label, officer, columns, [("Дубогір", *row) for row in rows])
    assert cards(label)[1:] == by_hand and by_hand[0]["also"]


PARTY = [
    "kind",
    "edrpou",
    "full_name",
    "last_name",
    "first_name",
    "rnokpp",
    "document_kind",
    "document_number",
    "no_number",
]
PARTIES = [
    ("legal", "00032129", "АТ «Банк»", "", "", "", "", "", "ні"),
    # One cell holds three names, and the model takes them apart.
    ("entrepreneur", "", "ФОП Мельник Ірина Олегівна", "", "", "2222222225", "passport", "ае 654321", "ні"),
    # A document is put into its form by the model.
    ("person", "", "", "Коваль", "Олег", "", "passport", "мт 123456", "так"),
]  # fmt: skip


def test_parties_are_put_in_order_by_their_model(officer, media):
    typed("organisations.parties", officer, PARTY, [(*row[:-1], row[-1] == "так") for row in PARTIES])
    by_hand, history = cards("organisations.parties"), told("organisations.parties")
    emptied("organisations.parties")
    seen = len(told("organisations.parties"))
    load("organisations.parties", officer, PARTY, PARTIES)
    loaded = cards("organisations.parties")
    assert loaded == by_hand
    assert [(card["last_name"], card["full_name"]) for card in loaded][1] == ("Мельник", "")
    assert told("organisations.parties")[seen:] == history


def test_a_party_loaded_again_is_the_same_however_it_is_spelled(officer, media):
    load("organisations.parties", officer, PARTY, PARTIES[:2])
    columns = ["rnokpp", "kind", "document_kind", "document_number"]
    run = load(
        "organisations.parties", officer, columns, [("2222222225", "entrepreneur", "passport", "АЕ654321")], "ще.csv"
    )
    assert (run.same, run.to_update, run.loaded) == (1, 0, 0)
    run = load(
        "organisations.parties", officer, columns, [("2222222225", "entrepreneur", "passport", "ае 654321")], "теж.csv"
    )
    assert (run.same, run.to_update, run.loaded) == (1, 0, 0)
    run = load(
        "organisations.parties",
        officer,
        ["rnokpp", "last_name", "kind"],
        [("2222222225", "Мельничук", "entrepreneur")],
        "третій.csv",
    )
    party = register_named("organisations.parties").model.objects.get(rnokpp="2222222225")
    assert (party.last_name, party.first_name, party.version) == ("Мельничук", "Ірина", 2)
    runs.start_undoing(run, by=officer)
    party.refresh_from_db()
    assert party.last_name == "Мельник"


def test_a_street_of_another_settlement_is_told_at_the_trial(officer, media, town):
    _place, street = town
    model = register_named("addresses.settlements").model
    model.objects.create(katottg="UA99020010030000013", kind="C", name="Медвинка")
    register = register_named("addresses.addresses")
    content = csv_of(f"Медвинка;Соборна [#{street.pk}];1", head="settlement;street;number")
    run = runs.begin(register, upload(content), by=officer)
    assert runs.match(run, ["settlement", "street", "number"], "both", by=officer) == []
    run = runs.try_out(run, by=officer)
    assert (run.to_create, run.wrong) == (0, 1)
    line = ImportLine.objects.get(run_id=run.pk)
    assert line.errors[0]["field"] in ("settlement", "street") and line.errors[0]["message"]
