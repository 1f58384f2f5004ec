"""The rules of the passport, of acts and of repairs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kernel.access.levels import Level
from kernel.registers.registry import register_named, register_of
from kernel.registers.saving import save_card
from kernel.testing.access import make_person, make_role
from tenant_apps.property.houses import calc, demo, operations
from tenant_apps.property.houses.models import Finding, House, HouseInspection, HouseMeter, HouseRepair, HouseSystem
from tenant_apps.property.houses.public import house_at

AUTUMN = date(2025, 9, 15)


@pytest.fixture
def engineer(in_alpha):
    return make_person(make_role("engineer", houses=Level.EDIT, addresses=Level.MANAGE).code)


@pytest.fixture
def building(in_alpha):
    buildings = register_named("addresses.addresses").model
    places = register_named("addresses.settlements").model
    place = places.objects.create(katottg="UA99020010010000011", kind="M", name="Дубогір")
    return buildings.objects.create(settlement=place, number="5", purpose="flats", shown="м. Дубогір, 5")


@pytest.fixture
def save(engineer):
    return lambda card: save_card(register_of(type(card)), card, by=engineer)


@pytest.fixture
def house(save, building):
    return save(House(building=building, floors=5, built_in=1975, total_area=Decimal(1000)))


@pytest.fixture
def inspection(save, house):
    return save(HouseInspection(house=house, season="autumn", inspected_on=AUTUMN, commission="Савчук Б. М."))


@pytest.mark.parametrize(
    ("wear", "condition"),
    [
        (0, "good"),
        (20, "good"),
        (21, "fair"),
        (40, "fair"),
        (60, "poor"),
        (61, "shabby"),
        (81, "unfit"),
        (100, "unfit"),
    ],
)
def test_condition_follows_wear(wear, condition):
    assert calc.condition_by_wear(wear) == condition


def test_wear_over_hundred_is_no_wear():
    with pytest.raises(ValueError, match="101"):
        calc.condition_by_wear(101)


@pytest.mark.parametrize(("gcal", "area", "told"), [("120", "1000", "139.6"), ("0", "1000", "0.0"), ("5", "0", None)])
def test_heat_of_a_metre(gcal, area, told):
    assert calc.heat_per_metre(Decimal(gcal), Decimal(area)) == (Decimal(told) if told else None)


def test_demonstration_is_loaded_once(in_gamma):
    assert House.objects.count() == demo.HOUSES
    assert demo.load(House.objects.first().created_by) == 0


def test_house_is_called_by_its_address_and_follows_it(house, building):
    assert str(house) == "м. Дубогір, 5" and house_at(building.pk).id == house.pk
    type(building).objects.filter(pk=building.pk).update(shown="м. Дубогір, вул. Нова, 5")
    assert operations.refresh_addresses() == 1
    house.refresh_from_db()
    assert house.shown == "м. Дубогір, вул. Нова, 5"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"living_area": Decimal(900), "other_area": Decimal(101)}, "більші за загальну"),
        ({"capital_repair_in": 1970}, "раніше за рік побудови"),
        ({"wear": 101}, "від 0 до 100"),
        ({"total_area": Decimal(-1)}, "відʼємною"),
        ({"floors": 0}, "щонайменше один"),
        ({"built_in": 75}, "не раніше 1800"),
        ({"cadastral_number": "5310200000:01:002"}, "10:2:3:4"),
    ],
)
def test_passport_with_a_slip_says_what_to_do(house, save, fields, said):
    for name, value in fields.items():
        setattr(house, name, value)
    with pytest.raises(ValidationError, match=said):
        save(house)


def test_one_passport_at_an_address(house, building, save):
    with pytest.raises(ValidationError, match="вже є"):
        save(House(building=building, floors=2))


@pytest.mark.parametrize("given", [{"load": Decimal("0.2")}, {"load_unit": "kw"}, {"load": 0, "load_unit": "kw"}])
def test_load_needs_its_unit(house, save, given):
    with pytest.raises(ValidationError, match="разом з одиницею"):
        save(HouseSystem(house=house, kind="heat", **given))


def test_meter_is_verified_ahead(house, save):
    with pytest.raises(ValidationError, match="пізніше за останню"):
        save(HouseMeter(house=house, resource="heat", number="1", verified_on=AUTUMN, verified_until=AUTUMN))


def test_one_inspection_a_season_of_a_year(inspection, house, save):
    with pytest.raises(ValidationError, match="цього року вже є"):
        save(HouseInspection(house=house, season="autumn", inspected_on=AUTUMN + timedelta(5), commission="x"))
    save(HouseInspection(house=house, season="extra", inspected_on=AUTUMN, commission="x"))
    save(HouseInspection(house=house, season="autumn", inspected_on=date(2024, 9, 9), commission="x"))


def test_signed_act_stays_as_it_is(inspection, engineer, save):
    finding = save(Finding(inspection=inspection, element="roof", defect="Протікає", due_on=date(2025, 11, 1)))
    assert finding.house == inspection.house
    with pytest.raises(ValidationError, match="від дня огляду до сьогодні"):
        operations.sign_inspection(inspection, by=engineer, signed_on=AUTUMN - timedelta(1))
    signed = operations.sign_inspection(inspection, by=engineer, signed_on=AUTUMN)
    assert signed.number and signed.state == "signed"
    for card in (signed, finding):
        with pytest.raises(ValidationError, match="підписано"):
            save(card)
    mended = operations.mend_finding(finding, by=engineer, on=AUTUMN + timedelta(9), outcome="Залатано")
    assert mended.mended_on == AUTUMN + timedelta(9)
    with pytest.raises(ValidationError, match="уже усунуто"):
        operations.mend_finding(finding, by=engineer, on=AUTUMN, outcome="Ще раз")


def test_empty_act_is_not_signed(inspection, engineer):
    with pytest.raises(ValidationError, match="нічого немає"):
        operations.sign_inspection(inspection, by=engineer, signed_on=AUTUMN)


def test_inspection_of_tomorrow_is_refused(house, save):
    with pytest.raises(ValidationError, match="ще не настав"):
        save(
            HouseInspection(
                house=house, season="extra", inspected_on=timezone.localdate() + timedelta(1), commission="x"
            )
        )


def test_capital_repair_moves_the_year_in_the_passport(house, save, engineer):
    current = save(HouseRepair(house=house, kind="current", element="roof", works="Латання"))
    operations.finish_repair(current, by=engineer, on=date(2025, 5, 5), cost=Decimal(100))
    house.refresh_from_db()
    assert house.capital_repair_in is None
    capital = save(HouseRepair(house=house, kind="capital", element="roof", works="Нова покрівля"))
    done = operations.finish_repair(capital, by=engineer, on=date(2024, 5, 5))
    house.refresh_from_db()
    assert (done.state, house.capital_repair_in) == ("done", 2024)
    with pytest.raises(ValidationError, match="уже закрито"):
        operations.finish_repair(capital, by=engineer, on=date(2024, 5, 6))
