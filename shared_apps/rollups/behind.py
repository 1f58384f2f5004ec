"""The rows behind a figure, and which of their fields may be shown beyond the community at all."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from kernel.indicators.catalogue import Declared
from kernel.indicators.computing import live_rows
from kernel.indicators.spans import within
from kernel.registers.register import Register


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
        rows = rows.filter(within(one.register.model, indicator.on, period))
    return rows.order_by("pk")
