"""Cards of a demonstration: written once, by their natural key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kernel.operations import Who
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card


def add_missing(cards: Iterable[Any], *, by: Who) -> int:
    """How many were written; a card that is there already stays as people made it."""
    made = 0
    for card in cards:
        register = register_of(type(card))
        assert register is not None and register.key, f"{type(card).__name__}: its register declares no key"
        known = {name: getattr(card, name) for name in register.key}
        if not type(card)._default_manager.filter(**known).exists():
            save_card(register, card, by=by)
            made += 1
    return made
