"""A zone is limited or closed for a reason, and opened again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.operations import Who, operation
from kernel.registers.events import announce
from kernel.registers.registry import register_of
from tenant_apps.territory.recreation_zones.models import Zone, ZoneCheck

MODULE = "recreation_zones"


@operation(MODULE, Level.EDIT)
def save_check(check: ZoneCheck, *, by: Who, reason: str = "") -> ZoneCheck:
    if check.checked_on and check.checked_on > timezone.localdate():
        raise ValidationError({"checked_on": _("Цей день ще не настав. Внесіть перевірку, коли її проведуть.")})
    _write(check)
    return check


@operation(MODULE, Level.EDIT, on="zone")
def limit_zone(zone: Zone, *, by: Who, state: str, reason: str, until: date | None = None) -> Zone:
    zone = Zone.objects.select_for_update(of=("self",)).get(pk=zone.pk)
    if state not in (Zone.State.LIMITED, Zone.State.CLOSED):
        raise ValidationError({"state": _("Оберіть «обмежено» або «закрито».")})
    if until and until < timezone.localdate():
        raise ValidationError({"until": _("Цей день уже минув. Вкажіть майбутній або лишіть порожньо.")})
    zone.state, zone.state_reason, zone.state_until = state, " ".join(reason.split()), until
    return _told(zone)


@operation(MODULE, Level.EDIT, on="zone")
def open_zone(zone: Zone, *, by: Who, reason: str = "") -> Zone:
    zone = Zone.objects.select_for_update(of=("self",)).get(pk=zone.pk)
    if zone.state == Zone.State.OPEN:
        raise ValidationError(_("Зона вже відкрита."))
    if failing := failed_checks(zone):
        raise ValidationError(
            _("Остання перевірка «%(check)s» — не відповідає. Внесіть нову з добрим результатом і відкрийте зону.")
            % {"check": failing[0]}
        )
    zone.state, zone.state_reason, zone.state_until = Zone.State.OPEN, "", None
    return _told(zone)


def failed_checks(zone: Zone) -> list[ZoneCheck]:
    """Of each kind, the last one, where it is bad."""
    live = ZoneCheck.objects.filter(zone=zone, archived_at__isnull=True)
    last = live.order_by("kind", "-checked_on", "-pk").distinct("kind")
    return [check for check in last if check.result == ZoneCheck.Result.BAD]


def _write(card: Any) -> None:
    adding = card._state.adding
    card.full_clean()
    if not adding:
        card.version = F("version") + 1
        card.updated_at = timezone.now()
    card.save()
    card.refresh_from_db()


def _told(zone: Zone) -> Zone:
    _write(zone)
    register = register_of(Zone)
    assert register is not None
    announce(register, [zone.pk], "saved", zone.version)
    return zone
