"""Verbs over structures that touch more than one card or ask the calendar."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.calendar import CalendarUnknown
from kernel.operations import Who, operation
from kernel.permits.models import State
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from shared_apps.reference.lookup import add_working_days
from tenant_apps.territory.temporary_structures.models import Structure, StructureViolation

MODULE = "temporary_structures"
# Order 244: ten working days for the scheme, ten more for the passport.
WORKING_DAYS = 10


@operation(MODULE, Level.EDIT)
def save_structure(structure: Structure, *, by: Who, reason: str = "") -> Structure:
    """With the day by which the community owes an answer."""
    structure.full_clean()
    structure.due_on = _due_on(structure)
    return _written(structure)


@operation(MODULE, Level.EDIT, on="violation")
def fix_violation(violation: StructureViolation, *, by: Who, on: Any, reason: str = "") -> StructureViolation:
    """What was photographed when found is photographed when mended."""
    if violation.photo_before_id and not violation.photo_after_id:
        raise ValidationError(_("Додайте фото після усунення: «Редагувати» → «Фото після усунення», тоді повторіть."))
    if on > timezone.localdate():
        raise ValidationError({"on": _("Цей день ще не настав. Вкажіть день, коли усунення перевірили.")})
    violation.state, violation.fixed_on = StructureViolation.State.FIXED, on
    return _saved(violation, by, reason)


@operation(MODULE, Level.EDIT, on="violation")
def withdraw_violation(violation: StructureViolation, *, by: Who, reason: str) -> StructureViolation:
    violation.state = StructureViolation.State.WITHDRAWN
    return _saved(violation, by, reason)


def _due_on(structure: Structure) -> Any:
    since = structure.agreed_on if structure.state == State.AGREED else structure.applied_on
    if structure.state not in (State.APPLIED, State.AGREED) or since is None:
        return None
    try:
        return add_working_days(since, WORKING_DAYS)
    except CalendarUnknown as unknown:
        raise ValidationError({"applied_on": str(unknown)}) from unknown


def _saved(violation: StructureViolation, by: Who, reason: str) -> StructureViolation:
    return save_card(register_named(f"{MODULE}.violations"), violation, by=by, reason=reason)  # type: ignore[no-any-return]


def _written(card: Any) -> Any:
    if not card._state.adding:
        card.version, card.updated_at = F("version") + 1, timezone.now()
    card.save()
    return card
