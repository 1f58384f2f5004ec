"""Verbs over grounds: inspections move the next ones, dangerous defects close the ground until they are mended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.operations import Who, operation
from kernel.registers.events import announce, listen
from kernel.registers.register import Register
from kernel.registers.registry import register_of
from tenant_apps.territory.playgrounds.calc import next_inspection
from tenant_apps.territory.playgrounds.models import Ground, GroundDefect, GroundInspection

MODULE = "playgrounds"
CLOSING = {"danger": GroundDefect.Danger.DANGEROUS, "mended_on": None, "archived_at": None}


def keep(card: Any) -> Any:
    """Checked and written, untold: the register tells of what it saves itself."""
    adding = card._state.adding
    card.full_clean()
    if not adding:
        card.version = F("version") + 1
        card.updated_at = timezone.now()
    card.save()
    card.refresh_from_db()
    return card


def keep_and_tell(card: Any) -> None:
    keep(card)
    register = register_of(type(card))
    assert register is not None
    announce(register, [card.pk], "saved", card.version)


# -- inspections ----------------------------------------------------------------------------------


@operation(MODULE, Level.EDIT)
def save_inspection(inspection: GroundInspection, *, by: Who, reason: str = "") -> GroundInspection:
    if inspection.inspected_on and inspection.inspected_on > timezone.localdate():
        raise ValidationError({"inspected_on": _("Цей день ще не настав. Внесіть огляд, коли його проведуть.")})
    was = GroundInspection.objects.filter(pk=inspection.pk).values_list("ground", flat=True).first()
    saved: GroundInspection = keep(inspection)
    for ground in {saved.ground_id, was} - {None}:
        reschedule(int(ground))
    return saved


@operation(MODULE, Level.EDIT)
def reschedule_all(*, by: Who) -> None:
    """After inspections were written by a set."""
    for ground in Ground.objects.filter(archived_at__isnull=True).values_list("pk", flat=True):
        reschedule(ground)


def reschedule(ground_id: int) -> None:
    """The next of each kind is counted from the last one; a fuller inspection stands for a lesser one."""
    ground = Ground.objects.select_for_update(of=("self",)).get(pk=ground_id)
    kept = GroundInspection.objects.filter(ground=ground, archived_at__isnull=True)
    last = dict(kept.order_by().values_list("kind").annotate(last=Max("inspected_on")))
    changed = False
    for place, kind in enumerate(("visual", "functional", "annual")):
        days = [last[one] for one in ("visual", "functional", "annual")[place:] if one in last]
        due = next_inspection(kind, max(days)) if days else None
        changed |= getattr(ground, f"next_{kind}_on") != due
        setattr(ground, f"next_{kind}_on", due)
    if changed:
        keep_and_tell(ground)


# -- defects --------------------------------------------------------------------------------------


@operation(MODULE, Level.EDIT)
def save_defect(defect: GroundDefect, *, by: Who, reason: str = "") -> GroundDefect:
    if defect.found_on and defect.found_on > timezone.localdate():
        raise ValidationError({"found_on": _("Цей день ще не настав. Вкажіть, коли дефект побачили.")})
    was = GroundDefect.objects.filter(pk=defect.pk).values_list("ground", flat=True).first()
    saved: GroundDefect = keep(defect)
    for ground in {saved.ground_id, was} - {None}:
        open_or_close(int(ground))
    return saved


@operation(MODULE, Level.EDIT, on="defect")
def mend_defect(defect: GroundDefect, *, by: Who, on: date, outcome: str, reason: str = "") -> GroundDefect:
    defect = GroundDefect.objects.select_for_update(of=("self",)).get(pk=defect.pk)
    if defect.mended_on:
        raise ValidationError(_("Дефект уже усунуто %(day)s.") % {"day": f"{defect.mended_on:%d.%m.%Y}"})
    if on < defect.found_on or on > timezone.localdate():
        raise ValidationError({"on": _("Усунути могли від дня виявлення до сьогодні. Перевірте дату.")})
    defect.mended_on, defect.outcome = on, " ".join(outcome.split())
    keep_and_tell(defect)
    open_or_close(defect.ground_id)
    return defect


def open_or_close(ground_id: int) -> None:
    """Closed since the first dangerous defect that is not mended; open when there is none."""
    ground = Ground.objects.select_for_update(of=("self",)).get(pk=ground_id)
    since = (
        GroundDefect.objects.filter(ground=ground, **CLOSING)
        .order_by("found_on")
        .values_list("found_on", flat=True)
        .first()
    )
    state = Ground.State.CLOSED if since else Ground.State.OPEN
    if (ground.state, ground.closed_on) != (state, since):
        ground.state, ground.closed_on = state, since
        keep_and_tell(ground)


# -- what left the lists, or came back ---------------------------------------------------------------


@listen
def follow(register: Register, keys: Sequence[Any], verb: str) -> None:
    """The ground stands as if its inspection or defect had never been written, or had been written anew."""
    refresh = {GroundDefect: open_or_close, GroundInspection: reschedule}.get(register.model)
    if refresh and verb != "saved":
        for ground in set(register.model.objects.filter(pk__in=keys).values_list("ground", flat=True)):
            refresh(ground)
