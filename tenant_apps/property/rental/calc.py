"""Rent of a month (REG-006). Pure: indices and the rate of VAT come from the reference data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kernel.money import round_half_up
from kernel.months import ZERO, days_covered, days_in, indexed_by_months, last_of, month_after, months_of, part_of_month

Index = Callable[[date], Decimal]


@dataclass(frozen=True, slots=True)
class Terms:
    """`rent` is that of the base month, without VAT; `yearly` is a preferential sum of the year instead."""

    first: date
    last: date | None
    rent: Decimal
    base_month: date
    indexed: bool = True
    yearly: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rent:
    """One month: the whole month's rent and what is due for its days, without and with VAT."""

    whole: Decimal
    days: int
    amount: Decimal
    vat: Decimal

    @property
    def total(self) -> Decimal:
        return self.amount + self.vat


def whole_rent(terms: Terms, month: date, index: Index) -> Decimal:
    """The rent of each month is that of the month before by the inflation index of the month."""
    if not terms.indexed or month <= terms.base_month:
        return terms.rent
    return indexed_by_months(terms.rent, months_of(month_after(terms.base_month), month), index)


def month_rent(terms: Terms, month: date, index: Index, vat: Decimal = ZERO) -> Rent:
    """`vat` in per cent. A preferential sum is due once a year: in January or in the first month of the lease."""
    days = days_covered(month, terms.first, terms.last)
    if not days:
        return Rent(ZERO, 0, ZERO, ZERO)
    if terms.yearly is not None:
        begins = month <= terms.first <= last_of(month)
        amount = terms.yearly if month.month == 1 or begins else ZERO
        whole = terms.yearly
    else:
        whole = whole_rent(terms, month, index)
        amount = whole if days == days_in(month) else part_of_month(whole, days, month)
    return Rent(whole, days, amount, round_half_up(amount * vat / 100))
