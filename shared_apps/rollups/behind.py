"""The rows behind a figure, and which of their fields may be shown beyond the community at all."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, QuerySet
from django.utils import timezone

from kernel.indicators.catalogue import Declared
from kernel.indicators.computing import live_rows
from kernel.registers.register import Register
from kernel.tenancy import current_tenant
from shared_apps.rollups import periods


def grantable(register: Register) -> dict[str, str]:
    """Labels by field. Personal data, files, masked fields and those with a level of their own never leave."""
    kept = {*register.masked, *register.field_levels, *getattr(register.model, "personal_data", {})}
    return {
        name: facet.label
        for name, facet in register.facets.items()
        if facet.is_own
        and name not in kept
        and facet.kind not in ("file", "phone", "email")
        and not _tells_of_people(facet)
    }


def _tells_of_people(facet: Any) -> bool:
    """A reference to a person's card shows the person's name."""
    model = facet.related_model if facet.kind == "reference" else None
    return bool(model and getattr(model, "personal_data", {}))


def rows_behind(one: Declared, period: str) -> QuerySet[Any]:
    """In a tenant: what the figure was counted from, in a steady order."""
    indicator = one.indicator
    rows = live_rows(one.register).filter(indicator.condition)
    if (of := getattr(indicator, "of", None)) is not None:
        rows = rows.filter(of)
    if indicator.on and period:
        began, ended = periods.first_day(period), periods.day_after(period)
        rows = rows.filter(**{f"{indicator.on}__gte": _edge(one, began), f"{indicator.on}__lt": _edge(one, ended)})
    return rows.order_by("pk")


def _edge(one: Declared, day: Any) -> Any:
    if not isinstance(one.register.model._meta.get_field(one.indicator.on), DateTimeField):
        return day
    return timezone.make_aware(datetime.combine(day, time.min), ZoneInfo(current_tenant().timezone))
