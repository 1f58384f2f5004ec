"""Periods of days with both ends inside: «from 01.03 to 31.03», or without an end."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import CheckConstraint, F, Func, Q, Value
from django.utils.functional import Promise

Text = str | Promise


class Days(Func):
    """A range of the database out of two columns; the last day belongs to it."""

    function = "daterange"
    output_field = DateRangeField()  # type: ignore[assignment]

    def __init__(self, first: str | F, last: str | F, *rest: Value) -> None:
        super().__init__(first, last, *(rest or (Value("[]"),)))


def covering(day: date, first: str = "starts_on", last: str = "ends_on") -> Q:
    return Q(**{f"{first}__lte": day}) & (Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": day}))


def overlapping(start: date, end: date | None, first: str = "starts_on", last: str = "ends_on") -> Q:
    wanted = Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": start})
    return wanted if end is None else wanted & Q(**{f"{first}__lte": end})


def ends_after_start(name: str, message: Text, first: str = "starts_on", last: str = "ends_on") -> CheckConstraint:
    return CheckConstraint(
        condition=Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": F(first)}),
        name=name,
        violation_error_message=message,  # type: ignore[arg-type]
    )


def one_at_a_time(name: str, *columns: str, message: Text, condition: Q | None = None) -> ExclusionConstraint:
    """Rows of one key never cover the same day twice."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((column, RangeOperators.EQUAL) for column in columns),
            (Days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
        ],
        condition=condition,
        violation_error_message=message,  # type: ignore[arg-type]
    )
