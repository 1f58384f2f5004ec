"""What the database keeps of an address, whoever writes it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tenant_apps.territory.addresses.calc import KINDS, number_key, street_title
from tenant_apps.territory.addresses.models import Building, Entrance, Premises, Settlement, Street, StreetName
from tenant_apps.territory.addresses.operations import save

NUMBERS = [
    ("2", ""),
    ("2", "1"),
    ("2А", ""),
    ("2Ґ", "Б"),
    ("2/1", ""),
    ("2/1А", "3В"),
    ("10", ""),
    ("9999Я", "12"),
    ("", ""),
]


def test_the_database_orders_houses_as_calc_does(street_named):
    street = street_named("Соборна")
    rows = [Building(settlement=street.settlement, street=street, number=n, corpus=c) for n, c in NUMBERS]
    Building.objects.bulk_create(rows)
    for row in Building.objects.filter(street=street):
        assert row.number_key == number_key(row.number, row.corpus), (row.number, row.corpus)
    ordered = Building.objects.filter(street=street).order_by("number_key").values_list("number", "corpus")
    assert list(ordered) == [("", ""), *NUMBERS[:-1]]


def test_the_database_writes_street_titles_as_calc_does(town):
    Street.objects.bulk_create([Street(settlement=town, kind=kind.code, name="Тиха") for kind in KINDS])
    for street in Street.objects.all():
        assert street.shown == street_title(street.kind, street.name)


def test_address_is_written_out(street_named, house, clerk):
    building = house(street_named("Шевченка", "avenue"), "2 / 1", "3")
    assert building.shown == "м. Дубогір, просп. Шевченка, 2/1, корп. 3"
    assert house(None, "5").shown == "м. Дубогір, 5"
    assert house(None, "").shown == "м. Дубогір, б/н"
    entrance = save(Entrance(building=building, number=2, flat_first=21, flat_last=40), by=clerk)
    assert entrance.shown == "м. Дубогір, просп. Шевченка, 2/1, корп. 3, підʼїзд 2"
    flat = save(Premises(building=building, entrance=entrance, number="21 а"), by=clerk)
    assert flat.shown == "м. Дубогір, просп. Шевченка, 2/1, корп. 3, кв. 21А"


@pytest.mark.parametrize("typed", ["31-а", "31А", "31 a", "31 - А"])
def test_one_house_has_one_number_however_typed(street_named, house, typed):
    street = street_named("Соборна")
    assert house(street, typed).number == "31А"
    with pytest.raises(ValidationError, match="вже є"):
        house(street, "31а")
    assert Building.objects.filter(number=typed).count() == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"number": "31АБ"}, "не схоже на номер будинку"),
        ({"number": "без номера"}, "не схоже на номер будинку"),
        ({"corpus": "третій"}, "не схоже на номер корпусу"),
        ({"postcode": "3600"}, "Індекс — це пʼять цифр"),
        ({"postcode": "00000"}, "Індекс — це пʼять цифр"),
    ],
)
def test_wrong_building_is_told_what_to_do(street_named, house, wrong, told):
    with pytest.raises(ValidationError, match=told):
        house(street_named("Соборна"), **{"number": "1", **wrong})


def test_street_of_another_settlement_is_refused(street_named, house):
    village = Settlement.objects.create(katottg="UA99020010030000013", kind="C", name="Медвинка")
    foreign = street_named("Садова", settlement=village)
    with pytest.raises(ValidationError, match="в іншому населеному пункті"):
        house(foreign, "1", settlement=Settlement.objects.get(name="Дубогір"))


def test_second_street_of_the_name_is_refused_but_another_kind_is_not(street_named):
    street_named("Тихий", "lane")
    street_named("Тихий", "descent")
    with pytest.raises(ValidationError, match="уже є"):
        street_named("ТИХИЙ", "lane")


@pytest.mark.parametrize(
    "row",
    [
        lambda street: Building(settlement=street.settlement, street=street, number="31-а!"),
        lambda street: Building(settlement=street.settlement, street=street, number="1", postcode="12"),
        lambda street: Building(settlement=street.settlement, street=street, number="1", merged_into_id=1),
        lambda street: Street(settlement=street.settlement, name=""),
        lambda street: Street(settlement=street.settlement, kind=street.kind, name=street.name),
        lambda street: Settlement(katottg="Дубогір", kind="M", name="Дубогір"),
        lambda street: StreetName(street=street, name="Комарова", valid_to=date(2023, 1, 1), act=""),
        lambda street: StreetName(
            street=street, name="Комарова", valid_from=date(2023, 1, 2), valid_to=date(2023, 1, 1), act="рішення"
        ),
    ],
)
def test_database_refuses_what_the_forms_refuse(street_named, row):
    street = street_named("Соборна")
    with pytest.raises(IntegrityError), transaction.atomic():
        row(street).save()


def test_old_names_do_not_overlap(street_named, clerk):
    street = street_named("Соборна")
    fields = {"street": street, "act": "рішення № 1"}
    StreetName.objects.create(name="Жовтнева", valid_from=date(1950, 1, 1), valid_to=date(2016, 2, 1), **fields)
    StreetName.objects.create(name="Базарна", valid_to=date(1950, 1, 1), **fields)
    with pytest.raises(ValidationError, match="вже мала іншу назву"):
        StreetName(name="Тиха", valid_from=date(2000, 1, 1), valid_to=date(2001, 1, 1), **fields).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        StreetName.objects.create(name="Тиха", valid_to=date(1900, 1, 1), **fields)


def test_flats_belong_to_one_entrance(street_named, house, clerk):
    building = house(street_named("Миру"), "5")
    save(Entrance(building=building, number=1, flat_first=1, flat_last=20), by=clerk)
    for wrong, told in (
        ({"number": 1}, "вже є"),
        ({"number": 0}, "від першого"),
        ({"number": 2, "flat_first": 20, "flat_last": 40}, "іншому підʼїзду"),
        ({"number": 2, "flat_first": 40, "flat_last": 21}, "перша не більша"),
        ({"number": 2, "flat_first": 40}, "першу й останню"),
    ):
        with pytest.raises(ValidationError, match=told):
            save(Entrance(building=building, **wrong), by=clerk)


def test_premises_are_unique_by_kind_and_their_entrance_is_of_the_same_building(street_named, house, clerk):
    street = street_named("Миру")
    building, other = house(street, "5"), house(street, "7")
    entrance = save(Entrance(building=other, number=1), by=clerk)
    save(Premises(building=building, number="5"), by=clerk)
    save(Premises(building=building, number="5", kind="office"), by=clerk)
    for wrong, told in (
        ({"number": "5"}, "вже є"),
        ({"number": "6", "area": 0}, "більша за нуль"),
        ({"number": "6", "entrance": entrance}, "в іншому будинку"),
        ({"number": "кв. тридцять три"}, "не схоже на номер приміщення"),
    ):
        with pytest.raises(ValidationError, match=told):
            save(Premises(building=building, **wrong), by=clerk)
