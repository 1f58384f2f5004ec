"""The worked example of REG-006 and the months around it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest

from tenant_apps.property.rental.calc import Terms, month_rent

INDICES = {date(2026, 2, 1): D("1.008"), date(2026, 3, 1): D("1.015")}
BASE = date(2026, 1, 1)


def rent(month, vat="0", **given):
    terms = Terms(**({"first": BASE, "last": date(2026, 3, 10), "rent": D(3500), "base_month": BASE} | given))
    return month_rent(terms, month, INDICES.__getitem__, D(vat))


def test_each_month_is_the_one_before_by_its_index():
    assert rent(BASE).amount == D("3500.00")
    assert rent(date(2026, 2, 1)).amount == D("3528.00")
    assert rent(date(2026, 3, 1)).whole == D("3580.92")


def test_a_partial_month_is_by_days_and_vat_comes_on_top():
    last = rent(date(2026, 3, 1), vat="20")
    assert (last.days, last.amount, last.vat, last.total) == (10, D("1155.14"), D("231.03"), D("1386.17"))
    assert rent(date(2026, 2, 1), first=date(2026, 2, 15)).amount == D("1764.00")
    assert rent(date(2026, 4, 1)).total == 0


def test_a_month_without_index_is_never_the_month_before():
    with pytest.raises(KeyError):
        rent(date(2026, 4, 1), last=date(2026, 12, 31))
    assert rent(date(2026, 4, 1), last=date(2026, 12, 31), indexed=False).amount == D(3500)


def test_a_preferential_hryvnia_is_due_once_a_year():
    given = {"first": date(2025, 11, 17), "last": date(2027, 6, 30), "rent": D(0), "yearly": D(1)}
    months = [date(year, month, 1) for year in (2025, 2026, 2027) for month in range(1, 13)]
    assert [month for month in months if rent(month, **given).amount] == [
        date(2025, 11, 1), date(2026, 1, 1), date(2027, 1, 1),
    ]  # fmt: skip
