from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django import template

from shared_apps.reference import values

register = template.Library()


@register.filter
def day_before(day: date) -> date:
    """Rows keep the first day on which a value does not hold; people speak of the last on which it does."""
    return day - timedelta(days=1)


@register.filter
def plain(value: Decimal) -> Decimal:
    return values.plain(value)
