"""Pages by key: the next page begins after the last row seen, so the thousandth costs as much as the first."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan


class BadCursor(ValueError):
    """The address names a place in the list that cannot be."""


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the order: a column, its direction, whether it may be empty (empty ones come last)."""

    path: str
    descending: bool
    nullable: bool


@dataclass(frozen=True, slots=True)
class Cursor:
    """`before` counts the rows before the page, to tell «51–100»; it is what the reader saw, not a promise."""

    values: list[Any]
    backwards: bool = False
    before: int = 0

    def encode(self) -> str:
        text = json.dumps([self.values, self.backwards, self.before], cls=DjangoJSONEncoder, ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(given: str, length: int) -> Cursor:
    try:
        values, backwards, before = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    except (ValueError, TypeError, RecursionError, binascii.Error):
        raise BadCursor from None
    fits = isinstance(values, list) and len(values) == length and isinstance(backwards, bool)
    if not fits or not isinstance(before, int) or before < 0:
        raise BadCursor
    return Cursor(values, backwards, before)


def steps_of(model: type[Model], order: Sequence[str]) -> list[Step]:
    """The order made total by the key."""
    steps = [Step(name.removeprefix("-"), name.startswith("-"), _nullable(model, name)) for name in order]
    if not any(step.path == "pk" for step in steps):
        steps.append(Step("pk", steps[-1].descending if steps else True, False))
    return steps


def _fields_on(model: type[Model], path: str) -> Iterator[Any]:
    current: Any = model
    for part in path.removeprefix("-").split("__"):
        field = current._meta.pk if part == "pk" else current._meta.get_field(part)
        yield field
        current = field.related_model


def _nullable(model: type[Model], name: str) -> bool:
    try:
        return any(field.null for field in _fields_on(model, name))
    except FieldDoesNotExist:
        # An annotation: nobody promises that it is never empty.
        return True


def _cleaned(queryset: QuerySet[Any], step: Step, value: Any) -> Any:
    """The value as its column has it; what cannot be one names no place in the list."""
    if value is None:
        if not step.nullable:
            raise BadCursor
        return None
    if not isinstance(value, str | int | float | Decimal | date) or (isinstance(value, str) and not _storable(value)):
        raise BadCursor
    try:
        *_way, field = _fields_on(queryset.model, step.path)
    except FieldDoesNotExist:
        counted = queryset.query.annotations.get(step.path)
        return value if counted is None else counted.output_field.to_python(value)
    return (field.target_field if field.is_relation else field).to_python(value)


def _storable(text: str) -> bool:
    """Neither half a character nor the one PostgreSQL has no place for."""
    try:
        return b"\x00" not in text.encode()
    except UnicodeEncodeError:
        return False


def ordering(steps: Sequence[Step], *, backwards: bool = False) -> list[Any]:
    ordered: list[Any] = []
    for step in steps:
        descending = step.descending != backwards
        field = F(step.path)
        nulls: dict[str, Any] = {}
        if step.nullable:
            nulls = {"nulls_first": True} if backwards else {"nulls_last": True}
        ordered.append(field.desc(**nulls) if descending else field.asc(**nulls))
    return ordered


def values_of(card: Any, steps: Sequence[Step]) -> list[Any]:
    values = []
    for step in steps:
        value = card
        for part in step.path.split("__"):
            value = getattr(value, part, None)
        values.append(value.pk if isinstance(value, Model) else value)
    return values


def after[M: Model](queryset: QuerySet[M], steps: Sequence[Step], cursor: Cursor) -> QuerySet[M]:
    """The rows that follow the place; with a backwards cursor, those that precede it."""
    try:
        values = [_cleaned(queryset, step, value) for step, value in zip(steps, cursor.values, strict=True)]
    except (ValidationError, ValueError, TypeError, OverflowError):
        raise BadCursor from None
    return queryset.filter(_condition(steps, replace(cursor, values=values)))


def _condition(steps: Sequence[Step], cursor: Cursor) -> Any:
    directions = {step.descending for step in steps}
    if len(directions) == 1 and not any(step.nullable for step in steps):
        # One comparison of rows: an index over these columns answers it at any depth.
        greater = directions.pop() == cursor.backwards
        lookup = TupleGreaterThan if greater else TupleLessThan
        return lookup(Tuple(*(F(step.path) for step in steps)), tuple(cursor.values))
    condition = Q(pk__in=[])
    same = Q()
    for step, value in zip(steps, cursor.values, strict=True):
        beyond = _beyond(step, value, cursor.backwards)
        if beyond is not None:
            condition |= same & beyond
        same &= Q(**{f"{step.path}__isnull": True}) if value is None else Q(**{step.path: value})
    return condition


def _beyond(step: Step, value: Any, backwards: bool) -> Q | None:
    """Rows past this value; empty values are the last of all."""
    if value is None:
        return Q(**{f"{step.path}__isnull": False}) if backwards else None
    lookup = "lt" if step.descending != backwards else "gt"
    beyond = Q(**{f"{step.path}__{lookup}": value})
    if step.nullable and not backwards:
        beyond |= Q(**{f"{step.path}__isnull": True})
    return beyond


__all__ = ["BadCursor", "Cursor", "Step", "after", "decode", "ordering", "steps_of", "values_of"]
