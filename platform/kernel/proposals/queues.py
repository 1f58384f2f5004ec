"""Whose queue a proposal stands in: of everybody who keeps the card it is about."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.modules.entitlement import enabled_labels
from kernel.proposals.models import Proposal
from kernel.registers.register import Register
from kernel.registers.registry import register_named, registers


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


def queue_of(user: Any) -> QuerySet[Proposal]:
    mine = Q(pk__in=[])
    for register in kept_by(user):
        rows = register.rows(user, Level.EDIT, archived=None).order_by().values("pk")
        mine |= Q(register=register.label) & (Q(row_id__isnull=True) | Q(row_id__in=rows))
    return Proposal.objects.filter(mine).exclude(state=Proposal.State.UNCONFIRMED)
