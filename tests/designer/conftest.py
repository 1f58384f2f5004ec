from __future__ import annotations

from typing import Any

import pytest

from kernel.access.levels import Level
from kernel.designer.designing import add_field
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy.cache import cache
from kernel.testing.access import OPERATOR, enter, make_person, make_role
from tenant_apps.territory.bus_stops.models import BusStop

STOPS = "bus_stops.bus-stops"


@pytest.fixture
def stops(in_alpha: Any) -> Any:
    return register_named(STOPS)


@pytest.fixture
def designer(in_alpha: Any) -> Any:
    make_role("designer", designer=Level.MANAGE, bus_stops=Level.MANAGE)
    return make_person("designer")


@pytest.fixture
def field(designer: Any) -> Any:
    """field("Павільйон", "text", required=True): added to stops, or to the register that is named."""

    def make(title: str, kind: str = "text", label: str = STOPS, **values: Any) -> Any:
        return add_field(label, {"title": title, "kind": kind, **values}, by=designer)

    return make


@pytest.fixture
def stop(stops: Any) -> Any:
    numbers = iter(range(1, 1000))

    def make(name: str = "Ринок", **own: Any) -> Any:
        card = BusStop(code=f"П-{next(numbers):03}", name=name)
        for code, value in own.items():
            stops.added.keeping.put(card, f"x_{code}", value)
        return save_card(stops, card, by=OPERATOR)

    return make


@pytest.fixture
def desk(client_for: Any, designer: Any) -> Any:
    """The designer's browser."""
    cache.clear()
    return enter(client_for("alpha"), designer)
