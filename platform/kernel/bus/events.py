"""Events of the kernel itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import batched
from typing import Any

from kernel.bus.declare import event

# A hundred thousand imported rows are a hundred letters.
CARDS_IN_A_LETTER = 1_000


@event("kernel.CardChanged")
@dataclass(frozen=True)
class CardChanged:
    """A card of a register was made, changed, archived or restored; in bulk — a chunk of them in `pks`.

    Only keys travel: who is told reads the card with their own rights.
    """

    register: str
    pk: str
    version: int
    verb: str
    pks: tuple[str, ...] = ()

    @property
    def cards(self) -> tuple[str, ...]:
        return self.pks or (self.pk,)


def publish_card(register: str, pk: Any, version: int, verb: str) -> None:
    """One letter about one card; letters about the same card arrive in the order of its changes."""
    from kernel.bus.outbox import publish

    publish(CardChanged(register, str(pk), version, verb), subject=f"{register}:{pk}")


def publish_cards(register: str, pks: Iterable[Any], verb: str) -> int:
    """Few letters about many cards; returns how many. Their order among single changes is not kept."""
    from kernel.bus.outbox import publish_all

    letters = [CardChanged(register, "", 0, verb, tuple(map(str, chunk))) for chunk in batched(pks, CARDS_IN_A_LETTER)]
    publish_all(letters, subject=register)
    return len(letters)
