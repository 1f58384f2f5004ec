"""Fixtures that span modules: the database with two tenants, scopes, clients, raw connections."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import psycopg
import pytest
from django.db import connections

from kernel.designer.known import forget_all
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.directory import forget_hosts
from kernel.tenancy.scope import scope_context
from tests import database

NOWHERE = "UA99010010000010010"
PASSWORD = "Синій-тролейбус-на-мосту-7"


def _close_connections() -> None:
    for connection in connections.all(initialized_only=True):
        with scope_context(None):
            connection.close()


def _build() -> None:
    from provisioning.fleet.migrate import migrate_fleet
    from provisioning.lifecycle import NewTenant, create_tenant
    from shared_apps.reference.demo import DUBOHIR

    database.start_afresh()
    with platform_context():
        migrate_fleet()
        for slug, kind, name, edrpou, katottg in (
            ("alpha", "hromada", "Альфівська громада", "99000011", NOWHERE),
            ("beta", "hromada", "Бетинська громада", "99000028", NOWHERE),
            ("gamma", "hromada", "Гаммівська громада", "99000034", DUBOHIR),
        ):
            create_tenant(
                NewTenant(slug=slug, kind=kind, name=name, short_name=name, edrpou=edrpou, katottg=katottg),
                by="тести",
            )
    live_in(_ref("gamma"))
    _close_connections()
    database.keep_as_pristine()


def live_in(tenant: TenantRef) -> None:
    """The demonstration cards of every module, written by one author who may do anything.

    The territory and the calendar they are made from go again: tests of both begin with none.
    """
    from kernel.access.levels import Level
    from kernel.bus.delivery import deliver_waiting
    from kernel.modules.entitlement import enabled_modules
    from kernel.modules.manifest import Area
    from kernel.testing.access import make_person, make_role
    from shared_apps.reference.demo import load_demo_territory
    from shared_apps.reference.models import CalendarDay, TerritorialUnit

    with platform_context():
        load_demo_territory()
        fill_calendar()
    with tenant_context(tenant):
        make_role("author", **{f"area__{area.value}": Level.MANAGE for area in Area})
        author = make_person("author", email="author@gamma.test")
        for module in enabled_modules():
            home = f"{module.name}.demo"
            if find_spec(home):
                import_module(home).load(author)
        deliver_waiting()
    with platform_context():
        TerritorialUnit.objects.filter(demo=True).delete()
        CalendarDay.objects.all().delete()


def fill_calendar() -> None:
    """The years of the demonstration; with one holiday a year counts as filled in."""
    from shared_apps.reference.models import CalendarDay

    for year in (2026, 2027):
        CalendarDay.objects.create(
            day=date(year, 1, 1), kind="holiday", note="Новий рік", source_act="КЗпП України, ст. 73"
        )


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        if database.pristine_exists():
            database.restore_pristine()
        else:
            _build()
        yield
        _close_connections()


@pytest.fixture(autouse=True)
def platform_around_database() -> Iterator[None]:
    """Django opens its test transaction before any test code runs, and that needs a scope."""
    from django.core.cache import cache

    forget_hosts()
    forget_all()
    # A rolled-back row leaves its number to the next test, and what was remembered of it with the number.
    cache.clear()
    with platform_context():
        yield


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Real commits; the database is put back as it was by copying the pristine one."""
    from django.core.cache import cache

    with django_db_blocker.unblock():
        yield
        _close_connections()
        with platform_context():
            cache.clear()
        database.restore_pristine()


def _ref(slug: str) -> TenantRef:
    from shared_apps.communities.models import Community

    with platform_context():
        return Community.objects.get(slug=slug).ref


@pytest.fixture
def alpha(request: pytest.FixtureRequest) -> TenantRef:
    if "transactional_db" not in request.fixturenames:
        request.getfixturevalue("db")
    return _ref("alpha")


@pytest.fixture
def beta(request: pytest.FixtureRequest) -> TenantRef:
    if "transactional_db" not in request.fixturenames:
        request.getfixturevalue("db")
    return _ref("beta")


@pytest.fixture
def gamma(request: pytest.FixtureRequest) -> TenantRef:
    """A tenant already lived in: every module's demonstration cards are there."""
    if "transactional_db" not in request.fixturenames:
        request.getfixturevalue("db")
    return _ref("gamma")


@pytest.fixture
def in_gamma(gamma: TenantRef) -> Iterator[TenantRef]:
    with tenant_context(gamma):
        yield gamma


@pytest.fixture
def in_alpha(alpha: TenantRef) -> Iterator[TenantRef]:
    with tenant_context(alpha):
        yield alpha


@pytest.fixture
def in_beta(beta: TenantRef) -> Iterator[TenantRef]:
    with tenant_context(beta):
        yield beta


@pytest.fixture
def platform() -> Iterator[None]:
    with platform_context():
        yield


@pytest.fixture
def client_for() -> Callable[..., Any]:
    """A test client bound to a host: client_for("alpha") or client_for("console")."""
    from django.conf import settings
    from django.test import Client

    def make(label: str = "", **extra: Any) -> Client:
        host = label if "." in label else (f"{label}.{settings.BASE_DOMAIN}" if label else settings.BASE_DOMAIN)
        return Client(headers={"host": host}, **extra)

    return make


@pytest.fixture
def owner_connection(django_db_setup: None) -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def app_connection(django_db_setup: None) -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def superuser_connection(django_db_setup: None) -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["TEST_SUPERUSER_URL"], autocommit=True) as connection:
        yield connection
