"""How a model says what the database must remember of it.

A class attribute is enough: `audited = True`, `audited = Audited(exclude=("password",))`, or
`append_only = True` for tables that are their own history. Triggers follow from these declarations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.apps import apps
from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Audited:
    """Every change of a row is kept, but for the fields named in `exclude`: those never leave their table."""

    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AppendOnly:
    """Rows are added, never changed; with `by_functions` only functions of the database may add them."""

    by_functions: bool = False


@dataclass(frozen=True, slots=True)
class TrackedTable:
    """A table with history: `key` is the column whose value names the object in the history.

    `made_for` is the model whose many-to-many field Django made this table for.
    """

    model: type[Model]
    table: str
    key: str
    excluded: tuple[str, ...] = ()
    made_for: type[Model] | None = None


_foreign: dict[type[Model], Audited] = {}


def keep_history(model: type[Model], *, exclude: tuple[str, ...] = ()) -> None:
    """For a model of somebody else's library, which cannot carry the attribute; call it in `ready()`."""
    _foreign[model] = Audited(exclude)


def audited_rule(model: type[Model]) -> Audited | None:
    declared = getattr(model, "audited", None) or _foreign.get(model)
    if declared is True:
        return Audited()
    return declared if isinstance(declared, Audited) else None


def append_only_rule(model: type[Model]) -> AppendOnly | None:
    declared = getattr(model, "append_only", None)
    if declared is True:
        return AppendOnly()
    return declared if isinstance(declared, AppendOnly) else None


def audited_models() -> Iterator[tuple[type[Model], Audited]]:
    for model in apps.get_models():
        if not model._meta.proxy and (rule := audited_rule(model)):
            yield model, rule


def append_only_models() -> Iterator[tuple[type[Model], AppendOnly]]:
    for model in apps.get_models():
        if not model._meta.proxy and (rule := append_only_rule(model)):
            yield model, rule


def tracked_tables() -> tuple[TrackedTable, ...]:
    """Tables with history, including those that Django makes for many-to-many fields of audited models."""
    return _tracked(tuple(audited_models()))


@lru_cache(maxsize=2)
def _tracked(audited: tuple[tuple[type[Model], Audited], ...]) -> tuple[TrackedTable, ...]:
    """Every card asks for them; they are others only when something else is declared."""
    found: dict[str, TrackedTable] = {}
    for model, rule in audited:
        meta = model._meta
        columns = tuple(sorted(str(field.column) for field in meta.concrete_fields if field.name in rule.exclude))
        found[meta.db_table] = TrackedTable(model, meta.db_table, str(meta.pk.column), columns)
        for field in meta.local_many_to_many:
            through = field.remote_field.through
            if through and through._meta.auto_created and field.name not in rule.exclude:
                table = through._meta.db_table
                # Named by its owner, so that it is found in the history of that object.
                found[table] = TrackedTable(through, table, str(field.m2m_column_name()), made_for=model)
    return tuple(sorted(found.values(), key=lambda tracked: tracked.table))
