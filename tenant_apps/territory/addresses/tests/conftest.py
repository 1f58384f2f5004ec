"""A small town with two streets."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.cache import cache

from kernel.access.roles import create_ready_roles
from kernel.tenancy import platform_context
from kernel.testing.access import make_person
from shared_apps.reference.models import CalendarDay
from tenant_apps.territory.addresses.models import Building, Settlement, Street
from tenant_apps.territory.addresses.operations import save


@pytest.fixture
def clerk(in_alpha):
    cache.clear()
    create_ready_roles("hromada")
    yield make_person("clerk")
    cache.clear()


@pytest.fixture
def calendar(in_alpha):
    with platform_context():
        for year in (2026, 2027):
            CalendarDay.objects.create(
                day=date(year, 1, 1), kind="holiday", note="Новий рік", source_act="КЗпП, ст. 73"
            )


@pytest.fixture
def town(clerk):
    return Settlement.objects.create(katottg="UA99020010010000011", kind="M", name="Дубогір")


@pytest.fixture
def street_named(town, clerk):
    def make(name: str, kind: str = "street", **fields) -> Street:
        return save(Street(settlement=fields.pop("settlement", town), kind=kind, name=name, **fields), by=clerk)

    return make


@pytest.fixture
def house(town, clerk):
    def make(street: Street | None, number: str, corpus: str = "", **fields) -> Building:
        building = Building(settlement=street.settlement if street else town, street=street, number=number)
        building.corpus = corpus
        for name, value in fields.items():
            setattr(building, name, value)
        return save(building, by=clerk)

    return make
