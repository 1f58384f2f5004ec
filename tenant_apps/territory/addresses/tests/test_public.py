"""What other modules ask: find, show, choose or make."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError

from kernel.operations import Denied
from kernel.testing.access import make_person
from tenant_apps.territory.addresses.models import Building, Premises, Settlement
from tenant_apps.territory.addresses.operations import cancel_address, rename_street, save
from tenant_apps.territory.addresses.public import (
    AddressRef,
    AddressUnclear,
    address_of,
    addresses_of,
    choose_or_create,
    find_addresses,
)


@pytest.fixture
def city(street_named, house, clerk):
    """Соборна 3, 31, 31А, 310; просп. Шевченка 2/1 корп. 3; Козацька (колишня Комарова) 5; с. Медвинка, 5."""
    sobor = street_named("Соборна")
    for number in ("310", "31А", "3", "31"):
        house(sobor, number)
    house(street_named("Тараса Шевченка", "avenue"), "2/1", "3", location=Point(34.4, 49.5), postcode="39600")
    house(street_named("Шевченка", "lane"), "2")
    street = street_named("Комарова", named_on=date(1962, 1, 1))
    house(street, "5")
    rename_street(street, name="Козацька", on=date(2023, 8, 1), act="рішення", by=clerk)
    village = Settlement.objects.create(katottg="UA99020010030000013", kind="C", name="Медвинка")
    house(None, "5", settlement=village)


def shown(text: str, **given) -> list[str]:
    return [ref.shown.removeprefix("м. Дубогір, ") for ref in find_addresses(text, **given)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("м. Дубогір, вул.Соборна 31-а кв 5", "вул. Соборна, 31А"),
        ("Соборна, буд. 31 А", "вул. Соборна, 31А"),
        ("Соборна 31", "вул. Соборна, 31"),
        ("соборная 31", "вул. Соборна, 31"),
        ("просп. Т. Шевченка 2/1 корп. 3", "просп. Тараса Шевченка, 2/1, корп. 3"),
        ("Шевченка Тараса 2/1", "просп. Тараса Шевченка, 2/1, корп. 3"),
        ("пров. Шевченка 2", "пров. Шевченка, 2"),
        ("на вулиці Козацькій, 5", "вул. Козацька, 5"),
        ("ул. Комарова д. 5", "вул. Козацька, 5"),
        ("Собoрна 3", "вул. Соборна, 3"),
        ("Медвинка 5", "с. Медвинка, 5"),
        ("с. Медвинка, буд. 5", "с. Медвинка, 5"),
        ("39600 шевченка", "просп. Тараса Шевченка, 2/1, корп. 3"),
    ],
)
def test_address_is_found_however_it_is_written(city, text, first):
    assert shown(text)[0] == first


def test_exact_number_comes_before_those_that_begin_with_it(city):
    assert shown("Соборна 3") == [f"вул. Соборна, {n}" for n in ("3", "31", "31А", "310")]
    assert len(shown("Соборна", limit=2)) == 2


@pytest.mark.parametrize("text", ["", "   ", ",,,", "Неіснуюча 5", "%_%", "'; DROP TABLE", "\x01\u202e"])
def test_nothing_is_found_for_nothing(city, text):
    assert find_addresses(text) == []


def test_it_is_told_by_which_old_name(city):
    assert [ref.former for ref in find_addresses("Комарова 5")] == ["вул. Комарова"]
    assert [ref.former for ref in find_addresses("Козацька 5")] == [""]


def test_flat_is_found_with_its_building(city, clerk):
    building = Building.objects.get(number="31А")
    flat = save(Premises(building=building, number="5"), by=clerk)
    ref = find_addresses("Соборна 31а кв. 5")[0]
    assert (ref.id, ref.premises_id, ref.shown) == (building.pk, flat.pk, "м. Дубогір, вул. Соборна, 31А, кв. 5")
    assert address_of(building.pk, flat.pk) == ref


def test_reference_is_frozen_and_tells_everything(city):
    ref = address_of(Building.objects.get(number="2/1").pk)
    assert isinstance(ref, AddressRef)
    assert (ref.katottg, ref.settlement, ref.street) == (
        "UA99020010010000011",
        "м. Дубогір",
        "просп. Тараса Шевченка",
    )
    assert (ref.number, ref.corpus, ref.postcode, ref.longitude, ref.latitude) == ("2/1", "3", "39600", 34.4, 49.5)
    with pytest.raises(AttributeError):
        ref.number = "5"


def test_cancelled_address_is_not_found_but_is_still_shown(city, clerk):
    building = Building.objects.get(number="310")
    cancel_address(building, by=clerk)
    assert "вул. Соборна, 310" not in shown("Соборна 310")
    assert address_of(building.pk).cancelled
    assert address_of(0) is None


def test_many_are_shown_in_one_query(city, django_assert_num_queries):
    keys = list(Building.objects.values_list("pk", flat=True))
    with django_assert_num_queries(1):
        assert len(addresses_of(keys)) == len(keys)


def test_choosing_finds_and_making_makes_once(city, clerk):
    known = choose_or_create("Комарова 5", by=clerk)
    assert known.id == Building.objects.get(street__name="Козацька").pk
    made = choose_or_create("вул. Соборна, 77б", by=clerk)
    assert made.shown == "м. Дубогір, вул. Соборна, 77Б"
    assert choose_or_create("Соборна 77-Б", by=clerk).id == made.id


@pytest.mark.parametrize(("text", "options"), [("Шевченка 77", 0), ("Соборна", 4), ("Неіснуюча 1", 0)])
def test_unclear_text_makes_nothing(city, clerk, text, options):
    before = Building.objects.count()
    with pytest.raises(AddressUnclear) as unclear:
        choose_or_create(text, by=clerk)
    assert len(unclear.value.options) == options
    assert Building.objects.count() == before


def test_making_needs_the_right(city, in_alpha):
    with pytest.raises((Denied, ValidationError)):
        choose_or_create("Соборна 99", by=make_person())
