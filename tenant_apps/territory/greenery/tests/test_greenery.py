"""Replacement value by dated rates, and the way of a removal."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kernel.access.levels import Level
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from kernel.testing.access import make_person, make_role
from tenant_apps.territory.greenery import demo, operations
from tenant_apps.territory.greenery.calc import NoRate, Rate, replacement_value
from tenant_apps.territory.greenery.models import Plant, Removal, RemovalItem, ReplacementRate, Species

DAY = date(2026, 3, 10)
RATES = [Rate("hard", 1, 20, Decimal("100.10")), Rate("hard", 21, 300, Decimal("250.00"))]


@pytest.fixture
def ecologist(in_alpha):
    return make_person(make_role("ecologist", greenery=Level.EDIT, organisations=Level.EDIT).code)


@pytest.fixture
def save(ecologist):
    return lambda card: save_card(register_of(type(card)), card, by=ecologist)


@pytest.fixture
def rate(save):
    def make(**given):
        fields = {"group": "hard", "value": Decimal(500), "starts_on": date(2026, 1, 1), "act": "Рішення № 1"}
        return save(ReplacementRate(**{**fields, **given}))

    return make


@pytest.fixture
def plant(save):
    return save(Plant(species=save(Species(name="Липа", group="hard")), diameter=30))


@pytest.fixture
def case(save, plant):
    parties = Removal._meta.get_field("applicant").related_model

    def make(cause="building", plants=(plant,)):
        applicant = parties.objects.first() or parties.objects.create(kind="legal", full_name="ТОВ «Зоря»")
        removal = save(Removal(received_on=DAY, applicant=applicant, cause=cause))
        for one in plants:
            save(RemovalItem(removal=removal, plant=one))
        return removal

    return make


@pytest.fixture
def go(ecologist):
    def step(verb, removal, **given):
        return getattr(operations, verb)(removal, by=ecologist, **given)

    return step


def act(go, removal, on=DAY):
    return go("inspect", removal, on=on, act_number="7", commission="Мороз І. П.")


@pytest.mark.parametrize(
    ("diameter", "quantity", "cause", "value"),
    [
        (1, 1, "building", "100.10"),
        (20, 3, "repair", "300.30"),
        (21, 1, "building", "250.00"),
        (300, 2, "building", "500.00"),
        (30, 5, "dangerous", "0"),
        (30, 5, "dry", "0"),
        (301, 1, "light", "0"),
    ],
)
def test_replacement_value(diameter, quantity, cause, value):
    assert replacement_value(RATES, "hard", diameter, quantity, cause) == Decimal(value)


@pytest.mark.parametrize(("group", "diameter"), [("soft", 10), ("hard", 301)])
def test_value_without_a_rate_is_never_zero(group, diameter):
    with pytest.raises(NoRate):
        replacement_value(RATES, group, diameter, 1, "building")


def test_demonstration_is_loaded_once_and_has_every_step(in_gamma):
    assert Plant.objects.count() == demo.PLANTS
    assert set(Removal.objects.values_list("state", flat=True)) == set(Removal.State.values)
    assert demo.load(Plant.objects.first().created_by) == 0


def test_way_of_a_removal(rate, case, go, plant):
    rate()
    removal = act(go, case())
    assert (removal.state, removal.value, removal.number[:3]) == ("inspected", Decimal("500.00"), "ВН-")
    with pytest.raises(ValidationError, match="ще не сплачено"):
        go("permit", removal, number="1/26", on=DAY, until=DAY)
    with pytest.raises(ValidationError, match="Треба сплатити"):
        go("pay", removal, on=DAY, amount=Decimal("499.99"))
    go("pay", removal, on=DAY, amount=Decimal(500))
    with pytest.raises(ValidationError, match="щонайменше день"):
        go("permit", removal, number="1/26", on=DAY, until=DAY - timedelta(1))
    go("permit", removal, number="1/26", on=DAY, until=DAY + timedelta(30))
    with pytest.raises(ValidationError, match="Ордер діяв до"):
        go("finish", removal, on=DAY + timedelta(31))
    done = go("finish", removal, on=DAY + timedelta(3))
    plant.refresh_from_db()
    assert (done.state, plant.removed_on, plant.is_archived) == ("done", DAY + timedelta(3), True)
    with pytest.raises(ValidationError, match="дозволені дії"):
        go("finish", removal, on=DAY + timedelta(3))


def test_missing_rate_names_group_diameter_and_day(rate, case, go):
    rate(starts_on=DAY + timedelta(1))
    with pytest.raises(ValidationError, match=r"10\.03\.2026.*твердолистяні.*30 см"):
        act(go, case())


def test_dangerous_tree_needs_neither_rate_nor_payment(case, go):
    removal = act(go, case("dangerous"))
    assert removal.value == 0
    with pytest.raises(ValidationError, match="платити не треба"):
        go("pay", removal, on=DAY, amount=Decimal(1))
    assert go("permit", removal, number="2/26", on=DAY, until=DAY).state == "permitted"


def test_case_without_plants_or_before_the_application_is_not_inspected(case, go):
    with pytest.raises(ValidationError, match="немає насаджень"):
        act(go, case(plants=()))
    for day in (DAY - timedelta(1), timezone.localdate() + timedelta(1)):
        with pytest.raises(ValidationError, match=r"від 10\.03\.2026 до сьогодні"):
            act(go, case(plants=()), day)


def test_plant_is_in_one_open_case(case, go, save, plant):
    first = case()
    with pytest.raises(ValidationError, match="незакритій справі"):
        case()
    refused = go("refuse", first, reason="Дерево здорове")
    assert (refused.state, refused.refusal) == ("refused", "Дерево здорове")
    assert case().state == "received"


def test_list_of_an_inspected_case_stays(case, go, save):
    removal = act(go, case("dry"))
    other = save(Plant(species=Species.objects.get(), diameter=10))
    with pytest.raises(ValidationError, match="переліку насаджень уже не змінюють"):
        save(RemovalItem(removal=removal, plant=other))
    removal.cause = "building"
    with pytest.raises(ValidationError, match="підставу вже не змінюють"):
        save(removal)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"starts_on": date(2026, 6, 1)}, "вже є ставка"),
        ({"diameter_from": 300, "starts_on": date(2026, 6, 1)}, "вже є ставка"),
        ({"group": "soft", "diameter_from": 30, "diameter_to": 20}, "не менший"),
        ({"group": "soft", "value": Decimal(0)}, "більша за нуль"),
        ({"group": "soft", "ends_on": date(2025, 1, 1)}, "не раніше"),
    ],
)
def test_rates_do_not_contradict(rate, given, said):
    rate()
    with pytest.raises(ValidationError, match=said):
        rate(**given)


def test_rate_after_the_end_of_another_is_welcome(rate):
    rate(ends_on=date(2026, 5, 31))
    assert rate(starts_on=date(2026, 6, 1)).pk


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"quantity": 2}, "по одному"),
        ({"diameter": 0}, "більший за нуль"),
        ({"diameter": 450}, "сантиметри"),
        ({"height": Decimal(0)}, "Висота"),
    ],
)
def test_plant_with_a_slip(plant, save, fields, said):
    for name, value in fields.items():
        setattr(plant, name, value)
    with pytest.raises(ValidationError, match=said):
        save(plant)
