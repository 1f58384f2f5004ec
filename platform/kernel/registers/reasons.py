"""Fields that nobody changes without saying why: the reason is asked for on every face and kept in the history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kernel.registers.register import Register
from kernel.tenancy.actor import actor_or_none

LEAST = 5
# The name the reason has in forms and in answers of the API.
FIELD = "change_reason"
ALL = "*"


def explained_fields(register: Register) -> tuple[str, ...]:
    """Of the register's own columns; a tenant's fields are never among them."""
    if ALL not in register.reason_for:
        return tuple(register.reason_for)
    inside = [name for fields in register.declared_sections.values() for name in fields]
    return tuple(name for name in inside if register.facets[name].writable)


def says_enough(reason: str) -> bool:
    return sum(sign.isalpha() for sign in reason) >= LEAST


def wanted(register: Register, names: Iterable[str]) -> str:
    """What to do, in a sentence; nothing of these fields needs a reason when it is empty."""
    asked = set(explained_fields(register))
    labels = [register.facets[name].label for name in names if name in asked]
    if not labels:
        return ""
    return _("Впишіть причину зміни, щонайменше %(least)s літер: без неї не змінюють %(fields)s.") % {
        "least": LEAST,
        "fields": ", ".join(f"«{label}»" for label in labels),
    }


def require_reason(register: Register, was: Any, card: Any, reason: str) -> None:
    """`was` is the card as it stands in the table."""
    if not register.reason_for:
        return
    here = actor_or_none()
    if says_enough(reason or (here.reason if here else "")):
        return
    changed = [name for name in explained_fields(register) if _differs(register, name, was, card)]
    if told := wanted(register, changed):
        raise ValidationError({FIELD: ValidationError(told, code=FIELD)})


def _differs(register: Register, name: str, was: Any, card: Any) -> bool:
    column = register.facets[name].field.attname
    return bool(getattr(was, column) != getattr(card, column))
