"""The first page of a working day: what this person may open, by areas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.rights import my_subjects
from kernel.access.subjects import SYSTEM
from kernel.indicators.counting import figure
from kernel.modules.manifest import Area
from kernel.modules.registry import module_named
from kernel.notices.notify import unread_count
from kernel.printforms.words import in_case
from kernel.registers.registry import registers_in
from kernel.registers.waiting import Waits, waits_of
from kernel.remarks.places import favourites, recent
from kernel.tasks.public import load_of, next_tasks

ADMINISTRATION = "administration"
MOST_KEPT = 6
SYSTEM_ICONS = {
    "access": "users",
    "modules": "square",
    "audit": "history",
    "jobs": "clock",
    "reference": "book",
    "designer": "columns",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A module's door: what waits behind it for this person, or, where nothing does, the figure its register declares
    with `tile=True`."""

    title: str | Promise
    level: str | Promise
    icon: str
    url: str
    counter: Decimal | None = None
    told: str = ""
    waits: tuple[Waits, ...] = ()

    @property
    def tone(self) -> str:
        return "warn" if self.waits else ""


@dataclass(frozen=True, slots=True)
class AreaOfWork:
    """An area's own counter is what waits in all of it; a stock calls nobody."""

    code: str
    title: str | Promise
    tiles: list[Tile] = field(default_factory=list)

    @property
    def _waiting(self) -> list[Tile]:
        return [tile for tile in self.tiles if tile.waits]

    @property
    def counter(self) -> Decimal | None:
        counts = [tile.counter for tile in self._waiting if tile.counter is not None]
        return sum(counts, Decimal(0)) if counts else None

    @property
    def told(self) -> str:
        return _("чекає на вас") if self._waiting else ""

    @property
    def tone(self) -> str:
        return "warn" if self._waiting else ""

    @property
    def url(self) -> str:
        return self._waiting[0].waits[0].url if self._waiting else ""


@dataclass(frozen=True, slots=True)
class Measure:
    value: int
    label: str
    tone: str
    url: str
    hint: str = ""


def greeting(hour: int) -> str:
    if 5 <= hour < 11:
        return _("Доброго ранку")
    if 11 <= hour < 18:
        return _("Доброго дня")
    return _("Доброго вечора") if hour >= 18 else _("Доброї ночі")


def addressed(name: str) -> str:
    """«Оксано», not «Оксана»; other languages have no such case."""
    if not name or get_language() != "uk":
        return name
    return in_case(name, "voct").replace("'", "ʼ")


def areas_of(user: Any, *, counted: bool = False) -> list[AreaOfWork]:
    """In the order of the house; an area with nothing for this person is not shown."""
    areas = {area.value: AreaOfWork(area.value, area.label) for area in Area}
    areas[ADMINISTRATION] = AreaOfWork(ADMINISTRATION, _("Керування громадою"))
    for code, tile in _tiles(user, counted):
        areas[code].tiles.append(tile)
    return [area for area in areas.values() if area.tiles]


def _tiles(user: Any, counted: bool) -> Iterator[tuple[str, Tile]]:
    for subject, level in my_subjects(user):
        url = _front_page(subject.code)
        if url:
            tile = Tile(subject.title, Level(level).label, _icon(subject.code), url)
            yield subject.area or ADMINISTRATION, _with_counter(tile, subject.code, user) if counted else tile


def _with_counter(tile: Tile, module: str, user: Any) -> Tile:
    if waits := tuple(waits_of(module, user)):
        told = "; ".join(f"{one.title}: {one.count}" for one in waits)
        return replace(tile, counter=Decimal(sum(one.count for one in waits)), told=told, waits=waits)
    counter, told = _stock(module, user)
    return replace(tile, counter=counter, told=told)


def _stock(module: str, user: Any) -> tuple[Decimal | None, str]:
    for register in registers_in(module):
        for one in register.indicators:
            if one.tile:
                return figure(register, one, user).value, str(one.title)
    return None, ""


def measures_of(user: Any) -> list[Measure]:
    """How the person's own day stands."""
    load = load_of(user)
    page = reverse("tasks:index")
    return [
        Measure(load.total, _("На виконанні"), "", page),
        Measure(load.overdue, _("Прострочено"), "bad" if load.overdue else "", page),
        Measure(load.today, _("На сьогодні"), "warn" if load.today else "", page),
        Measure(unread_count(user), _("Нових сповіщень"), "", reverse("notices:index")),
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    return [
        {"title": one.title, "url": one.url, "told": one.giver, "start": one.given_on, "due": one.due_on}
        for one in next_tasks(user)
    ]


def kept_pages(user: Any) -> dict[str, list[tuple[str, str, str, str]]]:
    """Favourites and what was opened lately, as lines of a list."""
    return {
        "favourites": [(one.title, one.url, "", "star") for one in favourites(user)[:MOST_KEPT]],
        "recent": [(one.title, one.url, "", "history") for one in recent(user, MOST_KEPT)],
    }


def _front_page(code: str) -> str:
    """Not every subject of rights has a page of its own."""
    try:
        return reverse(f"{code}:index")
    except NoReverseMatch:
        return next((register.url() for register in registers_in(code)), "")


def _icon(code: str) -> str:
    return SYSTEM_ICONS.get(code, "shield") if code in SYSTEM else module_named(code).icon
