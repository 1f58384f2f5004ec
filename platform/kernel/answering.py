"""Who answers for this place: the owner, whoever an adjacent territory is allotted to, the contractor of a zone.

A module that knows says so in its answering.py; whoever asks names no module:

    @answers_for_places("adjacent_territories")
    def holders(place: Point, on: date) -> list[Answer]: ...

    who_answers(place, on=date.today())
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.contrib.gis.geos import Point
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kernel.modules.entitlement import is_enabled
from kernel.modules.registry import modules


class Answering(TextChoices):
    """In the order in which they are asked: the nearest duty first."""

    ADJACENT = "adjacent", _("за ким закріплено територію")
    OWNER = "owner", _("власник або користувач")
    CONTRACTOR = "contractor", _("підрядник")


@dataclass(frozen=True, slots=True)
class Answer:
    """`party_id` is a card of organisations; `ground` is the paper by which they answer; `url` shows it."""

    kind: str
    party_id: int
    name: str
    ground: str = ""
    url: str = ""


Knows = Callable[[Point, date], list[Answer]]
_known: dict[str, list[Knows]] = {}


def answers_for_places(module: str) -> Callable[[Knows], Knows]:
    """Asked only where the module is on."""

    def declare(function: Knows) -> Knows:
        _known.setdefault(module, []).append(function)
        return function

    return declare


def who_answers(place: Point, *, on: date, first: str = "") -> list[Answer]:
    """Everybody who answers for the place on that day; those of the kind `first` stand first."""
    _discover()
    ranks = {kind: number for number, kind in enumerate(Answering.values)}
    ranks[first] = -1
    return sorted(_asked(place, on), key=lambda one: ranks.get(one.kind, len(ranks)))


def _asked(place: Point, on: date) -> Iterator[Answer]:
    for module, functions in _known.items():
        if is_enabled(module):
            for function in functions:
                yield from function(place, on)


@cache
def _discover() -> None:
    for module in modules():
        if find_spec(f"{module.name}.answering"):
            import_module(f"{module.name}.answering")
