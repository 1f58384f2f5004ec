"""Every declared report in turn, in a tenant that is lived in."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from kernel.access.models import User
from kernel.registers.registry import registers
from kernel.reports.ready import reports_of
from kernel.testing.access import enter, make_person, make_role


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "declared" in metafunc.fixturenames:
        found = [(register, report) for register in registers() for report in reports_of(register)]
        metafunc.parametrize("declared", found, ids=[f"{one.label}/{report.code}" for one, report in found])


@pytest.fixture
def lived_in(in_gamma):
    cache.clear()
    return User.objects.get(email="author@gamma.test")


@pytest.fixture
def worker(lived_in):
    """worker("bus_stops", Level.VIEW): somebody with this right and nothing else."""
    numbers = iter(range(1, 100))

    def make(module, level, rule="all"):
        return make_person(make_role(f"rep{next(numbers)}", **{module: (level, rule)}).code, password=None)

    return make


@pytest.fixture
def at_work(client_for, worker):
    def come(module, level, rule="all"):
        somebody = worker(module, level, rule)
        client = enter(client_for("gamma"), somebody)
        client.person = somebody
        return client

    return come
