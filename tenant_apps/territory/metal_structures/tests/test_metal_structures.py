"""Metal structures: an owner and an end of every permit, what is unknown, what is taken away."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError

from kernel.access.levels import Level
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from kernel.testing.access import make_person, make_role
from tenant_apps.territory.metal_structures.models import MetalDismantling, MetalStructure

TODAY = date(2026, 9, 14)
GIVEN = {"permit_number": "1", "valid_from": TODAY, "valid_to": date(2028, 1, 1)}


@pytest.fixture(autouse=True)
def today(in_alpha):
    with time_machine.travel(f"{TODAY}T09:00:00+03:00", tick=False):
        yield


@pytest.fixture
def person():
    return make_person(make_role("metal", metal_structures=Level.MANAGE).code, password=None)


@pytest.fixture
def owner():
    party = apps.get_model("organisations", "Party")
    return party.objects.create(kind="person", last_name="Мельник", first_name="Іван", rnokpp="3121212314")


@pytest.fixture
def make(person):
    place = apps.get_model("addresses", "Settlement").objects.create(
        katottg="UA99010010000010099", kind="C", name="Пробна"
    )

    def save(**given):
        card = MetalStructure(**{"settlement": place, "place": "двір", **given})
        return save_card(register_of(MetalStructure), card, by=person)

    return save


def refusal(call):
    with pytest.raises(ValidationError) as wrong:
        call()
    return " ".join(wrong.value.messages)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (GIVEN, "Дозвіл дають власникові"),
        ({"area": Decimal(0)}, "більшою за нуль"),
    ],
)
def test_refusals_say_what_to_do(make, given, words):
    assert words in refusal(lambda: make(**given))


def test_a_permit_has_a_last_day(make, owner):
    assert "строковий" in refusal(lambda: make(**{**GIVEN, "valid_to": None}, holder=owner))
    assert make(**GIVEN, holder=owner).state == "valid"


def test_an_unknown_owner_is_told_of(make):
    card = make()
    assert card.state == "unpermitted"
    assert "Вивісьте попередження" in register_of(MetalStructure).advice(card)[0]


def test_an_order_is_withdrawn_and_the_structure_stays(make, person):
    card, register = make(), register_of(MetalDismantling)
    order = MetalDismantling(permit=card, act="№ 5", grounds="на мережах", due_on=TODAY)
    order = save_card(register, order, by=person)
    register.actions["withdraw"].run(register, order, by=person, reason="власник прибере сам")
    order.refresh_from_db()
    card.refresh_from_db()
    assert (order.state, order.done_on, card.state) == ("withdrawn", None, "unpermitted")
