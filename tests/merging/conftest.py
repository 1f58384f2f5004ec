"""Registers whose doubles become one, in a tenant that is lived in."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.audit.declare import append_only_rule
from kernel.registers.registry import registers
from kernel.remarks.models import Visit
from kernel.tenancy import platform_context
from kernel.testing.access import enter, make_person, make_role
from tests.fixtures import fill_calendar

PASSING = {"version", "updated_at"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "register" in metafunc.fixturenames:
        found = sorted((one for one in registers() if one.merges is not None), key=lambda one: one.label)
        metafunc.parametrize("register", found, ids=[one.label for one in found])


@pytest.fixture
def lived_in(in_gamma):
    cache.clear()
    with platform_context():
        fill_calendar()
    return User.objects.get(email="author@gamma.test")


@pytest.fixture
def browse(client_for, lived_in):
    numbers = iter(range(1, 100))

    def come(module, level=Level.MANAGE, rule="all", host="gamma"):
        role = make_role(f"m{next(numbers)}", **{module: (level, rule)})
        client = enter(client_for(host), make_person(role.code, password=None))
        return client

    return come


@pytest.fixture
def everything() -> Any:
    """Every row of every module and of what the kernel keeps at cards, but for marks of time."""

    def look() -> dict[tuple[str, Any], dict[str, Any]]:
        inside = {name for name in settings.TENANT_APPS if name.startswith("tenant_apps.")}
        inside |= {"kernel.remarks", "kernel.files", "kernel.tasks"}
        found = {}
        for model in apps.get_models(include_auto_created=True):
            if model._meta.app_config.name not in inside or append_only_rule(model) or model is Visit:
                continue
            for row in model._base_manager.values():
                key = (model._meta.label, row[model._meta.pk.attname])
                found[key] = {name: value for name, value in row.items() if name not in PASSING}
        return found

    return look
