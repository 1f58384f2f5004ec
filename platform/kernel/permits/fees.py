"""The fee of one permit for one month, in plain figures; `charging` does the same for a whole register at once.

Order of the arithmetic, which both keep: the rate of each day is added up, then times area and factor, then divided by
the days of the month, and rounded once.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kernel.money import round_half_up


@dataclass(frozen=True, slots=True)
class Rate:
    """Hryvnias for a square metre a month, both days inside."""

    starts_on: date
    ends_on: date | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    days: int
    amount: Decimal


class NoRate(LookupError):
    def __init__(self, day: date) -> None:
        super().__init__(f"No rate on {day:%d.%m.%Y}.")
        self.day = day


def month_of(day: date) -> date:
    return day.replace(day=1)


def last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def month_fee(
    month: date, *, starts_on: date, ends_on: date | None, area: Decimal, factor: Decimal, rates: Sequence[Rate]
) -> Line | None:
    """None where the permit has no day in the month; a day without a rate is an error, never a zero."""
    first, last = max(month, starts_on), min(last_day(month), ends_on or last_day(month))
    if first > last:
        return None
    days = [first + timedelta(step) for step in range((last - first).days + 1)]
    total = sum((_rate_on(day, rates) for day in days), Decimal(0))
    return Line(len(days), round_half_up(area * factor * total / last_day(month).day))


def _rate_on(day: date, rates: Sequence[Rate]) -> Decimal:
    for one in rates:
        if one.starts_on <= day and (one.ends_on is None or day <= one.ends_on):
            return one.amount
    raise NoRate(day)
