"""Who keeps figures up to date; the kernel only says when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Upkeep:
    """`refresh` counts what is due in the current tenant; `stale` names, for the platform, tenants due without a mark."""

    refresh: Callable[[], int]
    stale: Callable[[], frozenset[str]]


_kept: list[Upkeep] = []


def keep_up(upkeep: Upkeep) -> None:
    if upkeep not in _kept:
        _kept.append(upkeep)


def refresh_all() -> int:
    return sum(one.refresh() for one in _kept)


def stale_tenants() -> frozenset[str]:
    return frozenset().union(*(one.stale() for one in _kept))


_watching: list[Callable[[], object]] = []


def watch(work: Callable[[], object]) -> None:
    """Something for the platform to look at every time figures may have changed."""
    if work not in _watching:
        _watching.append(work)


def look_over() -> None:
    for work in _watching:
        work()
