"""Rules of a table that nearly every card keeps, in a word each; they are ordinary constraints."""

from __future__ import annotations

from typing import Any

from django.db.models import CheckConstraint, Q, UniqueConstraint


def once(*fields: str, name: str, told: Any) -> UniqueConstraint:
    """No two cards of the register alike in these fields; a card in the archive frees them. `told` is said to people."""
    return UniqueConstraint(
        fields=fields, condition=Q(archived_at__isnull=True), name=name, violation_error_message=told
    )


def filled(field: str, *, name: str) -> CheckConstraint:
    """A text that is never empty, whoever writes it."""
    return CheckConstraint(condition=~Q(**{field: ""}), name=name)
