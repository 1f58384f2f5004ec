"""What the card of a contract says of its debt; a penalty that cannot be counted is a sentence, not a zero."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kernel.access.dates import local_today
from kernel.calendar import CalendarUnknown
from kernel.months import ZERO, penalty
from shared_apps.reference.lookup import work_calendar
from tenant_apps.property.land.models import LandRight
from tenant_apps.property.land.operations import accounts


def debts_of(right: LandRight) -> dict[str, Any]:
    """Months that are late or were paid late, with their penalty; `trouble` says why it cannot be counted."""
    today = local_today()
    account = accounts([right])[right.pk]
    rows, total, trouble = [], ZERO, ""
    working = work_calendar() if right.penalty else None
    for line in account.lines:
        fine: Decimal | None = ZERO
        if working is not None:
            try:
                fine = penalty(line, on=today, percent=right.penalty, working=working)
            except CalendarUnknown as unknown:
                fine, trouble = None, str(unknown)
        total += fine or ZERO
        overdue = line.left > 0 and line.due.due_on < today
        if overdue or fine:
            rows.append(
                {
                    "month": line.due.month,
                    "due_on": line.due.due_on,
                    "amount": line.due.amount,
                    "left": line.left,
                    "days": (today - line.due.due_on).days if overdue else 0,
                    "penalty": fine,
                }
            )
    return {
        "rows": rows,
        "penalty": total,
        "ahead": account.ahead,
        "overdue": account.overdue(today),
        "trouble": trouble,
    }
