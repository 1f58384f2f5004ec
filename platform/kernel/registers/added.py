"""What a tenant adds to a register: facets like any other, found for the tenant of the moment.

Where they are kept is not the registers' matter: whoever keeps them says so once, by `comes_from`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched
from typing import TYPE_CHECKING, Any

from kernel.access.levels import Level

if TYPE_CHECKING:
    from kernel.registers.facets import Facet
    from kernel.registers.register import Register


@dataclass(frozen=True, slots=True)
class Added:
    """`keeping` reads and writes the values: `attach(cards)`, `put(card, name, value)`, `check(card)`, `write(card)`."""

    section: str
    facets: dict[str, Facet]
    filters: tuple[str, ...]
    levels: dict[str, Level]
    public: tuple[str, ...]
    keeping: Any
    # What one register was asked for with these fields, so that it is put together once.
    kept: dict[str, Any] = field(default_factory=dict)


Source = Callable[["Register"], Added | None]
_sources: list[Source] = []


def comes_from(source: Source) -> None:
    _sources.append(source)


def added_to(register: Register) -> Added | None:
    return next((found for source in _sources if (found := source(register)) is not None), None)


def attach(register: Register, cards: Iterable[Any]) -> None:
    """Values of many cards by one question, where there is anything to ask."""
    if added := added_to(register):
        added.keeping.attach(list(cards))


def attached(register: Register, cards: Iterable[Any], names: Iterable[str], portion: int = 2000) -> Iterator[Any]:
    """A long row of cards with those values, a question for each portion, where one of the names is a tenant's own."""
    added = register.added
    if added is None or not added.facets.keys() & set(names):
        yield from cards
        return
    for some in batched(cards, portion):
        added.keeping.attach(some)
        yield from some
