"""Codes of periods — «», 2026-10-15, 2026-10, 2026-Q4, 2026 — and what is before and after them."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kernel.indicators.computing import period_code

_FORM = re.compile(r"^(\d{4})(?:-(?:Q([1-4])|(\d\d)(?:-(\d\d))?))?$")


def length_of(period: str) -> str:
    if not period:
        return ""
    found = _FORM.match(period)
    if not found:
        raise ValueError(period)
    _year, quarter, month, day = found.groups()
    return "quarter" if quarter else "day" if day else "month" if month else "year"


def is_period(text: str) -> bool:
    try:
        first_day(text)
    except ValueError:
        return False
    return bool(text)


def first_day(period: str) -> date:
    found = _FORM.match(period)
    if not found:
        raise ValueError(period)
    year, quarter, month, day = found.groups()
    if quarter:
        return date(int(year), int(quarter) * 3 - 2, 1)
    return date(int(year), int(month or 1), int(day or 1))


def day_after(period: str) -> date:
    began, length = first_day(period), length_of(period)
    if length == "day":
        return began + timedelta(days=1)
    months = {"month": 1, "quarter": 3, "year": 12}[length]
    return _months_on(began, months)


def _months_on(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def last(length: str, today: date, how_many: int) -> list[str]:
    """The latest so many periods, the present one the last."""
    if not length:
        return [""]
    step, found = period_code(today, length), []
    for _number in range(how_many):
        found.append(step)
        step = period_code(first_day(step) - timedelta(days=1), length)
    return found[::-1]


def year_before(period: str) -> str:
    if not period:
        return ""
    began = first_day(period)
    try:
        return period_code(began.replace(year=began.year - 1), length_of(period))
    except ValueError:
        # 29 February has no namesake.
        return period_code(began - timedelta(days=366), "day")


def is_running(period: str, today: date) -> bool:
    return bool(period) and first_day(period) <= today < day_after(period)


def words(period: str) -> str:
    if not period:
        return _("зараз")
    began, length = first_day(period), length_of(period)
    if length == "day":
        return date_format(began, "d.m.Y")
    if length == "month":
        return f"{date_format(began, 'F').lower()} {began.year}"
    if length == "quarter":
        return _("%(number)s квартал %(year)s") % {"number": (began.month + 2) // 3, "year": began.year}
    return _("%(year)s рік") % {"year": began.year}
