"""Rows that belong to an object though they lie in a table of another: whoever keeps them says where, and what they tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

# (column, label, was, became), as the sentences of the history have it.
Told = tuple[str, str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Beside:
    model: type[Model]
    # The keys in that table of what belongs to an object.
    rows_of: Callable[[Model], Iterable[str]]
    unfold: Callable[[dict[str, Any] | None, dict[str, Any] | None], list[Told]]


_known: list[Beside] = []


def lies_beside(beside: Beside) -> None:
    _known.append(beside)


def beside(obj: Model) -> Iterable[tuple[str, str]]:
    for one in _known:
        for row_id in one.rows_of(obj):
            yield one.model._meta.db_table, row_id


def unfolded(
    model: type[Model] | None, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> list[Told] | None:
    """What one column of many values tells, value by value; None where the table is told by its columns."""
    for one in _known:
        if model is one.model:
            return one.unfold(before, after)
    return None
