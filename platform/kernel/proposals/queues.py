"""Whose queue a proposal stands in: of everybody who keeps the card it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.modules.entitlement import enabled_labels
from kernel.proposals.models import Proposal
from kernel.registers.register import Register
from kernel.registers.registry import register_named, registers
from kernel.registers.waiting import Pile


def kept_by(user: Any) -> list[Register]:
    """Registers with proposals that this person keeps."""
    enabled = enabled_labels()
    return [one for one in registers() if one.proposals and one.module in enabled and one.may(user, Level.EDIT)]


def registrars_of(proposal: Proposal) -> list[User]:
    """Everybody in whose queue it stands, but for the proposer."""
    register = register_named(proposal.register)
    people = [one for one in User.objects.filter(is_active=True) if one.pk != proposal.author_id]
    return [one for one in people if register.may(one, Level.EDIT) and _keeps(one, register, proposal.row_id)]


def _keeps(user: User, register: Register, row: Any) -> bool:
    return row is None or register.rows(user, Level.EDIT, archived=None).filter(pk=row).exists()


def waiting_in(register: Register, user: Any) -> Iterator[Pile]:
    """Proposals about its cards that wait for this person's decision."""
    if register.proposals and register.may(user, Level.EDIT):
        rows = register.rows(user, Level.EDIT, archived=None).order_by().values("pk")
        found = Proposal.objects.filter(register=register.label, state=Proposal.State.WAITING)
        found = found.filter(Q(row_id__isnull=True) | Q(row_id__in=rows))
        yield Pile(f"{register.label}:proposals", _("пропозиції змін"), reverse("proposals:queue"), found)


def queue_of(user: Any) -> QuerySet[Proposal]:
    mine = Q(pk__in=[])
    for register in kept_by(user):
        rows = register.rows(user, Level.EDIT, archived=None).order_by().values("pk")
        mine |= Q(register=register.label) & (Q(row_id__isnull=True) | Q(row_id__in=rows))
    return Proposal.objects.filter(mine).exclude(state=Proposal.State.UNCONFIRMED)
