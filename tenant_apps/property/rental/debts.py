"""What the card of a lease says of its debt; a penalty that cannot be counted is a sentence, not a zero."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kernel.access.dates import local_today
from kernel.calendar import CalendarUnknown
from kernel.months import ZERO, penalty
from shared_apps.reference.lookup import work_calendar
from tenant_apps.property.rental.models import RentLease
from tenant_apps.property.rental.operations import accounts


def debts_of(lease: RentLease) -> dict[str, Any]:
    today = local_today()
    account = accounts([lease])[lease.pk]
    rows, total, trouble = [], ZERO, ""
    working = work_calendar() if lease.penalty else None
    for line in account.lines:
        fine: Decimal | None = ZERO
        if working is not None:
            try:
                fine = penalty(line, on=today, percent=lease.penalty, working=working)
            except CalendarUnknown as unknown:
                fine, trouble = None, str(unknown)
        total += fine or ZERO
        if line.due.due_on < today and (line.left > 0 or fine):
            rows.append({"due": line.due, "left": line.left, "penalty": fine})
    return {
        "rows": rows,
        "penalty": total,
        "ahead": account.ahead,
        "overdue": account.overdue(today),
        "trouble": trouble,
    }
