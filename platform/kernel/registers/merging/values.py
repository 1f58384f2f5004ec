"""Values as they are remembered between a merge and its undoing."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model


def plain(card: Model, name: str) -> Any:
    """A value that JSON can carry, the same whichever way it came."""
    value = getattr(card, card._meta.get_field(name).attname)  # type: ignore[union-attr]
    if isinstance(value, GEOSGeometry):
        return value.ewkt
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def put(card: Model, name: str, value: Any) -> None:
    field: Any = card._meta.get_field(name)
    target = field.target_field if field.is_relation else field
    if value is not None and hasattr(field, "geom_type"):
        setattr(card, name, GEOSGeometry(value))
    else:
        setattr(card, field.attname, target.to_python(value))


def remembered(changes: dict[str, list[Any]]) -> str:
    return json.dumps(changes, ensure_ascii=False) if changes else ""


def recalled(text: str) -> dict[str, list[Any]]:
    return json.loads(text) if text else {}
