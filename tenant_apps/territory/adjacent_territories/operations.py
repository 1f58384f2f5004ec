"""Decisions, contracts and ends of allotments: what moves more than one card."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.operations import Denied, Who, operation
from kernel.registers.registry import register_named
from kernel.registers.saving import archive_card, save_card
from tenant_apps.territory.adjacent_territories.models import Allotment, AllotmentDecision, AllotmentInspection

MODULE = "adjacent_territories"
# Degrees: what a form loses when it writes coordinates down is no new border.
SAME = 0.0000005


@operation(MODULE, Level.EDIT)
def save_allotment(allotment: Allotment, *, by: Who, reason: str = "") -> Allotment:
    """A border that a signed decision has shown in its annex is changed by another decision."""
    adding = allotment._state.adding
    if not adding:
        was = Allotment.objects.select_related("decision").get(pk=allotment.pk)
        fixed = was.decision is not None and was.decision.is_signed and was.decision_id == allotment.decision_id
        if fixed and not (allotment.shape and was.shape.equals_exact(allotment.shape, SAME)):
            raise ValidationError(
                {
                    "shape": _("Межу затверджено рішенням %(decision)s. Оберіть нове рішення, тоді змініть межу.")
                    % {"decision": was.decision}
                }
            )
    allotment.full_clean()
    if not adding:
        allotment.version, allotment.updated_at = F("version") + 1, timezone.now()
    allotment.save()
    return allotment


@operation(MODULE, Level.EDIT, on="decision")
def sign_decision(decision: AllotmentDecision, *, by: Who, number: str, on: Any, reason: str = "") -> AllotmentDecision:
    """With it every territory of the annex is allotted."""
    if on > timezone.localdate():
        raise ValidationError({"on": _("Цей день ще не настав. Внесіть рішення, коли його ухвалять.")})
    allotments = annexed(decision)
    if not allotments:
        raise ValidationError(_("До рішення не додано жодної території. Оберіть його в картках територій і повторіть."))
    decision.number, decision.signed_on = " ".join(number.split()), on
    decision = _save("decisions", decision, by, reason)
    _settle(allotments, decision, by, reason)
    return decision


@operation(MODULE, Level.MANAGE, on="decision")
def unsign_decision(decision: AllotmentDecision, *, by: Who, reason: str) -> AllotmentDecision:
    decision.number, decision.signed_on = "", None
    decision = _save("decisions", decision, by, reason)
    _settle(annexed(decision), decision, by, reason)
    return decision


@operation(MODULE, Level.EDIT, on="allotment")
def end_allotment(allotment: Allotment, *, by: Who, on: Any, reason: str) -> Allotment:
    """Its place on the map is free again: the card goes to the archive."""
    if on > timezone.localdate():
        raise ValidationError({"on": _("Цей день ще не настав. Припиніть закріплення в день, з якого воно не діє.")})
    allotment.ended_on, allotment.ended_why = on, reason.strip()
    allotment = _save("allotments", allotment, by, reason)
    return archive_card(register_named(f"{MODULE}.allotments"), allotment, by=by, reason=reason)  # type: ignore[no-any-return]


@operation(MODULE, Level.EDIT, on="inspection")
def fix_inspection(inspection: AllotmentInspection, *, by: Who, on: Any, reason: str = "") -> AllotmentInspection:
    if inspection.photo_before_id and not inspection.photo_after_id:
        raise ValidationError(_("Додайте фото після усунення: «Редагувати» → «Фото після усунення», тоді повторіть."))
    if on > timezone.localdate():
        raise ValidationError({"on": _("Цей день ще не настав. Вкажіть день, коли усунення перевірили.")})
    inspection.fixed_on = on
    return _save("inspections", inspection, by, reason)  # type: ignore[no-any-return]


@operation(MODULE, None)
def settle_terms(*, by: Who) -> int:
    """Contracts whose last day has passed; for the night."""
    if not hasattr(by, "kind"):
        raise Denied(_("Строки закриває сама система щоночі."))
    over = Allotment.objects.filter(
        archived_at__isnull=True, state=Allotment.State.CONTRACTED, valid_to__lt=timezone.localdate()
    )
    cards = list(over)
    for card in cards:
        _save("allotments", card, by, _("Строк договору минув"))
    return len(cards)


def annexed(decision: AllotmentDecision) -> list[Allotment]:
    """In the order of the annex."""
    found = Allotment.objects.filter(decision=decision, archived_at__isnull=True)
    return list(found.select_related("holder", "settlement").order_by("number", "id"))


def _settle(allotments: list[Allotment], decision: AllotmentDecision, by: Who, reason: str) -> None:
    for one in allotments:
        one.decision = decision
        _save("allotments", one, by, reason)


def _save(register: str, card: Any, by: Who, reason: str) -> Any:
    return save_card(register_named(f"{MODULE}.{register}"), card, by=by, reason=reason)
