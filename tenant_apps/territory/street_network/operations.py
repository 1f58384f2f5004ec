"""A defect puts out a lamp until it is mended; a capital repair moves the year in the road's passport."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.operations import Who, operation
from kernel.registers.events import announce, listen
from kernel.registers.register import Register
from kernel.registers.registry import register_of
from tenant_apps.territory.street_network.models import LightPoint, RoadDefect, RoadSection, RoadWork

MODULE = "street_network"


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


@operation(MODULE, Level.EDIT)
def save_defect(defect: RoadDefect, *, by: Who, reason: str = "") -> RoadDefect:
    if defect.found_on and defect.found_on > timezone.localdate():
        raise ValidationError({"found_on": _("Цей день ще не настав. Вкажіть, коли дефект побачили.")})
    was = RoadDefect.objects.filter(pk=defect.pk).values_list("light", flat=True).first()
    saved: RoadDefect = keep(defect)
    for light in {saved.light_id, was} - {None}:
        judge_light(int(light))
    return saved


@operation(MODULE, Level.EDIT, on="defect")
def mend_defect(defect: RoadDefect, *, by: Who, on: date, outcome: str, reason: str = "") -> RoadDefect:
    defect = RoadDefect.objects.select_for_update(of=("self",)).get(pk=defect.pk)
    if defect.mended_on:
        raise ValidationError(_("Дефект уже усунуто %(day)s.") % {"day": f"{defect.mended_on:%d.%m.%Y}"})
    if on < defect.found_on or on > timezone.localdate():
        raise ValidationError({"on": _("Усунути могли від дня виявлення до сьогодні. Перевірте дату.")})
    defect.mended_on, defect.outcome = on, " ".join(outcome.split())
    keep_and_tell(defect)
    if defect.light_id:
        judge_light(defect.light_id)
    return defect


def judge_light(light_id: int) -> None:
    """Out while it has a defect that is not planned and not mended."""
    light = LightPoint.objects.select_for_update(of=("self",)).get(pk=light_id)
    broken = RoadDefect.objects.filter(light=light, mended_on=None, archived_at=None).exclude(urgency="planned")
    state = LightPoint.State.OFF if broken.exists() else LightPoint.State.WORKS
    if light.state != state:
        light.state = state
        keep_and_tell(light)


@operation(MODULE, Level.EDIT)
def save_work(work: RoadWork, *, by: Who, reason: str = "") -> RoadWork:
    if work.done_on and work.done_on > timezone.localdate():
        raise ValidationError({"done_on": _("Цей день ще не настав. Внесіть роботи, коли їх виконають.")})
    saved: RoadWork = keep(work)
    if saved.kind == RoadWork.Kind.CAPITAL and saved.road_id:
        road = RoadSection.objects.select_for_update(of=("self",)).get(pk=saved.road_id)
        if (road.repaired_in or 0) < saved.done_on.year:
            road.repaired_in = saved.done_on.year
            keep_and_tell(road)
    return saved


@listen
def follow(register: Register, keys: Sequence[Any], verb: str) -> None:
    """A defect that left the lists, or came back, changes its lamp as if it were written anew."""
    if register.model is RoadDefect and verb != "saved":
        rows = RoadDefect.objects.filter(pk__in=keys, light__isnull=False)
        for light in set(rows.values_list("light", flat=True)):
            judge_light(int(light or 0))
