"""Which card a table and a key name, and whether this person may see it; if not, there is no such card."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404

from kernel.access.levels import Level
from kernel.modules.entitlement import is_enabled
from kernel.registers.registry import register_of

Rows = Callable[[Any, Level], QuerySet[Any]]

_own: dict[type[Model], tuple[str, Rows]] = {}


def remark_on(model: type[Model], module: str, rows: Rows) -> None:
    """For a model outside registers: `rows(user, level)` are those the person may see, or change."""
    _own[model] = (module, rows)


@lru_cache(maxsize=1)
def _tables() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models() if not model._meta.proxy}


def model_of(table: str) -> type[Model] | None:
    return _tables().get(table)


def rows_of(table: str, user: Any, level: Level) -> QuerySet[Any]:
    """The cards of a table, archived ones too when they are only looked at; raises Http404."""
    model = model_of(table)
    register = register_of(model)
    if register is not None and is_enabled(register.module):
        return register.rows(user, level, archived=None if level == Level.VIEW else False)
    if model in _own:
        module, rows = _own[model]
        # Without a module the rows themselves know whose they are.
        if not module or is_enabled(module):
            return rows(user, level)
    raise Http404


def subject_of(table: str, row_id: str, user: Any, level: Level = Level.VIEW) -> Model:
    """The card itself, or Http404: for what is not there, is another's, or is of a module switched off."""
    rows = rows_of(table, user, level)
    try:
        key = rows.model._meta.pk.to_python(row_id)
    except ValidationError as error:
        raise Http404 from error
    # PostgreSQL takes neither a number too large for the column nor a zero byte.
    if (isinstance(key, int) and not 0 < key < 2**63) or (isinstance(key, str) and "\x00" in key):
        raise Http404
    found = rows.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def may_open_register(table: str, user: Any) -> bool:
    """Whether the person sees anything of the table at all."""
    from kernel.access.rights import allowed

    model = model_of(table)
    register = register_of(model)
    module = register.module if register else _own[model][0] if model in _own else ""
    return bool(module) and is_enabled(module) and allowed(user, module, Level.VIEW)
