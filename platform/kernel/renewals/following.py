"""In the transaction of the change itself: a term that moved has no task about its old date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kernel.registers.events import listen


@listen
def follow_cards(register: Any, keys: Sequence[Any], verb: str) -> None:
    if register.renewals and keys and verb != "restored":
        from kernel.renewals.duties import follow

        follow(register, keys, gone=verb in ("archived", "deleted"))
