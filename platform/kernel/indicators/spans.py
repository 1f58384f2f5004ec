"""The days a code of a period means — 2026-10-15, 2026-10, 2026-Q4, 2026 — and the rows that fall into them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, Model, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kernel.tenancy import current_tenant

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
        day_after(text)
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
    number = began.year * 12 + began.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def within(model: type[Model], on: str, period: str) -> Q:
    """Rows whose date falls into the period, by the tenant's own clock."""
    began, ended = first_day(period), day_after(period)
    if not isinstance(model._meta.get_field(on), DateTimeField):
        return Q(**{f"{on}__gte": began, f"{on}__lt": ended})
    zone = ZoneInfo(current_tenant().timezone)
    edges = [timezone.make_aware(datetime.combine(day, time.min), zone) for day in (began, ended)]
    return Q(**{f"{on}__gte": edges[0], f"{on}__lt": edges[1]})


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
