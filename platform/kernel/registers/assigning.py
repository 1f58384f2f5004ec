"""Whoever is given a card is told of it: once for one card, once for all the cards of one change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from kernel.access.models import User
from kernel.notices.notify import notify
from kernel.registers.notices import CARD_ASSIGNED
from kernel.registers.register import Register

Given = list[tuple[Any, Any]]
# The cards of a change of many, with who they were given to.
_gathering: ContextVar[Given | None] = ContextVar("hromada_assigning", default=None)


def person_of(assignee: Any) -> User | None:
    """The account itself, or that of an employee."""
    found = assignee if isinstance(assignee, User) else getattr(assignee, "account", None)
    return found if isinstance(found, User) and found.is_active else None


def follow_assignee(register: Register, was: Any, card: Any, *, by: Any) -> None:
    """Within the operation that saved the card; nobody is told of what they did themselves."""
    if not register.assignee or not isinstance(by, User):
        return
    name = register.facets[register.assignee].field.attname
    if getattr(card, name) is None or (was is not None and getattr(was, name) == getattr(card, name)):
        return
    given = [(card, getattr(card, register.assignee))]
    held = _gathering.get()
    if held is not None:
        held += given
    else:
        _tell(register, given, by)


@contextmanager
def one_notice(register: Register, by: Any) -> Iterator[None]:
    held: Given = []
    token = _gathering.set(held)
    try:
        yield
    finally:
        _gathering.reset(token)
    _tell(register, held, by)


def _tell(register: Register, given: Sequence[tuple[Any, Any]], by: Any) -> None:
    cards: dict[Any, list[Any]] = defaultdict(list)
    for card, assignee in given:
        cards[assignee].append(card)
    for assignee, theirs in cards.items():
        person = person_of(assignee)
        if person is None or person.pk == by.pk:
            continue
        # Of a card beyond their rights they are told nothing.
        seen = set(register.rows(person).filter(pk__in=[card.pk for card in theirs]).values_list("pk", flat=True))
        _tell_one(register, person, assignee, [card for card in theirs if card.pk in seen])


def _tell_one(register: Register, person: User, assignee: Any, cards: Sequence[Any]) -> None:
    if not cards:
        return
    if len(cards) == 1:
        card = cards[0]
        title, url = _("Вам доручено: %(card)s") % {"card": register.label_of(card)}, register.url("card", card.pk)
    else:
        told = {"count": len(cards), "register": register.name}
        title = _("Вам доручено карток: %(count)s («%(register)s»)") % told
        url = f"{register.url()}?{urlencode({register.assignee: assignee.pk})}"
    notify([person], kind=CARD_ASSIGNED.name, title=title, url=url)
