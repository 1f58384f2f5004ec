"""Fills any model with a row, so that the isolation walk needs no maintenance when a module appears."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from itertools import count, product
from typing import Any

from django.apps import apps
from django.conf import settings
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
    for text, fill_optional in product(TEXTS, (False, True)):
        used: set[type[models.Model]] = set()
        values = {
            field.attname: _value(field, place, f"{text}-2" if another else text, made, used)
            for place, field in enumerate(model._meta.local_concrete_fields)
            if _needed(field, fill_optional)
        } | _key(model, KEY + next(_others) if another else KEY)
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


def _needed(field: models.Field[Any, Any], fill_optional: bool) -> bool:
    if isinstance(field, models.GeneratedField) or (field.primary_key and isinstance(field, models.AutoField)):
        return False
    if field.has_default() or field.has_db_default():
        return isinstance(field, models.CharField | models.TextField) and not field.choices and not field.primary_key
    return fill_optional or not (field.null or field.blank)


def _value(field: models.Field[Any, Any], place: int, text: str, made: Made, used: set[type[models.Model]]) -> Any:
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
    # Later fields get later moments and larger numbers, as «from … to …» wants.
    now = timezone.now() + dt.timedelta(days=place)
    return {
        "EmailField": f"secret-{uuid.uuid4().hex[:8]}@neighbour.example",
        "UUIDField": uuid.uuid4(),
        "BooleanField": False,
        "DateTimeField": now,
        "DateField": now.date(),
        "TimeField": dt.time(9),
        "DurationField": dt.timedelta(hours=1),
        "DecimalField": Decimal(place + 1),
        "FloatField": 1.0,
        "JSONField": {"secret": MARK},
        "GenericIPAddressField": "192.0.2.7",
        "BinaryField": MARK.encode(),
        "ArrayField": [],
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
