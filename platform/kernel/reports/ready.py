"""Which reports there are: declared ones of a register, saved ones of a person."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from kernel.access.levels import Level
from kernel.modules.entitlement import enabled_labels
from kernel.registers.register import Register
from kernel.registers.registry import registers
from kernel.reports.declarations import Report, reports_apart
from kernel.reports.models import SavedReport


def reports_of(register: Register) -> list[Report]:
    return [*register.reports, *reports_apart(register.label)]


def report_named(register: Register, code: str) -> Report | None:
    return next((one for one in reports_of(register) if one.code == code), None)


def registers_for(user: Any) -> list[Register]:
    """Of the modules that are on, those this person may look into."""
    on = enabled_labels()
    return [one for one in registers() if one.module in on and one.may(user, Level.VIEW)]


def saved_for(user: Any) -> QuerySet[SavedReport]:
    return SavedReport.objects.filter(Q(owner=user) | Q(shared=True)).select_related("owner")


def saved_in(register: Register, user: Any) -> QuerySet[SavedReport]:
    return saved_for(user).filter(register=register.label)
