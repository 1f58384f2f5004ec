"""The one place that knows whose work is being done.

Three states: unset, platform, tenant. Unset is the state of every new thread, task and process, and
nothing that belongs to somebody can be reached from it: forgetting to choose fails instead of leaking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID


class HasRef(Protocol):
    """A community's row; the kernel does not know the model."""

    @property
    def ref(self) -> TenantRef: ...


PUBLIC_SCHEMA = "public"
EXTENSIONS_SCHEMA = "extensions"
APP_ROLE = "hromada_app"
OWNER_ROLE = "hromada_owner"
TENANTS_GROUP = "hromada_tenants"
BLUEPRINT_SCHEMA = "hromada_blueprint"


class ScopeUnset(RuntimeError):
    """Work was attempted before anyone said for whom."""

    def __init__(self) -> None:
        super().__init__(
            "No scope is set: enter tenant_context(...) or platform_context() before touching data, "
            "cache, files, keys or jobs."
        )


class NoTenant(RuntimeError):
    """A tenant was needed, but the work runs for the platform or for nobody."""

    def __init__(self) -> None:
        super().__init__("No tenant is current: this code runs only inside tenant_context(...).")


@dataclass(frozen=True, slots=True)
class TenantRef:
    """What the kernel needs to know of a tenant; small enough to be cached and passed about."""

    id: UUID
    slug: str
    schema: str
    name: str
    kind: str
    timezone: str
    state: str
    shard: str = "main"
    region: str = ""

    @property
    def schema_name(self) -> str:
        """django-tenants' word for the schema; its utilities and Celery's tasks read it."""
        return self.schema


@dataclass(frozen=True, slots=True)
class Scope:
    schema: str
    tenant: TenantRef | None = None

    @property
    def is_platform(self) -> bool:
        return self.schema == PUBLIC_SCHEMA

    @property
    def key(self) -> str:
        """The name under which this scope's keys, paths and logs are kept apart.

        The id, not the slug or the schema: a slug may be given to another community one day.
        """
        return str(self.tenant.id) if self.tenant else self.schema


PLATFORM = Scope(PUBLIC_SCHEMA)
_scope: ContextVar[Scope | None] = ContextVar("hromada_scope", default=None)


def scope_or_none() -> Scope | None:
    return _scope.get()


def current_scope() -> Scope:
    scope = _scope.get()
    if scope is None:
        raise ScopeUnset
    return scope


def current_tenant() -> TenantRef:
    scope = _scope.get()
    if scope is None or scope.tenant is None:
        raise NoTenant
    return scope.tenant


def set_scope(scope: Scope | None) -> None:
    """Change the scope without a way back; for edges that own the whole context (requests, tasks)."""
    _scope.set(scope)


@contextmanager
def scope_context(scope: Scope | None) -> Iterator[Scope | None]:
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


@contextmanager
def tenant_context(tenant: TenantRef | HasRef) -> Iterator[TenantRef]:
    ref = tenant if isinstance(tenant, TenantRef) else tenant.ref
    with scope_context(Scope(ref.schema, ref)):
        yield ref


@contextmanager
def platform_context() -> Iterator[None]:
    with scope_context(PLATFORM):
        yield


@contextmanager
def schema_context(schema: str) -> Iterator[None]:
    """A schema that is nobody's: the template and the pool. Provisioning only."""
    with scope_context(Scope(schema)):
        yield


def for_each_tenant(
    work: Callable[[TenantRef], Any], *, reason: str, tenants: Iterable[TenantRef] | None = None
) -> dict[str, Any]:
    """The only sanctioned walk over tenants. Each visit is logged with its reason.

    One tenant's failure does not stop the others: its exception is the value under its slug.
    """
    from kernel.tenancy.directory import active_tenants
    from kernel.tenancy.log import get_logger

    log = get_logger("tenancy.crossing")
    results: dict[str, Any] = {}
    if tenants is None:
        with platform_context():
            tenants = active_tenants()
    for ref in tenants:
        with tenant_context(ref):
            log.info("tenant_visited", reason=reason)
            try:
                results[ref.slug] = work(ref)
            except Exception as error:
                log.exception("tenant_visit_failed", reason=reason)
                results[ref.slug] = error
    return results
