"""The form of a new card makes one card, however many times it comes: two presses, a page sent anew, a lost answer.

The card and the trace of its form are written in one transaction. A form with other words in it is another card, even
when it was reached by «Back» and has the same key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from kernel.access.models import User
from kernel.registers.models import SentForm
from kernel.registers.register import Register
from kernel.tenancy.locks import hold_lock

NOT_TYPED = frozenset({"csrfmiddlewaretoken", "once"})


@dataclass(frozen=True, slots=True)
class Once:
    """One sending of one form by one person."""

    register: Register
    owner: User
    key: UUID
    digest: str

    def card(self) -> Any:
        """What it has made already, if it has."""
        made = SentForm.objects.filter(
            owner=self.owner, key=self.key, digest=self.digest, register=self.register.label
        ).first()
        return self.register.queryset().filter(pk=made.row_id).first() if made else None

    def make(self, save: Callable[[], Any]) -> Any:
        with transaction.atomic():
            hold_lock(f"registers.form.{self.owner.pk}.{self.key}")
            if (card := self.card()) is not None:
                return card
            card = save()
            SentForm.objects.update_or_create(
                owner=self.owner,
                key=self.key,
                digest=self.digest,
                defaults={"register": self.register.label, "row_id": card.pk},
            )
            return card


def once_of(request: HttpRequest, register: Register) -> Once | None:
    """Nothing for a form without a key of its own: a program that posts is asked for none."""
    try:
        key = UUID(request.POST.get("once", ""))
    except ValueError:
        return None
    typed: list[Any] = sorted((name, values) for name, values in request.POST.lists() if name not in NOT_TYPED)
    sent: Any = request.FILES
    files = sorted((name, file.name, file.size) for name, file in sent.items())
    digest = hashlib.sha256(json.dumps([typed, files]).encode()).hexdigest()
    user: Any = request.user
    return Once(register, user, key, digest)
