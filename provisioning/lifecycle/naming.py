"""The schema of a new community."""

from __future__ import annotations

from collections.abc import Iterable


def schema_for(slug: str, taken: Iterable[str]) -> str:
    """The schema keeps its name for life, so a slug used before leaves its schema's name behind."""
    wanted = f"t_{slug.replace('-', '_')}"
    occupied = set(taken)
    if wanted not in occupied:
        return wanted
    return next(name for number in range(2, 10_000) if (name := f"{wanted}_{number}") not in occupied)
