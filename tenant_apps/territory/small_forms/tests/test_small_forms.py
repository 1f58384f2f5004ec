"""Small forms: whose a permit is, how long it lasts, what takes a form away."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError

from kernel.access.levels import Level
from kernel.permits.registers import expire
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor
from kernel.testing.access import make_person, make_role
from tenant_apps.territory.small_forms.models import FormDismantling, SmallForm

TODAY = date(2026, 9, 14)
GIVEN = {"permit_number": "1", "valid_from": TODAY}


@pytest.fixture(autouse=True)
def today(in_alpha):
    with time_machine.travel(f"{TODAY}T09:00:00+03:00", tick=False):
        yield


@pytest.fixture
def person():
    return make_person(make_role("former", small_forms=Level.MANAGE).code, password=None)


@pytest.fixture
def make(person):
    place = apps.get_model("addresses", "Settlement").objects.create(
        katottg="UA99010010000010099", kind="C", name="Пробна"
    )

    def save(**given):
        card = SmallForm(**{"settlement": place, "name": "фонтан", "place": "парк", **given})
        return save_card(register_of(SmallForm), card, by=person)

    return save


def refusal(call):
    with pytest.raises(ValidationError) as wrong:
        call()
    return " ".join(wrong.value.messages)


def test_a_permit_without_an_owner_is_refused(make):
    assert "Оберіть його або позначте форму комунальною" in refusal(lambda: make(**GIVEN))
    assert make(communal=True, **GIVEN).state == "valid"


def test_a_permit_without_an_end_never_expires(make):
    make(communal=True, **GIVEN)
    with time_machine.travel("2046-01-01T09:00:00+02:00", tick=False):
        assert expire(register_of(SmallForm), by=Actor("job", name="тест")) == 0


def test_one_permit_belongs_to_one_form(make):
    make(communal=True, **GIVEN)
    assert "уже внесено" in refusal(lambda: make(communal=True, **GIVEN))


def test_nothing_was_installed_tomorrow(make):
    assert "ще не настав" in refusal(lambda: make(installed_on=TODAY + timedelta(1)))


def test_what_stands_without_a_permit_is_taken_away(make, person):
    form, register = make(), register_of(FormDismantling)
    order = FormDismantling(permit=form, act="№ 5", grounds="аварійна", due_on=TODAY)
    order = save_card(register, order, by=person)
    register.actions["done"].run(register, order, by=person, on=TODAY)
    form.refresh_from_db()
    assert (form.state, form.ended_on) == ("dismantled", TODAY)
    again = FormDismantling(permit=form, act="№ 6", grounds="ще раз", due_on=TODAY)
    assert "уже демонтовано" in refusal(lambda: save_card(register, again, by=person))
