"""Fills any model with a row, so that the isolation walk needs no maintenance when a module appears."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator
from decimal import Decimal
from itertools import count, product
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.utils import DatabaseError
from django.utils import timezone
from psycopg.errors import InsufficientPrivilege

MARK = "ЧУЖЕ-СЕКРЕТНЕ"
Made = dict[type[models.Model], models.Model]
# One key for the rows of all tables: the walk tries few keys and meets every row by its own.
KEY = 7_000_001
_others = count(1)

# Shapes that a column's constraint may insist on, tried in turn.
TEXTS = (
    MARK,
    "secret-neighbour",
    "+380501234567",
    "12345678",
    "UA99010010000010010",
    "a" * 64,
    "UA453052990000026007011609571",
    "1.23",
    "9902001000:99:999:9999",
    "2026-10",
)


def tenant_models() -> list[type[models.Model]]:
    wanted = set(settings.TENANT_APPS)
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_config.name in wanted]
    return [model for model in found if model._meta.managed and not model._meta.proxy]


def inhabit(model: type[models.Model], made: Made, *, another: bool = False) -> models.Model | None:
    """A saved row of the model, with whatever it refers to; values a constraint refuses are tried otherwise.

    None for a table that only the database's own functions may write.
    """
    if not another:
        found = made.get(model) or model._default_manager.first()
        if found is not None:
            made[model] = found
            return found
    refused: list[Exception] = []
    number = next(_others) if another else 0
    for text, chosen in _attempts(model):
        used: set[type[models.Model]] = set()
        values = {
            field.attname: _value(field, place, f"{text}-{number}" if another else text, made, used)
            for place, field in enumerate(model._meta.local_concrete_fields)
            if field.name in chosen or _needed(field)
        } | _key(model, KEY + number)
        try:
            with transaction.atomic():
                row = model(**values)
                models.Model.save(row, force_insert=True)
        except (DatabaseError, ValueError, TypeError) as error:
            if isinstance(error.__cause__, InsufficientPrivilege):
                return None
            refused.append(error)
            continue
        made.setdefault(model, row)
        return row
    raise AssertionError(
        f"{model._meta.label}: no row could be made ({refused[0]}). Give the module a demo.py or a default that is valid."
    )


def _key(model: type[models.Model], number: int) -> dict[str, Any]:
    key = model._meta.pk
    if isinstance(key, models.AutoField):
        return {key.attname: number}
    return {key.attname: uuid.UUID(int=number)} if isinstance(key, models.UUIDField) else {}


def _attempts(model: type[models.Model]) -> Iterator[tuple[str, Collection[str]]]:
    """A text with the optional fields that are filled: none, all, each alone («the author or the address»)."""
    optional = [field.name for field in model._meta.local_concrete_fields if field.null or field.blank]
    yield from product(TEXTS, ((), optional))
    yield from ((MARK, (name,)) for name in optional)
    # A list may have to be filled although it is empty by default.
    yield (MARK, [field.name for field in model._meta.local_concrete_fields if isinstance(field, ArrayField)])


def _needed(field: models.Field[Any, Any]) -> bool:
    if isinstance(field, models.GeneratedField) or (field.primary_key and isinstance(field, models.AutoField)):
        return False
    if field.has_default() or field.has_db_default():
        return isinstance(field, models.CharField | models.TextField) and not field.choices and not field.primary_key
    return not (field.null or field.blank)


def _value(field: models.Field[Any, Any], place: int, text: str, made: Made, used: set[type[models.Model]]) -> Any:
    if hasattr(field, "geom_type"):
        inside = "((1 1, 2 1, 2 2, 1 1))"
        forms = {"POINT": "(1 1)", "LINESTRING": "(1 1, 2 2)", "POLYGON": inside, "MULTIPOLYGON": f"({inside})"}
        return f"SRID={field.srid};{field.geom_type} {forms[field.geom_type]}"
    if field.is_relation:
        if field.null and field.related_model is field.model:
            return None
        target = field.related_model
        # «From whom» and «to whom» are two people.
        row = inhabit(target, made, another=target in used)  # type: ignore[arg-type]
        used.add(target)  # type: ignore[arg-type]
        return row.pk if row else None
    if field.choices:
        return next(value for value, _label in field.flatchoices if value not in ("", None))
    kind = field.get_internal_type()
    if kind in ("CharField", "TextField", "SlugField", "URLField", "FileField"):
        return _pleasing(field, text)[: field.max_length or None]
    # Later fields get later moments and larger numbers, as «from … to …» wants; a month is known by its first day.
    now = timezone.now() + dt.timedelta(days=31 * place)
    return {
        "EmailField": f"secret-{uuid.uuid4().hex[:8]}@neighbour.example",
        "UUIDField": uuid.uuid4(),
        "BooleanField": False,
        "DateTimeField": now,
        "DateField": now.date().replace(day=1),
        "TimeField": dt.time(9),
        "DurationField": dt.timedelta(hours=1),
        "DecimalField": Decimal(place + 1),
        "FloatField": 1.0,
        "JSONField": {"secret": MARK},
        "GenericIPAddressField": "192.0.2.7",
        "BinaryField": MARK.encode(),
        "ArrayField": [text],
    }.get(kind, place + 1)


def _pleasing(field: models.Field[Any, Any], text: str) -> str:
    """The text, or the first of the shapes that the field's own validators accept."""
    for candidate in (text, *TEXTS):
        try:
            field.run_validators(candidate[: field.max_length or None])
        except ValidationError:
            continue
        return candidate
    return text
