"""The first page of a working day: what this person may open, by areas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.rights import my_subjects
from kernel.access.subjects import SYSTEM
from kernel.modules.manifest import Area
from kernel.modules.registry import module_named

ADMINISTRATION = "administration"
SYSTEM_ICONS = {"access": "users", "modules": "square", "audit": "history", "jobs": "clock", "reference": "book"}


@dataclass(frozen=True, slots=True)
class Tile:
    title: str | Promise
    level: str | Promise
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class AreaOfWork:
    code: str
    title: str | Promise
    tiles: list[Tile] = field(default_factory=list)


def greeting(hour: int) -> str:
    if 5 <= hour < 11:
        return _("Доброго ранку")
    if 11 <= hour < 18:
        return _("Доброго дня")
    return _("Доброго вечора") if hour >= 18 else _("Доброї ночі")


def areas_of(user: Any) -> list[AreaOfWork]:
    """In the order of the house; an area with nothing for this person is not shown."""
    areas = {area.value: AreaOfWork(area.value, area.label) for area in Area}
    areas[ADMINISTRATION] = AreaOfWork(ADMINISTRATION, _("Керування громадою"))
    for code, tile in _tiles(user):
        areas[code].tiles.append(tile)
    return [area for area in areas.values() if area.tiles]


def _tiles(user: Any) -> Iterator[tuple[str, Tile]]:
    for subject, level in my_subjects(user):
        url = _front_page(subject.code)
        if url:
            yield subject.area or ADMINISTRATION, Tile(subject.title, Level(level).label, _icon(subject.code), url)


def _front_page(code: str) -> str:
    """Not every subject of rights has a page of its own."""
    try:
        return reverse(f"{code}:index")
    except NoReverseMatch:
        return ""


def _icon(code: str) -> str:
    return SYSTEM_ICONS.get(code, "shield") if code in SYSTEM else module_named(code).icon
