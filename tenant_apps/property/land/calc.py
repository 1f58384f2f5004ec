"""What a parcel costs and what is due for it (REG-003). Pure: indices come from the reference data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kernel.money import round_half_up
from kernel.months import ZERO, days_covered, days_in, indexed_by_years, part_of_month, twelfth

Index = Callable[[int], Decimal]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the fee is made of: a rate of the normative value, or a sum of the year that the contract names."""

    first: date
    last: date | None
    rate: Decimal | None = None
    yearly: Decimal | None = None
    share: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Fee:
    """One month; `base` is the normative value of the year, nothing where the contract names the sum."""

    amount: Decimal
    yearly: Decimal
    base: Decimal | None
    days: int


def value_in(value: Decimal, valued_in: int, year: int, index: Index) -> Decimal:
    """The value of a valuation of one year in another: it holds from the next year on, and the index of each whole
    year between applies from the first of January after it (Tax Code, art. 289)."""
    return indexed_by_years(value, range(valued_in + 1, year), index)


def month_fee(terms: Terms, month: date, base: Decimal | None) -> Fee:
    """`base` is the normative value in the year of the month."""
    days = days_covered(month, terms.first, terms.last)
    if terms.yearly is not None:
        yearly = round_half_up(terms.yearly * terms.share)
        base = None
    else:
        assert base is not None and terms.rate is not None
        yearly = round_half_up(base * terms.share * terms.rate / 100)
    whole = twelfth(yearly, month.month)
    amount = whole if days == days_in(month) else part_of_month(whole, days, month) if days else ZERO
    return Fee(amount, yearly, base, days)
