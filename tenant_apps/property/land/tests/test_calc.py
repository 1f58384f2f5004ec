"""Worked examples of the domain, and the invariants behind them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest

from kernel.calendar import DayKind, WorkCalendar
from kernel.months import (
    Due,
    Paid,
    days_covered,
    indexed_by_months,
    late_days,
    month_after,
    months_of,
    penalty,
    settled,
    twelfth,
)
from tenant_apps.property.land.calc import Terms, month_fee, value_in
from tenant_apps.property.land.fields import cadastral_number, validate_cadastral

INDICES = {2024: D("1.12"), 2025: D("1.08")}
WORKING = WorkCalendar({date(2026, 1, 1): DayKind.HOLIDAY}, (), frozenset({2026}))


def test_value_of_2023_in_2026_and_its_lease():
    base = value_in(D(850_000), 2023, 2026, INDICES.__getitem__)
    assert base == D("1028160.00")
    fee = month_fee(Terms(date(2025, 1, 1), None, rate=D(3)), date(2026, 5, 1), base)
    assert (fee.yearly, fee.amount) == (D("30844.80"), D("2570.40"))


def test_a_year_without_index_is_never_one():
    with pytest.raises(KeyError):
        value_in(D(850_000), 2023, 2027, INDICES.__getitem__)
    assert value_in(D(850_000), 2023, 2024, INDICES.__getitem__) == D("850000.00")


@pytest.mark.parametrize("yearly", ["30844.80", "1000.00", "0.07", "99999.99"])
def test_twelve_months_are_the_year_to_a_kopeck(yearly):
    assert sum(twelfth(D(yearly), month) for month in range(1, 13)) == D(yearly)


def test_partial_month_by_days_and_share():
    terms = Terms(date(2026, 4, 11), date(2026, 6, 15), yearly=D(12_000), share=D("0.5"))
    amounts = [month_fee(terms, month, None) for month in months_of(terms.first, terms.last)]
    assert [(fee.days, fee.amount) for fee in amounts] == [(20, D("333.33")), (31, D("500.00")), (15, D("250.00"))]
    assert month_fee(terms, date(2026, 7, 1), None).amount == 0


def test_months():
    assert month_after(date(2025, 11, 1), 3) == date(2026, 2, 1)
    assert month_after(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert list(months_of(date(2025, 12, 31), date(2026, 1, 1))) == [date(2025, 12, 1), date(2026, 1, 1)]
    assert days_covered(date(2024, 2, 1), date(2020, 1, 1), None) == 29
    rent = indexed_by_months(D("3500.00"), [1, 2], {1: D("1.008"), 2: D("1.015")}.__getitem__)
    assert rent == D("3580.92")


def test_penalty_begins_on_the_first_working_day_and_counts_the_day_of_payment():
    assert late_days(date(2026, 6, 20), date(2026, 6, 30), WORKING) == 9
    line = settled([Due(date(2026, 5, 1), date(2026, 6, 20), D(2500))], [Paid(date(2026, 6, 30), D(2500))]).lines[0]
    assert penalty(line, on=date(2026, 11, 1), percent=D("0.01"), working=WORKING) == D("2.25")
    open_line = settled([Due(date(2026, 9, 1), date(2026, 10, 20), D(1000))], []).lines[0]
    assert penalty(open_line, on=date(2026, 10, 31), percent=D("0.01"), working=WORKING) == D("1.10")
    assert penalty(open_line, on=date(2026, 10, 20), percent=D("0.01"), working=WORKING) == 0
    assert penalty(open_line, on=date(2026, 12, 31), percent=D(50), working=WORKING) == D(1000)


def test_oldest_debt_first_unless_the_payer_named_the_month():
    dues = [
        Due(date(2026, month, 1), date(2026, month + 1, 20), D(sum_))
        for month, sum_ in ((8, "120.00"), (9, "274.03"), (10, "274.03"))
    ]
    account = settled(dues, [Paid(date(2026, 11, 25), D(500))])
    assert [line.paid for line in account.lines] == [D("120.00"), D("274.03"), D("105.97")]
    assert account.overdue(date(2026, 12, 1)) == D("168.06") and account.since(date(2026, 12, 1)) == date(2026, 11, 20)
    named = settled(dues, [Paid(date(2026, 11, 25), D(274), date(2026, 10, 1))])
    assert [line.paid for line in named.lines] == [0, 0, D(274)]
    assert settled(dues, [Paid(date(2026, 11, 25), D(1000))]).ahead == D("331.94")


def test_what_a_recalculation_took_back_pays():
    dues = [Due(date(2026, 1, 1), date(2026, 2, 28), D(100)), Due(date(2026, 2, 1), date(2026, 3, 30), D(-30))]
    account = settled(dues, [Paid(date(2026, 3, 1), D(50))])
    assert account.overdue(date(2026, 6, 1)) == D(20)


def test_cadastral_number_in_one_form():
    assert cadastral_number("5310436100 05 002 0014") == "5310436100:05:002:0014"
    assert cadastral_number("5310436100050020014") == "5310436100:05:002:0014"
    validate_cadastral("5310436100:05:002:0014")
    for wrong in ("5310436100:5:002:0014", "531043610:05:002:0014", "А310436100:05:002:0014", "1"):
        with pytest.raises(Exception, match="не схоже на кадастровий номер"):
            validate_cadastral(cadastral_number(wrong))
