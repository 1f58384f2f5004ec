"""Events are frozen dataclasses with a name that never changes:

    @event("bus_stops.StopOpened")
    @dataclass(frozen=True)
    class StopOpened:
        stop: int
        opened_on: date

A new field needs a default: letters written by yesterday's version are read by today's.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

_SIMPLE: dict[Any, Callable[[Any], Any]] = {
    str: str,
    int: int,
    bool: bool,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    Decimal: Decimal,
    UUID: UUID,
}
_events: dict[str, type[Any]] = {}


class UnknownEvent(LookupError):
    def __init__(self, name: str) -> None:
        super().__init__(f"No event is called {name!r}: is its module installed and its events.py imported?")


def event[T](name: str) -> Callable[[type[T]], type[T]]:
    def declare(cls: type[T]) -> type[T]:
        if not is_dataclass(cls) or not cls.__dataclass_params__.frozen:  # type: ignore[attr-defined]
            raise TypeError(f"The event {name} must be a frozen dataclass: what happened does not change.")
        if name in _events and _events[name].__module__ != cls.__module__:
            raise ValueError(f"The event {name!r} is declared twice.")
        for field, kind in typing.get_type_hints(cls).items():
            _require_writable(name, field, kind)
        cls.bus_name = name  # type: ignore[attr-defined]
        _events[name] = cls
        return cls

    return declare


def event_named(name: str) -> type[Any]:
    try:
        return _events[name]
    except KeyError:
        raise UnknownEvent(name) from None


def event_names() -> list[str]:
    return sorted(_events)


def name_of_event(what: Any) -> str:
    name = getattr(what, "bus_name", None)
    if not isinstance(name, str):
        raise TypeError(f'{what!r} is not an event: decorate its class with @event("module.WhatHappened").')
    return name


def _require_writable(event_name: str, field: str, kind: Any) -> None:
    inner = _optional(kind) or _several(kind) or kind
    if inner not in _SIMPLE and typing.get_origin(inner) is not dict and inner is not dict:
        raise TypeError(
            f"{event_name}.{field}: {kind!r} cannot travel. Use text, numbers, Decimal, dates, UUID, a tuple of "
            "one of these, or a dict of plain JSON."
        )


def _optional(kind: Any) -> Any:
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        rest = [part for part in typing.get_args(kind) if part is not type(None)]
        return rest[0] if len(rest) == 1 else None
    return None


def _several(kind: Any) -> Any:
    arguments = typing.get_args(kind)
    return arguments[0] if typing.get_origin(kind) is tuple and arguments[1:] == (...,) else None


def to_payload(what: Any) -> dict[str, Any]:
    """Plain values, as the JSON column keeps them with Django's encoder."""
    name_of_event(what)
    return {field.name: _plain(getattr(what, field.name)) for field in fields(what)}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def from_payload(name: str, payload: Mapping[str, Any]) -> Any:
    """Fields unknown here are passed over: they were written by a newer version."""
    cls = event_named(name)
    return cls(**{field: _read(kind, payload[field]) for field, kind in _hints(cls).items() if field in payload})


def _hints(cls: type[Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    return {field.name: hints[field.name] for field in fields(cls)}


def _read(kind: Any, value: Any) -> Any:
    if inner := _optional(kind):
        return None if value is None else _read(inner, value)
    if inner := _several(kind):
        return tuple(_read(inner, one) for one in value)
    return _SIMPLE[kind](value) if kind in _SIMPLE else value
