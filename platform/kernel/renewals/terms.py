"""The terms of every register a person may see, as rows of one calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from kernel.access.levels import Level
from kernel.modules.entitlement import enabled_labels
from kernel.registers.register import Register
from kernel.registers.registry import registers
from kernel.renewals.declare import Renewal


@dataclass(frozen=True, slots=True)
class Term:
    day: date
    register: Register
    renewal: Renewal
    card: Any

    @property
    def label(self) -> str:
        return self.register.label_of(self.card)

    @property
    def duty(self) -> str:
        return str(self.renewal.duty)

    @property
    def url(self) -> str:
        return self.register.url("card", self.card.pk)

    @property
    def uid(self) -> str:
        return f"{self.register.label}-{self.card.pk}-{self.renewal.field}"


def declared(user: Any = None) -> list[tuple[Register, Renewal]]:
    """Of the modules that are on here; with a person, of those the person may open."""
    enabled = enabled_labels()
    return [
        (register, renewal)
        for register in registers()
        if register.module in enabled and (user is None or (register.renewals and register.may(user, Level.VIEW)))
        for renewal in register.renewals
    ]


def cards_of(register: Register, renewal: Renewal, user: Any = None) -> QuerySet[Any]:
    """Live cards with this term."""
    if user is not None:
        rows = register.rows(user)
    else:
        rows = register.queryset()
        rows = rows.filter(archived_at__isnull=True) if register.archives else rows
    rows = rows.filter(**{f"{renewal.field}__isnull": False})
    return rows.filter(renewal.where) if renewal.where is not None else rows


def terms(user: Any, since: date | None, until: date, most: int, only: str = "") -> list[Term]:
    """The earliest first, at most so many."""
    found: list[Term] = []
    for register, renewal in declared(user):
        if only and register.label != only:
            continue
        rows = cards_of(register, renewal, user).filter(**{f"{renewal.field}__lte": until})
        if since is not None:
            rows = rows.filter(**{f"{renewal.field}__gte": since})
        if register.references:
            rows = rows.select_related(*register.references)
        found += [
            Term(getattr(card, renewal.field), register, renewal, card)
            for card in rows.order_by(renewal.field, "pk")[:most]
        ]
    return sorted(found, key=lambda term: (term.day, term.register.label, term.card.pk))[:most]


def with_terms(user: Any) -> Iterator[Register]:
    """Registers that have terms this person may see."""
    yield from dict.fromkeys(register for register, _renewal in declared(user))
