"""Verbs over houses: the passport keeps its address, acts are signed, defects mended, repairs finished."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.operations import Who, operation
from kernel.registers.events import announce
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from tenant_apps.property.houses.models import Finding, House, HouseInspection, HouseRepair

MODULE = "houses"


def keep(card: Any) -> Any:
    """Checked and written; the register tells of it."""
    adding = card._state.adding
    card.full_clean()
    if not adding:
        card.version = F("version") + 1
        card.updated_at = timezone.now()
    card.save()
    card.refresh_from_db()
    return card


def tell(card: Any) -> None:
    register = register_of(type(card))
    assert register is not None
    announce(register, [card.pk], "saved", card.version)


@operation(MODULE, Level.EDIT)
def save_house(house: House, *, by: Who, reason: str = "") -> House:
    """The address in words and, where nothing is said, its point on the map."""
    if house.building_id:
        house.shown = house.building.shown
        house.location = house.location or house.building.location
    house.cadastral_number = house.cadastral_number.strip()
    saved: House = keep(house)
    return saved


def refresh_addresses() -> int:
    """Streets are renamed and numbers change: the houses follow. How many did."""
    now = House.objects.filter(pk=OuterRef("pk")).values("building__shown")[:1]
    return House.objects.exclude(shown=F("building__shown")).update(shown=Subquery(now))


# -- inspections ----------------------------------------------------------------------------------


@operation(MODULE, Level.EDIT)
def save_inspection(inspection: HouseInspection, *, by: Who, reason: str = "") -> HouseInspection:
    if not inspection._state.adding and _is_signed(inspection.pk):
        raise ValidationError(_("Акт підписано, його не змінюють. Внесіть позачерговий огляд."))
    if inspection.inspected_on and inspection.inspected_on > timezone.localdate():
        raise ValidationError({"inspected_on": _("Цей день ще не настав. Внесіть огляд, коли його проведуть.")})
    saved: HouseInspection = keep(inspection)
    Finding.objects.filter(inspection=saved).exclude(house=saved.house_id).update(house=saved.house_id)
    return saved


@operation(MODULE, Level.EDIT, on="inspection")
def sign_inspection(inspection: HouseInspection, *, by: Who, signed_on: date, reason: str = "") -> HouseInspection:
    inspection = HouseInspection.objects.select_for_update(of=("self",)).get(pk=inspection.pk)
    if inspection.state == HouseInspection.State.SIGNED:
        raise ValidationError(_("Акт уже підписано %(day)s.") % {"day": f"{inspection.signed_on:%d.%m.%Y}"})
    if signed_on < inspection.inspected_on or signed_on > timezone.localdate():
        raise ValidationError(
            {"signed_on": _("Акт підписують від дня огляду до сьогодні. Вкажіть день, який стоїть в акті.")}
        )
    if not inspection.conclusion and not Finding.objects.filter(inspection=inspection, archived_at=None).exists():
        raise ValidationError(_("В акті ще нічого немає. Внесіть дефекти або висновок і підпишіть."))
    inspection.state, inspection.signed_on = HouseInspection.State.SIGNED, signed_on
    keep(inspection)
    tell(inspection)
    return inspection


@operation(MODULE, Level.EDIT)
def save_finding(finding: Finding, *, by: Who, reason: str = "") -> Finding:
    if finding.inspection_id:
        if _is_signed(finding.inspection_id):
            raise ValidationError(_("Акт цього огляду підписано: дефекти в ньому не додають і не змінюють."))
        finding.house = finding.inspection.house
        if finding.due_on and finding.due_on < finding.inspection.inspected_on:
            raise ValidationError({"due_on": _("Строк раніше за огляд. Вкажіть пізніший день.")})
    saved: Finding = keep(finding)
    return saved


@operation(MODULE, Level.EDIT, on="finding")
def mend_finding(finding: Finding, *, by: Who, on: date, outcome: str, reason: str = "") -> Finding:
    finding = Finding.objects.select_for_update(of=("self",)).select_related("inspection").get(pk=finding.pk)
    if finding.mended_on:
        raise ValidationError(_("Дефект уже усунуто %(day)s.") % {"day": f"{finding.mended_on:%d.%m.%Y}"})
    if on < finding.inspection.inspected_on or on > timezone.localdate():
        raise ValidationError({"on": _("Усунути могли від дня огляду до сьогодні. Перевірте дату.")})
    finding.mended_on, finding.outcome = on, " ".join(outcome.split())
    keep(finding)
    tell(finding)
    return finding


def _is_signed(inspection: int) -> bool:
    return HouseInspection.objects.filter(pk=inspection, state=HouseInspection.State.SIGNED).exists()


# -- repairs --------------------------------------------------------------------------------------


@operation(MODULE, Level.EDIT)
def save_repair(repair: HouseRepair, *, by: Who, reason: str = "") -> HouseRepair:
    saved: HouseRepair = keep(repair)
    return saved


@operation(MODULE, Level.EDIT, on="repair")
def finish_repair(
    repair: HouseRepair, *, by: Who, on: date, cost: Decimal | None = None, reason: str = ""
) -> HouseRepair:
    """A capital repair moves the year in the passport of the house."""
    repair = HouseRepair.objects.select_for_update(of=("self",)).select_related("house").get(pk=repair.pk)
    if repair.state != HouseRepair.State.PLANNED:
        raise ValidationError(_("Цей ремонт уже закрито. Внесіть новий."))
    if on > timezone.localdate():
        raise ValidationError({"on": _("Цей день ще не настав. Закрийте ремонт, коли його виконають.")})
    repair.state, repair.finished_on = HouseRepair.State.DONE, on
    if cost is not None:
        repair.cost = cost
    keep(repair)
    tell(repair)
    house = repair.house
    if repair.kind == HouseRepair.Kind.CAPITAL and (house.capital_repair_in or 0) < on.year:
        house.capital_repair_in = on.year
        register = register_of(House)
        assert register is not None
        save_card(register, house, by=by, reason=reason or str(repair.works))
    return repair


@operation(MODULE, Level.EDIT, on="repair")
def drop_repair(repair: HouseRepair, *, by: Who, reason: str) -> HouseRepair:
    repair = HouseRepair.objects.select_for_update(of=("self",)).get(pk=repair.pk)
    if repair.state != HouseRepair.State.PLANNED:
        raise ValidationError(_("Скасувати можна лише запланований ремонт."))
    repair.state = HouseRepair.State.DROPPED
    keep(repair)
    tell(repair)
    return repair
