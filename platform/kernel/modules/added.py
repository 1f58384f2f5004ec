"""Rooms a tenant made itself: told by whoever keeps them, for the tenant of the moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kernel.access.levels import Level
from kernel.modules.manifest import Area


@dataclass(frozen=True, slots=True)
class AddedModule:
    """As much of a manifest as rights, menus and headings ask."""

    label: str
    title: str
    area: Area
    icon: str

    def role_default(self, code: str) -> tuple[Level, str] | None:
        return None


Source = Callable[[], Iterable[AddedModule]]
_sources: list[Source] = []


def modules_come_from(source: Source) -> None:
    _sources.append(source)


def added_modules() -> list[AddedModule]:
    return [one for source in _sources for one in source()]
