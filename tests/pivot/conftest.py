"""Seven pieces of equipment of two playgrounds, with costs that are summed by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from kernel.access.levels import Level
from kernel.registers.registry import register_named
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.territory.playgrounds.models import Equipment, Ground

EQUIPMENT = "playgrounds.equipment"
LINES = (
    ("Парк", "swing", "Майстер", date(2024, 3, 5), 100),
    ("Парк", "swing", "Майстер", date(2024, 11, 5), 250),
    ("Парк", "slide", "Промінь", date(2025, 1, 31), 1000),
    ("Парк", "bench", "", None, None),
    ("Двір", "swing", "Промінь", date(2025, 2, 1), 300),
    ("Двір", "slide", "Майстер", date(2025, 8, 9), 700),
    ("Двір", "bench", "Промінь", None, 50),
)


@pytest.fixture
def equipment(in_alpha):
    grounds = {name: Ground.objects.create(name=name) for name in ("Парк", "Двір")}
    for place, kind, maker, day, cost in LINES:
        Equipment.objects.create(
            ground=grounds[place],
            kind=kind,
            maker=maker,
            name=f"{kind} {cost}",
            installed_on=day,
            cost=None if cost is None else Decimal(cost),
        )
    return register_named(EQUIPMENT)


@pytest.fixture
def worker(in_alpha):
    """worker("playgrounds"): somebody who sees the module and nothing else."""
    numbers = iter(range(1, 100))

    def make(module="playgrounds", level=Level.VIEW, rule="all"):
        return make_person(make_role(f"piv{next(numbers)}", **{module: (level, rule)}).code, password=None)

    return make


@pytest.fixture
def at_work(client_for, worker):
    def come(module="playgrounds", level=Level.VIEW, rule="all"):
        somebody = worker(module, level, rule)
        client = enter(client_for("alpha"), somebody)
        client.person = somebody
        return client

    return come


@pytest.fixture
def url():
    return reverse("pivot:show", args=[EQUIPMENT])
