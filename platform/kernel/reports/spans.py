"""Spans of days as people ask for them, and the parts of a date that group."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField
from django.db.models.functions import Cast, TruncDay, TruncMonth, TruncQuarter, TruncYear
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.dates import local_zone

Days = tuple[date, date]

PARTS: dict[str, Any] = {
    "day": gettext_lazy("за днями"),
    "month": gettext_lazy("за місяцями"),
    "quarter": gettext_lazy("за кварталами"),
    "year": gettext_lazy("за роками"),
}
_CUTS = {"day": TruncDay, "month": TruncMonth, "quarter": TruncQuarter, "year": TruncYear}
_ROMAN = ("I", "II", "III", "IV")

SPANS: dict[str, Any] = {
    "this_month": gettext_lazy("цей місяць"),
    "last_month": gettext_lazy("минулий місяць"),
    "this_quarter": gettext_lazy("цей квартал"),
    "last_quarter": gettext_lazy("минулий квартал"),
    "this_year": gettext_lazy("цей рік"),
    "last_year": gettext_lazy("минулий рік"),
}


def cut(value: Any, part: str, *, moment: bool) -> Any:
    """The first day of the part, as a day of the tenant's own calendar."""
    made: Callable[..., Any] = _CUTS[part]
    return Cast(made(value, tzinfo=local_zone()) if moment else made(value), DateField())


def days_of(first: date, part: str) -> Days:
    if part == "day":
        return first, first
    months = {"month": 1, "quarter": 3, "year": 12}[part]
    return first, _after(first, months) - timedelta(days=1)


def _after(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def words_of(first: date, part: str) -> str:
    if part == "day":
        return first.strftime("%d.%m.%Y")
    if part == "month":
        return date_format(first, "F Y")
    if part == "quarter":
        return _("%(number)s квартал %(year)s") % {"number": _ROMAN[(first.month - 1) // 3], "year": first.year}
    return str(first.year)


def span_of(code: str, today: date) -> Days:
    """The days a named span means today."""
    which, _underscore, part = code.partition("_")
    months = {"month": 1, "quarter": 3, "year": 12}[part]
    first = date(today.year, (today.month - 1) // months * months + 1, 1)
    if which == "last":
        first = _after(first, -months)
    return days_of(first, part)
