"""Plans of a few figures, entered as a person would enter them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from kernel.access.dates import local_today
from kernel.access.models import User
from kernel.indicators.catalogue import UnknownIndicator, declared_named
from kernel.indicators.computing import period_code
from kernel.modules.entitlement import is_enabled
from tenant_apps.insight.dashboards.models import IndicatorPlan
from tenant_apps.insight.dashboards.plans import set_plan

GROUND = "Програма соціально-економічного розвитку громади, рішення сесії від 23.12.2025 № 41-12/VIII"
MONTHLY = {"temporary_structures.payments.paid": Decimal(1_100), "control.violations.reaction": Decimal(5)}
YEARLY = {
    "staff.positions.vacant": Decimal(2),
    "land.rights.collected": Decimal(95),
    "rental.leases.debt": Decimal(0),
    "control.violations.open": Decimal(5),
}
MONTHS = 7


def load(by: User) -> int:
    """Once; only for modules that are on."""
    if IndicatorPlan.objects.exists():
        return 0
    today, months = local_today(), []
    day = today.replace(day=1)
    for _number in range(MONTHS):
        months.append(period_code(day, "month"))
        day = (day - timedelta(days=1)).replace(day=1)
    wanted = [(code, month, value) for code, value in MONTHLY.items() for month in months]
    wanted += [(code, f"{today.year}", value) for code, value in YEARLY.items()]
    return sum(_plan(code, period, value, by) for code, period, value in wanted)


def _plan(code: str, period: str, value: Decimal, by: User) -> int:
    try:
        one = declared_named(code)
    except UnknownIndicator:
        return 0
    if not is_enabled(one.register.module):
        return 0
    set_plan(one, period, value, by=by, ground=GROUND)
    return 1
