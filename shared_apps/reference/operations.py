"""The community's decisions about its own rules, as people take them: with a right, in one transaction, on the record."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError

from kernel.access.levels import Level
from kernel.operations import Who, name_of, operation
from kernel.reference.models import Override
from shared_apps.reference import overrides
from shared_apps.reference.errors import RuleRefused


@operation("reference", Level.EDIT)
def decide_own_value(
    code: str, value: Decimal, *, first_day: date, last_day: date | None = None, reason: str, by: Who
) -> Override:
    """People name the last day on which the value holds; the row keeps the first day on which it does not."""
    until = last_day + timedelta(days=1) if last_day else None
    try:
        return overrides.set_own_value(code, value, valid_from=first_day, valid_to=until, reason=reason, by=name_of(by))
    except RuleRefused as refused:
        raise ValidationError(str(refused)) from refused


@operation("reference", Level.EDIT)
def undo_own_value(decision: Override, *, reason: str, by: Who) -> Override:
    try:
        return overrides.cancel_own_value(decision.pk, reason=reason, by=name_of(by))
    except RuleRefused as refused:
        raise ValidationError(str(refused)) from refused
