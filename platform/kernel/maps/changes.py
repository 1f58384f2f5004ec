"""A mark that changes when cards of a register do: what was counted before is counted anew.

Saving, imports and bulk changes announce themselves, and so does every save of a model. Rows written past all of
these are seen by near zooms at once and by far ones within FRESH seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from kernel.registers.events import listen
from kernel.registers.register import Register
from kernel.registers.registry import register_of
from kernel.tenancy import current_scope
from kernel.tenancy.cache import cache

FRESH = 60


def _key(table: str) -> str:
    return f"maps.mark:{table}"


def mark_of(register: Register) -> str:
    known = cache.get(_key(register.table))
    if known is None:
        cache.add(_key(register.table), uuid4().hex, None)
        known = cache.get(_key(register.table), "")
    return str(known)


def note_change(table: str) -> None:
    """Now, for whoever looks from this transaction; and once more when others can see it."""
    _forget(table)
    transaction.on_commit(lambda: _forget(table), robust=True)


def _forget(table: str) -> None:
    cache.delete(_key(table))


@listen
def cards_changed(register: Register, keys: Sequence[Any], verb: str) -> None:
    if register.layer is not None:
        note_change(register.table)


@receiver([post_save, post_delete], dispatch_uid="maps_model_changed")
def row_changed(sender: type[Model], **_given: Any) -> None:
    register = register_of(sender)
    if register is not None and register.layer is not None and current_scope().tenant is not None:
        note_change(register.table)
