"""Figures of a register for one person: the rows they may see, one question for all figures, a way to the rows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from kernel.indicators.kinds import Indicator
from kernel.registers.facets import EMPTY, figure_text
from kernel.registers.filters import Filter
from kernel.registers.register import Register

MOST_GROUPS = 50


@dataclass(frozen=True, slots=True)
class Figure:
    """`url` lists the rows behind it."""

    code: str
    title: str
    value: Decimal | None
    text: str
    unit: str
    url: str


@dataclass(frozen=True, slots=True)
class Split:
    """One figure by the values of a field."""

    title: str
    by: str
    rows: list[Figure]


def figures(register: Register, user: Any) -> list[Figure]:
    indicators = list(register.indicators)
    if not indicators:
        return []
    wanted: dict[str, Any] = {}
    for one in indicators:
        wanted |= one.parts()
    counted = register.rows(user).order_by().aggregate(**wanted)
    return [_figure(register, one, one.value(counted), str(one.title), {}) for one in indicators]


def figure(register: Register, one: Indicator, user: Any) -> Figure:
    counted = register.rows(user).order_by().aggregate(**one.parts())
    return _figure(register, one, one.value(counted), str(one.title), {})


def split(register: Register, indicator: Indicator, by: str, user: Any) -> Split:
    """Largest first; beyond a bound the rest is left to the list."""
    facet = register.facets.get(by) or register.facet(by)
    grouped = register.rows(user).order_by().values(by).annotate(**indicator.parts())
    rows = []
    for row in grouped[: MOST_GROUPS * 4]:
        value = indicator.value(row)
        words = _words(register, facet, row[by])
        rows.append(_figure(register, indicator, value, words, Filter(facet).equal_to(row[by])))
    rows.sort(key=lambda one: (one.value is None, -(one.value or 0)))
    return Split(str(indicator.title), facet.label, rows[:MOST_GROUPS])


def _words(register: Register, facet: Any, value: Any) -> str:
    if value is None or value == "":
        return EMPTY
    if facet.kind == "reference":
        other = facet.related_model._default_manager.filter(pk=value).first()
        return str(other) if other else EMPTY
    return str(facet.words(value))


def _figure(register: Register, one: Indicator, value: Decimal | None, title: str, condition: dict[str, str]) -> Figure:
    text = EMPTY if value is None else figure_text(value, one.decimals if value % 1 else 0)
    query = urlencode({"indicator": one.code, **condition})
    return Figure(one.code, title, value, text, str(one.unit), f"{register.url()}?{query}")
