"""A row as it was at a moment, worked out backwards from what it is now."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Field, Model
from psycopg import sql

from kernel.audit.declare import audited_rule
from kernel.audit.models import ExactDecoder, History


class NotAudited(LookupError):
    def __init__(self, model: type[Model]) -> None:
        super().__init__(f"{model._meta.label} keeps no history: declare `audited = True` on it.")


def state_at(model: type[Model], pk: Any, at: datetime) -> dict[str, Any] | None:
    """Field names and values at that moment; None when the row did not exist then.

    Rows older than their history are served too, because the way goes back from the present. Excluded
    fields are left out: nobody knows what they were.
    """
    rule = audited_rule(model)
    if rule is None:
        raise NotAudited(model)
    state = _present(model, pk)
    later = History.objects.filter(table_name=model._meta.db_table, row_id=str(pk), at__gt=at).order_by("-id")
    for entry in later.iterator():
        if entry.action == History.Action.INSERT:
            state = None
        elif entry.action == History.Action.DELETE:
            state = dict(entry.before or {})
        elif state is not None:
            state.update(entry.before or {})
    if state is None:
        return None
    return {
        field.attname: _value(field, state[field.column])
        for field in model._meta.concrete_fields
        if field.column in state and field.name not in rule.exclude
    }


def _present(model: type[Model], pk: Any) -> dict[str, Any] | None:
    """The row in the same notation as the history: what the database makes of it as jsonb."""
    query = sql.SQL("SELECT to_jsonb(t)::text FROM {} t WHERE {} = %s").format(
        sql.Identifier(model._meta.db_table), sql.Identifier("t", str(model._meta.pk.column))
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [pk])
        row = cursor.fetchone()
    return json.loads(row[0], cls=ExactDecoder) if row else None


def _value(field: Field[Any, Any], stored: Any) -> Any:
    # JSON columns and arrays arrive as they are; the rest travels as text or number.
    return stored if isinstance(stored, dict | list) else field.to_python(stored)
