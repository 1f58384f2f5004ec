from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kernel.access.levels import Level
from kernel.registers.registry import register_named
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.territory.bus_stops.models import BusStop


@pytest.fixture
def stops() -> Any:
    return register_named("bus_stops.bus-stops")


@pytest.fixture
def person(in_alpha: Any) -> Callable[..., Any]:
    """person(Level.VIEW): who may do this with stops and nothing else."""
    numbers = iter(range(100))

    def make(level: Any = Level.VIEW) -> Any:
        return make_person(make_role(f"stops{next(numbers)}", bus_stops=level).code)

    return make


@pytest.fixture
def viewer(person: Any) -> Any:
    return person()


@pytest.fixture
def browser(client_for: Any, viewer: Any) -> Any:
    return enter(client_for("alpha"), viewer)


@pytest.fixture
def many(in_alpha: Any) -> Callable[[int], None]:
    def make(count: int) -> None:
        BusStop.objects.bulk_create(
            [BusStop(code=f"ЗП-{n:05}", name=f"Зупинка {n}", accessible=bool(n % 2)) for n in range(count)],
            batch_size=5000,
        )

    return make
