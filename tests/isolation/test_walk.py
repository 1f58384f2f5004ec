"""Every model, URL, task, cache key and path of the installed modules, tried from the wrong side of the wall."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from psycopg import errors, sql

from kernel.access.levels import Level
from kernel.access.models import Role, RoleAssignment, RoleLevel, User
from kernel.access.subjects import subjects
from kernel.modules.registry import modules
from kernel.tenancy import tenant_context
from kernel.tenancy.scope import scope_context
from tests.isolation.inhabit import MARK, inhabit, tenant_models
from tests.isolation.rings import host

MODELS = tenant_models()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_no_reference_leaves_the_schema(model):
    """Ring 2 begins with the model: what a tenant's row points at lives in the same schema."""
    inside = set(settings.TENANT_APPS)
    for field in model._meta.local_concrete_fields:
        if field.is_relation:
            target = field.related_model._meta
            assert target.app_config.name in inside, f"{model._meta.label}.{field.name} → {target.label}"


def test_platform_never_points_at_a_tenant():
    shared_only = set(settings.SHARED_APPS) - set(settings.TENANT_APPS)
    tenants_only = set(settings.TENANT_APPS) - set(settings.SHARED_APPS)
    for model in apps.get_models():
        if model._meta.app_config.name in shared_only:
            for field in model._meta.local_concrete_fields:
                assert not field.is_relation or field.related_model._meta.app_config.name not in tenants_only


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_rows_are_unreachable(model, alpha, beta):
    """By the ORM a neighbour's row is not there; by its qualified name the database refuses to look."""
    with tenant_context(beta):
        row = inhabit(model, {})
        assert row is None or model._default_manager.filter(pk=row.pk).exists()
    table = model._meta.db_table
    with tenant_context(alpha):
        same_key = model._default_manager.filter(pk=row.pk).first() if row else None
        if same_key is not None:
            assert not _tells_of_neighbour(same_key), f"{model._meta.label} {row.pk} is the neighbour's"
        for verb in ("SELECT 1 FROM {}", "DELETE FROM {}"):
            with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql.SQL(verb).format(sql.Identifier(beta.schema, table)))
            assert isinstance(refused.value.__cause__, errors.InsufficientPrivilege)


def _tells_of_neighbour(row: Any) -> bool:
    return any(MARK in str(getattr(row, field.attname)) for field in row._meta.concrete_fields)


# -- URLs -----------------------------------------------------------------------------------------

KEYS = re.compile(r"<(?:(?P<kind>[^:>]+):)?(?P<name>[^>]+)>")


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern, route)
        else:
            yield route, pattern


Keys = dict[str, set[str]]
KINDS = ("int", "uuid", "slug")
MODULES = {module.label for module in modules()}
# Pages of the kernel whose cards are all of one of its apps: nobody else's keys mean anything there.
HOMES = {"own/": "designer", "administration/registers/": "designer"}


def _module_of(route: str) -> str:
    """Whose pages these are; the kernel's and the public ones are nobody's."""
    place = route.removeprefix("api/v1/")
    for home, app in HOMES.items():
        if place.startswith(home):
            return app
    label = place.partition("/")[0].replace("-", "_")
    return label if label in MODULES else ""


def _fillings(kind: str | None, foreign: Keys) -> set[str]:
    known = {"uuid": "uuid", "int": "int"}.get(kind or "str")
    if known:
        return foreign[known]
    return foreign["slug"] | foreign["int"] | foreign["uuid"]


def _addresses(of_modules: dict[str, Keys]) -> Iterator[str]:
    """Every route of a tenant's site, with the neighbour's keys in place of its parameters.

    A module's pages are asked for its own cards; every other page for whatever the neighbour has.
    """
    everything: Keys = {kind: set().union(*(keys[kind] for keys in of_modules.values())) for kind in KINDS}
    for route, _pattern in _patterns(get_resolver("config.urls_tenant")):
        if "(?P" in route or route.startswith("^"):
            continue
        found = list(KEYS.finditer(route))
        if not found:
            yield "/" + route
            continue
        foreign = of_modules.get(_module_of(route), everything)
        kinds = [match["kind"] for match in found]
        for value in sorted({v for kind in kinds for v in _fillings(kind, foreign) or _fillings(kind, everything)}):
            yield "/" + KEYS.sub(value, route)


