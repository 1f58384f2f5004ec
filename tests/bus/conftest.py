"""Events and consumers of a module that exists only here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from kernel.bus import consume
from kernel.bus.consume import Letter, consumes
from kernel.bus.declare import event


@event("tests.StopOpened")
@dataclass(frozen=True)
class StopOpened:
    stop: int
    name: str = ""
    opened_on: date | None = None
    fare: Decimal = Decimal(0)
    lines: tuple[int, ...] = ()
    owner: UUID | None = None


@event("tests.StopClosed")
@dataclass(frozen=True)
class StopClosed:
    stop: int


class Readers:
    """Consumers that note what they read; each may be told to fail."""

    def __init__(self) -> None:
        self.read: list[tuple[str, Any]] = []
        self.letters: list[Letter] = []
        self.failing: dict[str, Exception] = {}

    def add(self, name: str, *events: Any) -> None:
        def read(what: Any, letter: Letter) -> None:
            if name in self.failing:
                raise self.failing[name]
            self.read.append((name, what))
            self.letters.append(letter)

        consumes(*events, consumer=name)(read)


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Readers]:
    monkeypatch.setattr(consume, "_consumers", dict(consume._consumers))
    return Readers()
