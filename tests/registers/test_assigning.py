"""Whoever is given a card is told of it, once, and only of what they may see."""

from __future__ import annotations

import pytest

from kernel.access.levels import Level
from kernel.notices.models import Notice
from kernel.registers.bulk import change_many, undo
from kernel.registers.notices import CARD_ASSIGNED
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from kernel.testing.access import make_person, make_role
from tenant_apps.territory.playgrounds.models import Ground


@pytest.fixture
def keepers(in_alpha):
    """Two who keep the register, and one who sees nothing of it."""
    keeping = make_role("keeping", playgrounds=Level.EDIT).code
    return make_person(keeping), make_person(keeping), make_person(make_role("elsewhere", contacts=Level.VIEW).code)


@pytest.fixture
def grounds(in_alpha):
    register = register_of(Ground)
    return register, [Ground.objects.create(name=f"Майданчик {number}", kind="sports") for number in range(3)]


def told(person):
    return list(
        Notice.objects.filter(person=person, kind=CARD_ASSIGNED.name).order_by("pk").values_list("title", "url")
    )


def give(register, card, person, by):
    fresh = type(card).objects.get(pk=card.pk)
    fresh.responsible = person
    return save_card(register, fresh, by=by)


def test_one_card_one_notice(grounds, keepers):
    register, (card, *_rest) = grounds
    boss, keeper, _stranger = keepers
    give(register, card, keeper, boss)
    assert told(keeper) == [(f"Вам доручено: {register.label_of(card)}", register.url("card", card.pk))]
    give(register, card, keeper, boss)
    assert len(told(keeper)) == 1, "saved again with the same person, nothing new is given"
    give(register, card, None, boss)
    assert len(told(keeper)) == 1


def test_many_cards_one_notice(grounds, keepers):
    register, cards = grounds
    boss, keeper, _stranger = keepers
    change = change_many(register, cards, {"responsible": keeper}, by=boss)
    [(title, url)] = told(keeper)
    assert "3" in title and url == f"{register.url()}?responsible={keeper.pk}"
    undo(change, by=boss)
    assert len(told(keeper)) == 1


def test_nobody_is_told_of_their_own_doing_nor_of_what_they_may_not_see(grounds, keepers):
    register, (card, other, _third) = grounds
    boss, _keeper, stranger = keepers
    give(register, card, boss, boss)
    give(register, other, stranger, boss)
    assert told(boss) == [] and told(stranger) == []


def test_an_employee_is_told_by_their_account(in_alpha, keepers):
    from kernel.registers.assigning import person_of
    from tenant_apps.operations.control.models import Violation
    from tenant_apps.people.staff.models import Employee

    boss, keeper, _stranger = keepers
    assert register_of(Violation).assignee == "inspector"
    assert person_of(Employee(account=keeper)) == keeper
    assert person_of(Employee()) is None
    keeper.is_active = False
    assert person_of(keeper) is None and person_of(boss) == boss