@pytest.fixture
def beta_keys(beta):
    """Primary keys and slugs of one row of every model in beta."""
    found: dict[str, Keys] = {}
    made: dict[Any, Any] = {}
    with tenant_context(beta):
        for model in MODELS:
            row = inhabit(model, made)
            if row is None:
                continue
            keys = found.setdefault(model._meta.app_label, {kind: set() for kind in KINDS})
            keys["int" if isinstance(row.pk, int) else "uuid" if "-" in str(row.pk) else "slug"].add(str(row.pk))
            for name in ("slug", "code", "token", "key", "prefix"):
                if isinstance(getattr(row, name, None), str) and re.fullmatch(r"[\w-]+", getattr(row, name)):
                    keys["slug"].add(getattr(row, name))
    return found


@pytest.fixture
def alpha_administrator(alpha):
    with tenant_context(alpha):
        user = User.objects.create_user(
            "boss@alpha.example", "Синій-тролейбус-7", last_name="Кравець", first_name="Іван"
        )
        role = Role.objects.create(code="everything", title="Усе")
        for subject in subjects():
            RoleLevel.objects.create(role=role, module=subject.code, level=Level.MANAGE)
        RoleAssignment.objects.create(user=user, role=role, valid_from=date(2026, 1, 1), given_by="тести")
    client = Client(headers=host(alpha), raise_request_exception=False)
    with tenant_context(alpha):
        client.force_login(user, backend="kernel.access.backends.AccountBackend")
    return client


def test_no_address_shows_the_neighbour(alpha_administrator, beta_keys):
    """An administrator with every right at home walks every address with the neighbour's keys."""
    visited = 0
    for address in _addresses(beta_keys):
        for method in ("get", "post", "put", "patch", "delete"):
            response = getattr(alpha_administrator, method)(address)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            assert MARK not in body.decode(errors="replace"), f"{method} {address} shows the neighbour's data"
            assert response.status_code < 500, f"{method} {address} broke: {response.status_code}"
            visited += 1
    assert visited > 20


def test_nothing_of_the_neighbour_changed(alpha_administrator, alpha, beta, beta_keys):
    with tenant_context(beta):
        before = {model: list(model._default_manager.order_by("pk").values()) for model in MODELS}
    for address in _addresses(beta_keys):
        for method in ("post", "put", "patch", "delete"):
            getattr(alpha_administrator, method)(address, data=json.dumps({}), content_type="application/json")
    with tenant_context(beta):
        after = {model: list(model._default_manager.order_by("pk").values()) for model in MODELS}
    assert after == before


# -- tasks ----------------------------------------------------------------------------------------


def test_every_task_fails_closed_without_a_scope(transactional_db):
    """A message that lost its tenant reaches no data, whatever task it names."""
    from kernel.tenancy import ScopeUnset
    from kernel.tenancy.scope import NoTenant

    mine = [task for name, task in current_app.tasks.items() if not name.startswith("celery.")]
    assert mine
    for task in mine:
        with scope_context(None), pytest.raises((ScopeUnset, NoTenant)):
            task.apply_async(args=_arguments(task), ignore_result=True)


def test_every_task_refuses_a_neighbours_argument(alpha, beta):
    """A job of beta named to a worker that runs for alpha is not found there."""
    from kernel.jobs.models import Job
    from kernel.jobs.queue import run_job

    with tenant_context(beta):
        job = Job.objects.create(kind="nothing", arguments={"secret": MARK})
    with tenant_context(alpha):
        run_job(str(job.pk))
        assert not Job.objects.filter(pk=job.pk).exists()
    with tenant_context(beta):
        job.refresh_from_db()
        assert (job.status, job.attempts) == (Job.Status.QUEUED, 0)


def _arguments(task: Any) -> list[str]:
    import inspect

    required = [p for p in inspect.signature(task.run).parameters.values() if p.default is p.empty]
    return ["00000000-0000-0000-0000-000000000000"] * len(required)
