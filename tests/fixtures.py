"""Fixtures that span modules: the database with two tenants, scopes, clients, raw connections."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections

from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.directory import forget_hosts
from kernel.tenancy.scope import scope_context
from tests import database

PASSWORD = "Синій-тролейбус-на-мосту-7"


def _close_connections() -> None:
    for connection in connections.all(initialized_only=True):
        with scope_context(None):
            connection.close()


def _build() -> None:
    from provisioning.fleet.migrate import migrate_fleet
    from provisioning.lifecycle import NewTenant, create_tenant

    database.start_afresh()
    with platform_context():
        migrate_fleet()
        for slug, kind, name, edrpou in (
            ("alpha", "hromada", "Альфівська громада", "99000011"),
            ("beta", "hromada", "Бетинська громада", "99000028"),
        ):
            create_tenant(
                NewTenant(
                    slug=slug, kind=kind, name=name, short_name=name, edrpou=edrpou, katottg="UA99010010000010010"
                ),
                by="тести",
            )
    _close_connections()
    database.keep_as_pristine()


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
