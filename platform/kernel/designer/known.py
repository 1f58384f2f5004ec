"""Definitions of the current tenant, as everything reads them: from the cache, once in a moment."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from kernel.access.levels import Level
from kernel.designer.models import Definition, OwnField
from kernel.tenancy.cache import cache
from kernel.tenancy.scope import scope_or_none

_KEY = "designer.known"
# A reader that was slower than a change may put the old definitions back: then for so long at most.
_SECONDS = 30
# Another process learns of a change within this; the one that made it, at once.
_FRESH = 1.0
_MOST = 500

PREFIX = "x_"


def key_of(pk: int) -> str:
    """What the value is kept under; a bare number would be taken for a place in an array."""
    return f"f{pk}"


@dataclass(frozen=True, slots=True)
class Said:
    """A field as its definition has it now."""

    pk: int
    code: str
    title: str
    kind: str
    required: bool
    unique: bool
    hint: str
    default: str
    unit: str
    decimals: int
    options: tuple[tuple[str, str], ...]
    points_to: str
    level: Level
    public: bool
    retired: date | None

    @property
    def name(self) -> str:
        """What the field is called among the facets: no column of a model begins so."""
        return PREFIX + self.code

    @property
    def key(self) -> str:
        return key_of(self.pk)


@dataclass(frozen=True, slots=True)
class Known:
    """A definition with its fields, the retired ones too."""

    pk: int
    register: str
    own: bool
    title: str
    singular: str
    icon: str
    area: str
    numbering: str
    placed: bool
    version: int
    fields: tuple[Said, ...]

    @property
    def live(self) -> tuple[Said, ...]:
        return tuple(one for one in self.fields if one.retired is None)


@dataclass(slots=True)
class Snapshot:
    """`built` holds what was made of the definitions: facets, registers. It goes with them."""

    read_at: float
    by_register: dict[str, Known]
    built: dict[Any, Any] = field(default_factory=dict)
    _by_key: dict[str, tuple[Known, Said]] | None = None

    def field_by_key(self, key: str) -> tuple[Known, Said] | None:
        if self._by_key is None:
            self._by_key = {one.key: (known, one) for known in self.by_register.values() for one in known.fields}
        return self._by_key.get(key)


_snapshots: OrderedDict[str, Snapshot] = OrderedDict()
_NOTHING = Snapshot(0.0, {})


def snapshot() -> Snapshot:
    scope = scope_or_none()
    if scope is None or scope.tenant is None:
        return _NOTHING
    now = time.monotonic()
    known = _snapshots.get(scope.key)
    if known is not None and now - known.read_at < _FRESH:
        return known
    found = cache.get(_KEY)
    if found is None:
        found = _read()
        cache.set(_KEY, found, _SECONDS)
    if known is not None and known.by_register == found:
        known.read_at = now
        return known
    _snapshots[scope.key] = made = Snapshot(now, found)
    while len(_snapshots) > _MOST:
        _snapshots.popitem(last=False)
    return made


def known(register: str) -> Known | None:
    return snapshot().by_register.get(register)


def forget() -> None:
    """In the tenant's scope, after its definitions changed: now, and again when the change is committed."""
    drop()
    transaction.on_commit(drop)


def forget_all() -> None:
    """Of every tenant, in this process."""
    _snapshots.clear()


def drop() -> None:
    cache.delete(_KEY)
    scope = scope_or_none()
    if scope is not None:
        _snapshots.pop(scope.key, None)


def _read() -> dict[str, Known]:
    fields: dict[int, list[Said]] = {}
    for one in OwnField.objects.all():
        fields.setdefault(one.definition_id, []).append(said_of(one))
    return {
        one.register: Known(
            one.pk, one.register, one.own, one.title, one.singular, one.icon, one.area, one.numbering, one.placed,
            one.version, tuple(fields.get(one.pk, ())),
        )
        for one in Definition.objects.filter(retired_at=None)
    }  # fmt: skip


def said_of(one: OwnField) -> Said:
    return Said(
        one.pk, one.code, one.title, one.kind, one.required, one.unique, one.hint, one.default, one.unit, one.decimals,
        tuple((str(code), str(words)) for code, words in one.options), one.points_to, Level(one.level), one.public,
        one.retired_at.date() if one.retired_at else None,
    )  # fmt: skip
