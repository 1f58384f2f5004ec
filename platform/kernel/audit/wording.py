"""How moments, people and values of the journals are put into words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Field, Model
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from kernel.tenancy.scope import scope_or_none

LONGEST_VALUE = 200


def local_zone() -> ZoneInfo:
    """The tenant's clock: a journal is read where the community lives."""
    scope = scope_or_none()
    return ZoneInfo(scope.tenant.timezone if scope and scope.tenant else settings.CELERY_TIMEZONE)


def moment_text(moment: datetime) -> str:
    return moment.astimezone(local_zone()).strftime("%d.%m.%Y %H:%M")


def initials(name: str) -> str:
    """«Коваленко Олена Петрівна» → «Коваленко О. П.»; whatever is not a name of a person stays whole."""
    parts = name.split()
    if len(parts) in (2, 3) and all(part[0].isalpha() for part in parts):
        return " ".join([parts[0], *(f"{part[0]}." for part in parts[1:])])
    return name


def who_text(kind: str, name: str, db_role: str = "") -> str:
    """Who acted, worded by what kind of actor it was."""
    name = name.strip()
    match kind:
        case "user":
            return initials(name) if name else _("людина без імені")
        case "job":
            return _("завдання «%(name)s»") % {"name": name}
        case "operator":
            return _("оператор хмари %(name)s") % {"name": name}
        case "token":
            return _("ключ доступу «%(name)s»") % {"name": name}
        case "support":
            return name
        case "system":
            return _("система")
        case "visitor":
            return _("відвідувач без входу")
        case "":
            return _("пряма дія в базі (роль %(role)s)") % {"role": db_role}
    return f"{name} ({kind})" if name else kind


def field_of(model: type[Model] | None, column: str) -> Field[Any, Any] | None:
    if model is None:
        return None
    return next((field for field in model._meta.concrete_fields if field.column == column), None)


def label_of(model: type[Model] | None, column: str) -> str:
    """A column that the model no longer has keeps its own name."""
    field = field_of(model, column)
    return capfirst(str(field.verbose_name)) if field else column


def value_text(
    model: type[Model] | None, column: str, value: Any, named: Callable[[type[Model], Any], str] | None = None
) -> str:
    """`named` tells what the card is called that a key points to, or nothing."""
    if value is None or value == "":
        return _("порожньо")
    field = field_of(model, column)
    if named and field is not None and field.related_model and (name := named(field.related_model, value)):
        return _quoted(name)
    if field is not None and field.flatchoices:
        labels = {str(key): str(label) for key, label in field.flatchoices}
        return _quoted(labels.get(str(value), str(value)))
    if isinstance(value, bool):
        return _("так") if value else _("ні")
    if isinstance(value, dict | list):
        if isinstance(value, dict) and "coordinates" in value:
            return _shape_text(value)
        return _quoted(json.dumps(value, ensure_ascii=False, default=str))
    if field is not None and isinstance(value, str) and "Date" in field.get_internal_type():
        return _date_text(field, value)
    return _quoted(str(value))


def _shape_text(value: dict[str, Any]) -> str:
    """A point is told as people read it from a map; of what is longer, how many points it has."""
    kind, places = str(value.get("type", "")), list(_places(value["coordinates"]))
    if kind == "Point" and places:
        longitude, latitude = places[0][:2]
        return _quoted(f"{latitude:.6f}, {longitude:.6f}")
    words = _("лінія") if kind.endswith("LineString") else _("контур") if kind.endswith("Polygon") else _("точки")
    return _("%(shape)s, точок: %(count)s") % {"shape": words, "count": len(places)}


def _places(coordinates: Any) -> Iterator[list[float]]:
    if coordinates and not isinstance(coordinates[0], list):
        yield [float(one) for one in coordinates]
        return
    for part in coordinates:
        yield from _places(part)


def _date_text(field: Field[Any, Any], value: str) -> str:
    try:
        read = field.to_python(value)
    except ValidationError:
        return _quoted(value)
    if isinstance(read, datetime):
        return moment_text(read)
    return read.strftime("%d.%m.%Y") if isinstance(read, date) else _quoted(value)


def _quoted(text: str) -> str:
    return f"«{Truncator(text).chars(LONGEST_VALUE)}»"
