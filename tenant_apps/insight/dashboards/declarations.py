"""A dashboard is one declaration: what it is called, which question it answers, which figures stand on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

CHARTS: dict[str, Text] = {
    "tile": _("плитка"),
    "line": _("лінія"),
    "bars": _("стовпці за розрізом"),
    "share": _("частки за розрізом"),
}
SIZES = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class Widget:
    """`by` is one of the fields the indicator declares itself split by; charts of parts need it."""

    indicator: str
    chart: str = "tile"
    by: str = ""
    columns: int = 1
    hidden: bool = False

    @property
    def key(self) -> str:
        return f"{self.indicator}/{self.chart}/{self.by}"


@dataclass(frozen=True, slots=True)
class Dashboard:
    """`awaits` names, in words, what else the question needs and which module will bring it.

    `overdue` are indicators whose being above nothing asks for the reader's word. `fills` adds counters of the reader's
    own modules where little of what is declared is theirs to see.
    """

    code: str
    title: Text
    question: Text
    widgets: tuple[Widget, ...] = ()
    awaits: tuple[Text, ...] = ()
    overdue: tuple[str, ...] = ()
    icon: str = "chart"
    fills: bool = False


_declared: dict[str, Dashboard] = {}
# What a figure is called away from its own register, where its own name would not say whose it is.
_titles: dict[str, Text] = {}


def call(titles: Mapping[str, Text]) -> None:
    _titles.update(titles)


def title_of(code: str, own: str) -> str:
    return str(_titles.get(code, own))


def declare(*dashboards: Dashboard) -> None:
    for one in dashboards:
        if one.code in _declared:
            raise ValueError(f"The dashboard {one.code!r} is declared twice.")
        _declared[one.code] = one


def dashboards() -> tuple[Dashboard, ...]:
    return tuple(_declared.values())


def dashboard_named(code: str) -> Dashboard | None:
    return _declared.get(code)
