"""What waits for a person in a module: counted by their rights, by one question for the whole module.

Registers say it themselves, `waiting = (Waiting("new", _("на розгляді"), Q(state="applied")),)`; other parts of the
kernel add what they keep about any register, by `waits_from`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Func, IntegerField, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from kernel.access.dates import local_today
from kernel.access.levels import Level
from kernel.access.models import User
from kernel.registers.declarations import Waiting
from kernel.registers.importing.models import ImportRun
from kernel.registers.merging.doubles import likely_pairs
from kernel.registers.register import Register
from kernel.registers.registry import registers_in
from kernel.tenancy.cache import cache

# A glance at the workspace is not a report: a minute-old count is fresh enough.
KEPT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Pile:
    """Things of one sort that wait, and the page where they lie."""

    code: str
    title: str
    url: str
    rows: QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Waits:
    count: int
    title: str
    url: str


Source = Callable[[Register, Any], Iterable[Pile]]
_sources: list[Source] = []


def waits_from(source: Source) -> None:
    _sources.append(source)


def overdue(field: str, also: Q | None = None) -> Callable[[Any], Q]:
    """For a declaration: the day in this field has passed where the tenant lives."""

    def where(person: Any) -> Q:
        return Q(**{f"{field}__lt": local_today()}) & (also or Q())

    return where


def condition_of(one: Waiting, user: Any) -> Q:
    return one.where(user) if callable(one.where) else one.where


def piles_of(register: Register, user: Any) -> Iterator[Pile]:
    for one in register.waiting:
        if register.may(user, one.level):
            rows = register.rows(user, one.level).filter(condition_of(one, user))
            url = f"{register.url()}?{urlencode({'waiting': one.code})}"
            yield Pile(f"{register.label}:{one.code}", str(one.title), url, rows)
    if register.merges is not None and register.may(user, Level.MANAGE):
        pairs = likely_pairs(register, user)
        yield Pile(f"{register.label}:doubles", _("схожі пари"), register.url("doubles"), pairs)
    if not register.read_only and register.may(user, Level.EDIT):
        mine = ImportRun.objects.filter(register=register.label, by=user, state=ImportRun.State.TRIED)
        yield Pile(f"{register.label}:imports", _("незавершені завантаження"), register.url("import"), mine)
    for source in _sources:
        yield from source(register, user)


def waits_of(module: str, user: Any) -> list[Waits]:
    piles = [pile for register in registers_in(module) for pile in piles_of(register, user)]
    if not piles:
        return []
    key = f"waiting:{module}:{user.pk}"
    counted: dict[str, int] | None = cache.get(key)
    if counted is None or {pile.code for pile in piles} - counted.keys():
        counted = _counted(piles, user)
        cache.set(key, counted, KEPT_SECONDS)
    return [Waits(counted[pile.code], pile.title, pile.url) for pile in piles if counted[pile.code]]


def _counted(piles: list[Pile], user: Any) -> dict[str, int]:
    """Everything at once, each count by itself: beside the person's own row, which is there once."""
    counts = {
        f"pile_{place}": Subquery(
            pile.rows.model._default_manager.filter(pk__in=pile.rows.order_by().values("pk"))
            .order_by()
            .annotate(waiting_n=Func(F("pk"), function="COUNT", output_field=IntegerField()))
            .values("waiting_n")
        )
        for place, pile in enumerate(piles)
    }
    row = User.objects.filter(pk=user.pk).order_by().annotate(**counts).values_list(*counts).get()
    return {pile.code: count for pile, count in zip(piles, row, strict=True)}
