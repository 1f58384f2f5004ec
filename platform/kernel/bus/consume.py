"""Who is told of what.

    @consumes(StopOpened, consumer="timetables.stops")
    def add_to_timetable(event: StopOpened, letter: Letter) -> None: ...

A consumer writes only to the database: its work and the mark «delivered» are one transaction, so a letter that
arrives twice changes nothing. Whatever leaves the database (mail, calls) it queues.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps

from kernel.bus.declare import name_of_event
from kernel.modules.entitlement import enabled_labels
from kernel.modules.manifest import ModuleConfig


@dataclass(frozen=True, slots=True)
class Letter:
    """What is known of an event besides itself."""

    uid: UUID
    position: int
    type: str
    subject: str
    at: datetime
    actor: dict[str, str]


Read = Callable[[Any, Letter], None]


@dataclass(frozen=True, slots=True)
class Consumer:
    name: str
    read: Read
    types: Callable[[], Collection[str]]

    @property
    def is_on(self) -> bool:
        """A module that is switched off hears nothing."""
        home = apps.get_containing_app_config(self.read.__module__)
        return not isinstance(home, ModuleConfig) or home.label in enabled_labels()


_consumers: dict[str, Consumer] = {}


class UnknownConsumer(LookupError):
    def __init__(self, name: str) -> None:
        super().__init__(f"Nobody is called {name!r}: is the module installed and its consumers.py imported?")


def consumes(*events: Any, consumer: str) -> Callable[[Read], Read]:
    names = frozenset(name_of_event(one) for one in events)
    return consumes_named(lambda: names, consumer=consumer)


def consumes_named(types: Callable[[], Collection[str]], *, consumer: str) -> Callable[[Read], Read]:
    """For a consumer that learns in each tenant which events it is to hear."""

    def declare(read: Read) -> Read:
        if consumer in _consumers and _consumers[consumer].read.__module__ != read.__module__:
            raise ValueError(f"The consumer {consumer!r} is declared twice.")
        _consumers[consumer] = Consumer(consumer, read, types)
        return read

    return declare


def consumer_named(name: str) -> Consumer:
    try:
        return _consumers[name]
    except KeyError:
        raise UnknownConsumer(name) from None


def takers() -> list[tuple[str, str]]:
    """(event, consumer) for the current tenant."""
    return [(type_, one.name) for one in _consumers.values() if one.is_on for type_ in one.types()]
