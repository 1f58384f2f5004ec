"""`merges = Merging()` on a register: its doubles are looked for and may be made one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kernel.registers.register import Register


@dataclass(frozen=True, slots=True)
class Inner:
    """Cards within: those of both that have the same `key` become one, too.

    `yields` is a mark that only one of them may carry («main»): those of the card that leaves give it up.
    """

    model: str
    by: str
    key: tuple[str, ...]
    yields: str = ""


@dataclass(frozen=True, slots=True)
class Merging:
    """With nothing said, doubles are those alike by the words of `duplicates` (or of `key`), its references equal."""

    # Words compared by their letters, and how alike they must be, 0 to 1.
    alike: tuple[str, ...] = ()
    likeness: float = 0.5
    # What both must share, or they are never one thing.
    within: tuple[str, ...] = ()
    # Groups of fields: cards equal in all fields of a group are doubles whatever they are called.
    same: tuple[tuple[str, ...], ...] = ()
    # A point: cards nearer than so many metres are doubles.
    near: str = ""
    metres: int = 5
    inner: tuple[Inner, ...] = ()
    # References that stay with the card that left: «addresses.StreetName.street».
    stays: tuple[str, ...] = ()
    # Codes that tell one thing from another: two different ones are made one only knowingly.
    distinct: tuple[str, ...] = ()
    # The module's own refusal, a ValidationError: (kept, dropped).
    refuse: Callable[[Any, Any], None] | None = None


def rules_of(register: Register) -> Merging:
    """The declaration with what follows from the register filled in."""
    given = register.merges
    if given is None:
        raise LookupError(f"{register.label} does not merge.")
    if given.alike or given.same or given.near:
        return given
    named = [register.facet(name) for name in (register.duplicates or register.key)]
    words = tuple(facet.name for facet in named if facet.kind in ("text", "long_text", "code"))
    shared = tuple(facet.name for facet in named if facet.kind == "reference")
    return replace(given, alike=words, within=given.within or shared)
