"""Cards to take along where there is no network: a limited set, chosen by the person."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point

from kernel.access.levels import Level
from kernel.fieldwork.describing import told_of
from kernel.registers.added import attach
from kernel.registers.register import Register
from kernel.search.query import find

MOST_CARDS = 200


def taken_along(
    register: Register, user: Any, *, near: Point | None = None, own: bool = False, words: str = ""
) -> tuple[list[dict[str, Any]], bool]:
    """The cards, and whether there were more of them. Only those the person may change."""
    rows = register.rows(user, Level.EDIT)
    if register.references:
        rows = rows.select_related(*register.references)
    if own:
        rows = rows.filter(created_by=user)
    if words and register.searchable:
        rows = find(rows, words)
    place = register.fieldwork.place
    if near is not None and place:
        rows = rows.filter(**{f"{place}__isnull": False}).annotate(away=Distance(place, near)).order_by("away", "pk")
    elif not words:
        rows = rows.order_by(*register.order, "pk")
    cards = list(rows[: MOST_CARDS + 1])
    attach(register, cards)
    return [told_of(register, card, user) for card in cards[:MOST_CARDS]], len(cards) > MOST_CARDS
