"""Attempts to cross the tenant wall, one function per ring. Each passes only while its ring stands.

test_rings.py runs them against the product; test_rings_cut.py removes one ring at a time and expects the
attempt to succeed, so that a check that cannot fail is found out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from django.core import signing
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.db.utils import DatabaseError
from django.test import Client

from kernel.access.models import User
from kernel.tenancy import NoTenant, ScopeUnset, TenantRef, current_tenant, tenant_context
from kernel.tenancy.files import storage
from kernel.tenancy.links import file_link
from kernel.tenancy.scope import scope_context

ROOT = Path(__file__).resolve().parents[2]
SECRET_TEXT = "ТАЄМНИЦЯ-СУСІДА"


def host(tenant: TenantRef) -> dict[str, str]:
    return {"host": f"{tenant.slug}.localhost"}


def person(tenant: TenantRef, email: str) -> User:
    with tenant_context(tenant):
        return User.objects.create_user(email, "Синій-тролейбус-7", last_name="Мельник", first_name="Ірина")


# -- ring 1: the edge -----------------------------------------------------------------------------


def edge_keeps_hosts_apart(alpha: TenantRef, beta: TenantRef) -> None:
    """A session cookie and a signed link of one host mean nothing on another; unknown hosts are nobody's."""
    user = person(alpha, "edge@alpha.example")
    at_alpha = Client(headers=host(alpha))
    with tenant_context(alpha):
        at_alpha.force_login(user, backend="kernel.access.backends.AccountBackend")
        storage.save("acts/1.txt", ContentFile(SECRET_TEXT.encode()))
        link = file_link("acts/1.txt")
    assert at_alpha.get(link).status_code == 200, "the link must work at home"

    at_beta = Client(headers=host(beta))
    at_beta.cookies = at_alpha.cookies
    response = at_beta.get("/accounts/email/", follow=False)
    assert response.status_code in (302, 403, 404), "a foreign session opened a page"
    with tenant_context(beta):
        storage.save("acts/1.txt", ContentFile(b"beta's own"))
    assert at_beta.get(link).status_code == 404, "a foreign signed link opened a file"
    assert Client(headers={"host": "nobody.localhost"}).get("/").status_code == 404


# -- ring 2: the database -------------------------------------------------------------------------


def database_refuses_neighbours(alpha: TenantRef, beta: TenantRef) -> None:
    """Raw SQL with the neighbour's name in it, a forgotten search_path, a change of structure: all refused."""
    attempts = (
        f'SELECT * FROM "{beta.schema}".access_user',
        f'UPDATE "{beta.schema}".access_user SET last_name = last_name',
        f'SET search_path = "{beta.schema}"; SELECT * FROM access_user',
        f'CREATE TABLE "{beta.schema}".trap (id int)',
        f'CREATE TABLE "{alpha.schema}".trap (id int)',
        "CREATE TABLE public.trap (id int)",
        "SELECT * FROM public.communities_community",
        "SELECT * FROM public.access_user",
        "UPDATE public.communities_community SET name = name",
        f'DROP TABLE "{alpha.schema}".access_user',
        f'ALTER SCHEMA "{alpha.schema}" RENAME TO trap',
    )
    for attempt in attempts:
        with tenant_context(alpha):
            assert _is_refused(attempt), f"the database allowed: {attempt}"


def _is_refused(statement: str) -> bool:
    from django.db import transaction

    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        # A schema one may not enter looks empty: through the search_path its tables do not exist.
        return isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege | psycopg.errors.UndefinedTable)
    return False


def role_owns_nothing(tenant: TenantRef, superuser: psycopg.Connection) -> None:
    row = superuser.execute(
        "SELECT (SELECT count(*) FROM pg_class WHERE relowner = r.oid) + "
        "(SELECT count(*) FROM pg_namespace WHERE nspowner = r.oid) + "
        "(SELECT count(*) FROM pg_proc WHERE proowner = r.oid), rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, "
        "(SELECT rolpassword IS NULL FROM pg_authid a WHERE a.oid = r.oid) "
        "FROM pg_roles r WHERE rolname = %s",
        [tenant.schema],
    ).fetchone()
    assert row == (0, False, False, False, False, True)


# -- ring 3: the kernel ---------------------------------------------------------------------------


def kernel_keeps_things_apart(alpha: TenantRef, beta: TenantRef) -> None:
    """Cache, files and signatures made under one tenant are not there under another."""
    with tenant_context(alpha):
        cache.set("plan", SECRET_TEXT)
        storage.save("plans/secret.txt", ContentFile(SECRET_TEXT.encode()))
        signed = signing.dumps({"user": 1}, salt="test")
    with tenant_context(beta):
        assert cache.get("plan") is None, "the cache answered with a neighbour's value"
        assert not storage.exists("plans/secret.txt"), "a neighbour's file is visible"
        try:
            signing.loads(signed, salt="test")
        except signing.BadSignature:
            pass
        else:
            raise AssertionError("a neighbour's signature is valid")
    with tenant_context(alpha):
        assert signing.loads(signed, salt="test") == {"user": 1}


def unset_scope_reaches_nothing() -> None:
    touches: tuple[Callable[[], Any], ...] = (
        current_tenant,
        lambda: User.objects.count(),
        lambda: cache.get("plan"),
        lambda: storage.exists("plans/secret.txt"),
        lambda: signing.dumps("x"),
    )
    for touch in touches:
        with scope_context(None):
            try:
                touch()
            except (NoTenant, ScopeUnset):
                continue
            raise AssertionError(f"{touch} worked with no scope set")


# -- ring 5: crossing -----------------------------------------------------------------------------

MAY_CROSS = ("manage.py", "platform/kernel/tenancy/", "provisioning/", "shared_apps/", "platform/config/")
CROSSING = {"tenant_context", "schema_context", "for_each_tenant", "platform_context", "scope_context", "set_scope"}
# The kernel's own platform jobs; each walks tenants only through for_each_tenant.
KERNEL_JOBS = re.compile(r"platform/kernel/(jobs/queue|\w+(/\w+)?/jobs|audit/witness)\.py")


def crossings(root: Path) -> list[str]:
    """Places outside the allowed ones that choose a scope themselves, as `file:line name`."""
    found: list[str] = []
    for path in sorted(root.glob("**/*.py")):
        name = path.relative_to(root).as_posix()
        parts = path.relative_to(root).parts
        if name.startswith(MAY_CROSS) or parts[0] in ("tests", "infra") or "tests" in parts or parts[0].startswith("."):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            word = getattr(called, "id", getattr(called, "attr", ""))
            # The kernel may read the platform's own tables (a plan, a head of a journal), never choose a tenant.
            allowed = (KERNEL_JOBS.fullmatch(name) and word == "for_each_tenant") or (
                name.startswith("platform/kernel/") and word == "platform_context"
            )
            if word in CROSSING and not allowed:
                found.append(f"{name}:{node.lineno} {word}")  # type: ignore[attr-defined]
    return found
