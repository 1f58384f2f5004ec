"""Plans of indicators: entered by a person with the right, on some ground, for a month, a quarter or a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.indicators.catalogue import Declared
from kernel.operations import Denied, operation
from tenant_apps.insight.dashboards.models import IndicatorPlan
from tenant_apps.insight.dashboards.spans import Span

Plans = dict[str, dict[str, Decimal]]


def plans_for(found: Iterable[Declared], periods: Iterable[str]) -> Plans:
    told: Plans = defaultdict(dict)
    rows = IndicatorPlan.objects.filter(indicator__in={one.code for one in found}, period__in=set(periods))
    for code, period, value in rows.values_list("indicator", "period", "value"):
        told[code][period] = value
    return told


def plan_of(one: Declared, plans: Plans, span: Span) -> tuple[str, Decimal] | None:
    """A flow is planned for its very period; a state, by the end of the nearest period that has a plan."""
    codes = span.containing if not one.periods else [span.code]
    return next(((code, plans[one.code][code]) for code in codes if code in plans.get(one.code, {})), None)


@operation("dashboards", Level.EDIT)
def set_plan(
    one: Declared,
    period: str,
    value: Decimal,
    *,
    by: User,
    ground: str,
    plan: IndicatorPlan | None = None,
    version: int = 0,
) -> IndicatorPlan:
    if not one.register.may(by, Level.VIEW):
        raise Denied(_("Цей показник поза вашими правами."))
    row = IndicatorPlan(indicator=one.code)
    if plan is not None:
        held = IndicatorPlan.objects.select_for_update().filter(pk=plan.pk).first()
        if held is None or held.version != version:
            raise Denied(_("План тим часом змінено. Перегляньте його тепер і внесіть свою зміну ще раз."))
        row = held
        row.version += 1
    row.period, row.value, row.ground, row.set_at = period.strip(), value, ground.strip(), timezone.now()
    row.full_clean()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as twice:
        raise Denied(_("План на цей період щойно записав хтось інший. Відкрийте його й змініть.")) from twice
    return row


@operation("dashboards", Level.EDIT)
def drop_plan(plan: IndicatorPlan, *, by: User) -> None:
    plan.delete()
