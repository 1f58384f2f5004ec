"""Arithmetic of what is due by months: months, parts of them, chains of indices, debts and penalty.

Pure: rates, indices and the calendar are given by whoever asks. Every sum is rounded half-up once, at its line.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from kernel.calendar import WorkCalendar
from kernel.money import round_half_up

ZERO = Decimal("0.00")
MONTHS = 12


# -- months ---------------------------------------------------------------------------------------


def month_of(day: date) -> date:
    """A month is known by its first day."""
    return day.replace(day=1)


def month_after(month: date, count: int = 1) -> date:
    number = month.year * MONTHS + month.month - 1 + count
    return date(number // MONTHS, number % MONTHS + 1, 1)


def days_in(month: date) -> int:
    return calendar.monthrange(month.year, month.month)[1]


def last_of(month: date) -> date:
    return month.replace(day=days_in(month))


def months_of(first: date, last: date) -> Iterator[date]:
    """Every month that has a day of the period; none when it ends before it begins."""
    month = month_of(first)
    while month <= last:
        yield month
        month = month_after(month)


def days_covered(month: date, first: date, last: date | None) -> int:
    """How many days of the month belong to the period; both ends do."""
    start = max(month, first)
    end = last_of(month) if last is None else min(last_of(month), last)
    return max((end - start).days + 1, 0)


def day_in(month: date, day: int) -> date:
    """The 31st of a month of thirty days is its last day."""
    return month.replace(day=min(day, days_in(month)))


# -- sums -----------------------------------------------------------------------------------------


def part_of_month(amount: Decimal, days: int, month: date) -> Decimal:
    return round_half_up(amount * days / days_in(month))


def twelfth(yearly: Decimal, month: int) -> Decimal:
    """What falls on the month so that the twelve months are the year to a kopeck."""
    return round_half_up(yearly * month / MONTHS) - round_half_up(yearly * (month - 1) / MONTHS)


def indexed_by_years(value: Decimal, years: Iterable[int], index: Callable[[int], Decimal]) -> Decimal:
    """Indices of the years one after another, rounded once at the end."""
    for year in years:
        value *= index(year)
    return round_half_up(value)


def indexed_by_months(first: Decimal, months: Iterable[date], index: Callable[[date], Decimal]) -> Decimal:
    """The sum of a month is that of the month before by the index: each was on a bill, so each is rounded."""
    amount = first
    for month in months:
        amount = round_half_up(amount * index(month))
    return amount


# -- debts ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """A sum of a month and the last day to pay it; below zero where a recalculation took something back."""

    month: date
    due_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Paid:
    """Money that came; `month` is named where the payer said what for."""

    on: date
    amount: Decimal
    month: date | None = None


@dataclass(slots=True)
class Line:
    """A due sum with the parts of payments that closed it."""

    due: Due
    parts: list[tuple[date, Decimal]] = field(default_factory=list)

    @property
    def paid(self) -> Decimal:
        return sum((amount for _on, amount in self.parts), ZERO)

    @property
    def left(self) -> Decimal:
        return self.due.amount - self.paid


@dataclass(frozen=True, slots=True)
class Account:
    """Sums by their days, and what was paid ahead."""

    lines: Sequence[Line]
    ahead: Decimal

    def overdue(self, on: date) -> Decimal:
        """What should have been paid before the day; money paid ahead is subtracted when its turn comes."""
        return sum((line.left for line in self.lines if line.due.due_on < on), ZERO)

    def since(self, on: date) -> date | None:
        """The last day of the oldest sum that is not paid."""
        return next((line.due.due_on for line in self.lines if line.left > 0 and line.due.due_on < on), None)


def settled(dues: Iterable[Due], payments: Iterable[Paid]) -> Account:
    """The month the payer named first, then the oldest (BIL-017). What a recalculation took back pays like money."""
    rows = sorted(dues, key=lambda due: (due.due_on, due.month))
    lines = [Line(due) for due in rows if due.amount > 0]
    money = sorted(
        [*payments, *(Paid(due.due_on, -due.amount) for due in rows if due.amount < 0)], key=lambda paid: paid.on
    )
    ahead = ZERO
    for paid in money:
        left = paid.amount
        named = [line for line in lines if paid.month is not None and line.due.month == paid.month]
        for line in [*named, *lines]:
            if left <= 0:
                break
            taken = min(left, line.left)
            if taken > 0:
                line.parts.append((paid.on, taken))
                left -= taken
        ahead += max(left, ZERO)
    return Account(lines, ahead)


def late_days(due_on: date, until: date, working: WorkCalendar) -> int:
    """From the first working day after the term to the day of payment, which counts too (BIL-015)."""
    if until <= due_on:
        return 0
    return max((until - working.add_working_days(due_on, 1)).days + 1, 0)


def penalty(line: Line, *, on: date, percent: Decimal, working: WorkCalendar) -> Decimal:
    """Simple, never on penalty itself, and never more than the sum that was late."""
    if percent <= 0 or line.due.due_on >= on:
        return ZERO
    late = sum((amount * late_days(line.due.due_on, paid_on, working) for paid_on, amount in line.parts), Decimal(0))
    late += line.left * late_days(line.due.due_on, on, working)
    return min(round_half_up(late * percent / 100), line.due.amount)


def term_after(month: date, days: int) -> date:
    """So many days after the month is over."""
    return last_of(month) + timedelta(days=days)
