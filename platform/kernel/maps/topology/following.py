"""Disorder follows cards: what an import wrote is looked at as a whole, what left the lists breaks nothing any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from kernel.maps.models import Problem
from kernel.maps.topology.recounting import recount
from kernel.registers.events import listen
from kernel.registers.register import Register


@listen
def cards_changed(register: Register, keys: Sequence[Any], verb: str) -> None:
    """One card saved by a person was asked before it was written; many at once are asked in one statement after."""
    if not register.topology:
        return
    if verb in ("archived", "deleted"):
        Problem.objects.filter(Q(card__in=keys) | _pairs(keys), register=register.label).delete()
    elif len(keys) > 1 or verb == "restored":
        recount(register, [int(key) for key in keys])


def _pairs(keys: Sequence[Any]) -> Q:
    """The other of two that overlapped; a card of another register may have the same number."""
    return Q(other__in=keys, rule__startswith="overlap")
