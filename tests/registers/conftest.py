"""Every register in turn, in a tenant that is lived in."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.registers.registry import register_of, registers
from kernel.registers.saving import save_card
from kernel.tenancy import platform_context
from kernel.testing.access import enter, make_person, make_role
from tests.fixtures import fill_calendar


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "register" in metafunc.fixturenames:
        found = sorted(registers(), key=lambda one: one.label)
        metafunc.parametrize("register", found, ids=[one.label for one in found])


@pytest.fixture
def lived_in(in_gamma):
    """The person who wrote the demonstration cards and may do anything with them."""
    cache.clear()
    with platform_context():
        fill_calendar()
    return User.objects.get(email="author@gamma.test")


@pytest.fixture
def worker(lived_in):
    """worker("bus_stops", Level.EDIT): somebody with this right and nothing else."""
    numbers = iter(range(1, 100))

    def make(module, level=Level.EDIT, rule="all", **person):
        role = make_role(f"w{next(numbers)}", **{module: (level, rule)})
        return make_person(role.code, password=None, **person)

    return make


@pytest.fixture
def at_work(client_for, worker):
    """at_work("bus_stops"): a browser of such a person; `.person` is who it is."""

    def come(module, level=Level.EDIT, rule="all", **person):
        somebody = worker(module, level, rule, **person)
        client = enter(client_for("gamma"), somebody)
        client.person = somebody
        return client

    return come


@pytest.fixture
def person_with(lived_in, register):
    """person_with(Level.VIEW): somebody who has this right in the module and nothing else."""
    numbers = iter(range(1, 100))

    def make(level, rule="all"):
        role = make_role(f"r{next(numbers)}", **{register.module: (level, rule)})
        return make_person(role.code, password=None)

    return make


@pytest.fixture
def street(lived_in):
    """A street of a settlement of one's own."""
    from tenant_apps.territory.addresses.models import Settlement, Street

    place = Settlement.objects.create(katottg="UA99010010000010099", kind="C", name="Пробна")
    return save_card(register_of(Street), Street(settlement=place, kind="street", name="Пробна"), by=lived_in)
