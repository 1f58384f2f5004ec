"""One question to every register a person may see: a few best answers of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kernel.access.levels import Level
from kernel.modules.entitlement import enabled_labels
from kernel.registers.listing import Listing
from kernel.registers.register import Register
from kernel.registers.registry import registers
from kernel.search.query import matching

PER_REGISTER = 5
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Found:
    title: str
    hint: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """Answers of one register; `url` is its list with the same question."""

    title: str
    icon: str
    items: list[Found]
    url: str


def open_to(user: Any) -> list[Register]:
    """Registers of modules that are on and that this person may look into."""
    enabled = enabled_labels()
    return [one for one in registers() if one.module in enabled and one.may(user, Level.VIEW)]


def pages_called(user: Any, text: str) -> Group | None:
    """Registers themselves, by their names: a question may as well be about where to go."""
    from kernel.search.folding import fold

    asked = fold(text).strip()
    items = [Found(one.name, "", one.url()) for one in open_to(user) if asked in fold(one.name)]
    return Group("", "list", items[:PER_REGISTER], "") if items else None


def search_everywhere(user: Any, text: str) -> list[Group]:
    if len(text.strip()) < SHORTEST:
        return []
    groups = []
    for register in open_to(user):
        if not register.searchable:
            continue
        found = register.rows(user).filter(matching(text))
        steps = Listing(register, user).steps
        cards = list(found.order_by(*(("-" if one.descending else "") + one.path for one in steps))[:PER_REGISTER])
        if cards:
            items = [
                Found(register.label_of(card), register.hint_of(card), register.url("card", card.pk)) for card in cards
            ]
            groups.append(Group(register.name, register.picture, items, register.url()))
    return groups
