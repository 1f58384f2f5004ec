"""Orders that depend on names and dependencies only, never on the age of an object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from provisioning.blueprint.errors import BlueprintError


def dependencies_first(names: Iterable[str], needs: Mapping[str, Iterable[str]]) -> list[str]:
    """Every name after all that it needs; equals by name, so that equal schemas give equal text."""
    waiting = sorted(names)
    placed: list[str] = []
    while waiting:
        ready = [name for name in waiting if not set(needs.get(name, ())) & (set(waiting) - {name})]
        if not ready:
            raise BlueprintError.because(
                f"Об'єкти залежать один від одного по колу: {', '.join(waiting)}.", "розірвіть коло."
            )
        placed += ready
        waiting = [name for name in waiting if name not in set(ready)]
    return placed
