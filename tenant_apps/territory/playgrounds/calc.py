"""When a ground is to be inspected next (ДСТУ EN 1176-7): visually every week, in operation every quarter, yearly."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

VISUAL_DAYS = 7
MONTHS = {"functional": 3, "annual": 12}


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last one: 30 November and three months is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_inspection(kind: str, day: date) -> date:
    if kind == "visual":
        return day + timedelta(days=VISUAL_DAYS)
    return months_after(day, MONTHS[kind])
