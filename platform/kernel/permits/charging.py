"""A month of fees in one statement; asked again, it adds nothing. `fees` counts one line the same way."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require
from kernel.operations import Who, operation
from kernel.permits.fees import last_day, month_of
from kernel.permits.models import State
from kernel.permits.paying import Fees
from kernel.registers.events import announce
from kernel.registers.registry import register_of
from kernel.tenancy.locks import hold_lock

PAYING = [str(one) for one in (State.VALID, State.EXPIRED, State.CANCELLED, State.DISMANTLED)]
TOLD = 5

_SPANS = """
WITH spans AS (
  SELECT p.id, p.number, p.zone_id, p.area, p.factor, GREATEST(p.valid_from, {first}) AS day_one,
    LEAST(p.valid_to, p.ended_on, {last}) AS day_last
  FROM {permits} p
  WHERE p.archived_at IS NULL AND p.state = ANY({paying}) AND p.valid_from <= {last}
    AND COALESCE(p.valid_to, {last}) >= {first} AND COALESCE(p.ended_on, {last}) >= {first}
    AND ({zone}::bigint IS NULL OR p.zone_id = {zone}) AND ({permit}::bigint IS NULL OR p.id = {permit})
    AND NOT EXISTS (SELECT 1 FROM {charges} c WHERE c.permit_id = p.id AND c.month = {first} AND c.archived_at IS NULL)
)
"""
# The first day of each that no rate covers; without a zone that is its first day.
_UNCOVERED = """
SELECT s.number, z.name, min(d.day)::date FROM spans s
CROSS JOIN LATERAL generate_series(s.day_one::timestamp, s.day_last::timestamp, '1 day') d(day)
LEFT JOIN {zones} z ON z.id = s.zone_id
WHERE s.day_one <= s.day_last AND NOT EXISTS (
  SELECT 1 FROM {rates} r WHERE r.zone_id = s.zone_id AND r.archived_at IS NULL
    AND r.starts_on <= d.day::date AND COALESCE(r.ends_on, d.day::date) >= d.day::date
)
GROUP BY s.id, s.number, z.name ORDER BY s.number LIMIT {told}
"""
_CHARGE = """
INSERT INTO {charges} (version, created_at, updated_at, created_by_id, permit_id, number, month, days, area, factor, amount)
SELECT 1, {now}, {now}, {author}, s.id, s.number, {first}, s.day_last - s.day_one + 1, s.area, s.factor,
  round(s.area * s.factor * sum(r.rate * (LEAST(COALESCE(r.ends_on, s.day_last), s.day_last)
    - GREATEST(r.starts_on, s.day_one) + 1)) / {days}, 2)
FROM spans s JOIN {rates} r ON r.zone_id = s.zone_id AND r.archived_at IS NULL
  AND r.starts_on <= s.day_last AND COALESCE(r.ends_on, s.day_last) >= s.day_one
WHERE s.day_one <= s.day_last
GROUP BY s.id, s.number, s.day_one, s.day_last, s.area, s.factor
ON CONFLICT (permit_id, month) WHERE archived_at IS NULL DO NOTHING
RETURNING id
"""


@operation("permits", None)
def charge_month(fees: Fees, month: date, *, by: Who, zone: Any = None, permit: Any = None) -> int:
    """How many permits were charged. A day without a rate stops all of it, and says whose and which."""
    if isinstance(by, User):
        require(by, fees.module, Level.EDIT)
    month = month_of(month)
    if month > month_of(timezone.localdate()):
        raise ValidationError(_("Цей місяць ще не настав. Нараховують за поточний або за минулі місяці."))
    hold_lock(f"permits.charge:{fees.module}")
    named = _named(fees, month, by, zone, permit)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_SPANS + _UNCOVERED).format(**named))
        if missing := cursor.fetchall():
            raise ValidationError(_no_rate(missing))
        cursor.execute(sql.SQL(_SPANS + _CHARGE).format(**named))
        made = [key for (key,) in cursor.fetchall()]
    _tell(fees, made, "saved")
    return len(made)


@operation("permits", None)
def recharge(fees: Fees, permit: Any, since: date, *, by: Who, reason: str) -> int:
    """From the month of `since` on: former charges leave the register, months begun are charged as they are now."""
    if isinstance(by, User):
        require(by, fees.module, Level.EDIT, permit)
    now = timezone.now()
    former = fees.charges._default_manager.filter(  # type: ignore[misc]  # children name their permit
        permit=permit.pk, month__gte=month_of(since), archived_at__isnull=True
    )
    found = dict(former.values_list("pk", "month"))
    former.update(archived_at=now, updated_at=now)
    _tell(fees, list(found), "archived")
    for month in sorted(found.values()):
        charge_month(fees, month, by=by, permit=permit)
    return len(found)


def _named(fees: Fees, month: date, by: Who, zone: Any, permit: Any) -> dict[str, sql.Composable]:
    zones: Any = fees.rates._meta.get_field("zone").related_model  # type: ignore[misc]  # children name their zone
    assert isinstance(zones, type)
    tables = {"permits": fees.permits, "rates": fees.rates, "charges": fees.charges, "zones": zones}
    values = {
        "first": month,
        "last": last_day(month),
        "days": last_day(month).day,
        "paying": PAYING,
        "zone": zone.pk if zone else None,
        "permit": permit.pk if permit else None,
        "told": TOLD,
        "now": timezone.now(),
        "author": by.pk if isinstance(by, User) else None,
    }
    return {
        **{name: sql.Identifier(model._meta.db_table) for name, model in tables.items()},  # type: ignore[attr-defined]
        **{name: sql.Literal(value) for name, value in values.items()},
    }


def _no_rate(missing: list[Any]) -> list[str]:
    return [
        _("%(number)s: для зони «%(zone)s» немає ставки на %(day)s. Додайте ставку й повторіть нарахування.")
        % {"number": number, "zone": zone, "day": f"{day:%d.%m.%Y}"}
        if zone
        else _("%(number)s: не вказано зони плати. Впишіть її в картці й повторіть нарахування.") % {"number": number}
        for number, zone, day in missing
    ]


def _tell(fees: Fees, keys: list[Any], verb: str) -> None:
    register = register_of(fees.charges)
    if register is not None and keys:
        announce(register, keys, verb)
