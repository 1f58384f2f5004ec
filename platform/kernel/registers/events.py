"""What a register tells the rest of the house: that cards changed, never how they look.

Within the module, listeners run in the transaction of the change. For everybody else a letter goes into the outbox
of the same transaction: it is sent if the change is kept, and only then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kernel.bus.events import publish_card, publish_cards
from kernel.registers.register import Register

Listener = Callable[[Register, Sequence[Any], str], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> Listener:
    """What it writes is committed or lost together with the change."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def announce(register: Register, keys: Sequence[Any], verb: str, version: int = 0) -> None:
    """`created` is said within the house of cards written by a set together with all they derive; others hear `saved`."""
    for listener in _listeners:
        listener(register, keys, verb)
    verb = "saved" if verb == "created" else verb
    if len(keys) == 1:
        publish_card(register.label, keys[0], version, verb)
    elif keys:
        publish_cards(register.label, keys, verb)
