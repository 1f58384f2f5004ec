"""Host to tenant, remembered for a second in each process.

A second is what a change of state (suspension, a new domain) may take to be seen by every process;
the process that made the change forgets at once.
"""

from __future__ import annotations

import time
from threading import Lock
from typing import Any

from django_tenants.utils import get_tenant_domain_model, get_tenant_model

from kernel.tenancy.scope import TenantRef, platform_context

TTL_SECONDS = 1.0
MOST_HOSTS = 20_000

_hosts: dict[str, tuple[float, TenantRef | None]] = {}
_lock = Lock()


def tenant_for_host(host: str) -> TenantRef | None:
    now = time.monotonic()
    known = _hosts.get(host)
    if known and known[0] > now:
        return known[1]
    with platform_context():
        domain = (
            get_tenant_domain_model()
            .objects.select_related("tenant")
            .filter(domain=host, verified_at__isnull=False)
            .first()
        )
    ref: TenantRef | None = domain.tenant.ref if domain else None
    with _lock:
        if len(_hosts) >= MOST_HOSTS:
            _hosts.clear()
        _hosts[host] = (now + TTL_SECONDS, ref)
    return ref


def forget_hosts() -> None:
    with _lock:
        _hosts.clear()


def _communities() -> Any:
    return get_tenant_model().objects.order_by("slug")


def active_tenants() -> list[TenantRef]:
    return [c.ref for c in _communities().filter(state__in=("active", "suspended"))]


def tenant_by_schema(schema: str) -> TenantRef:
    with platform_context():
        return _communities().get(schema_name=schema).ref
