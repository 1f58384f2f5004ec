from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from kernel.access.roles import create_ready_roles
from kernel.tenancy import TenantRef, platform_context, tenant_context


@pytest.fixture(autouse=True)
def fresh_cache(platform_around_database: None) -> Iterator[None]:
    """Redis does not roll back: counters of one test must not lock out the next."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def letters(mailoutbox: list[Any]) -> list[Any]:
    return mailoutbox


@pytest.fixture
def with_roles(alpha: TenantRef, beta: TenantRef) -> None:
    for tenant in (alpha, beta):
        with tenant_context(tenant):
            create_ready_roles(tenant.kind)


@pytest.fixture
def here(with_roles: None, alpha: TenantRef) -> Iterator[TenantRef]:
    """The test itself works in alpha, whose ready roles are there."""
    with tenant_context(alpha):
        yield alpha


@pytest.fixture
def at() -> Callable[[TenantRef | str], Client]:
    def make(where: TenantRef | str, **extra: Any) -> Client:
        label = where if isinstance(where, str) else where.slug
        return Client(headers={"host": f"{label}.{settings.BASE_DOMAIN}", "user-agent": FIREFOX}, **extra)

    return make


@pytest.fixture
def console(platform: None) -> Iterator[None]:
    with platform_context():
        create_ready_roles("platform")
        yield


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
