"""Host to tenant, remembered for a second in each process.

A second is what a change of state (suspension, a new domain) may take to be seen by every process;
the process that made the change forgets at once.
"""

from __future__ import annotations

import time
from threading import Lock
from typing import Any, NamedTuple

from django_tenants.utils import get_tenant_domain_model, get_tenant_model

from kernel.tenancy.scope import TenantRef, platform_context

TTL_SECONDS = 1.0
MOST_HOSTS = 20_000


class Known(NamedTuple):
    """Whose host it is, and, for an address kept after a rename, where its tenant lives now."""

    tenant: TenantRef | None
    moved_to: str = ""


_hosts: dict[str, tuple[float, Known]] = {}
_lock = Lock()


def tenant_for_host(host: str) -> TenantRef | None:
    return known_host(host).tenant


def known_host(host: str) -> Known:
    now = time.monotonic()
    found = _hosts.get(host)
    if found and found[0] > now:
        return found[1]
    with platform_context():
        known = _look_up(host)
    with _lock:
        if len(_hosts) >= MOST_HOSTS:
            _hosts.clear()
        _hosts[host] = (now + TTL_SECONDS, known)
    return known


def _look_up(host: str) -> Known:
    domains = get_tenant_domain_model().objects.filter(verified_at__isnull=False)
    domain = domains.select_related("tenant").filter(domain=host).first()
    if domain is None:
        return Known(None)
    moved_to = ""
    if not domain.is_primary and not domain.own:
        # Own domains are never led to: whoever must repair one signs in at the platform's address.
        primary = domains.filter(tenant=domain.tenant, is_primary=True, own=False).first()
        moved_to = primary.domain if primary else ""
    return Known(domain.tenant.ref, moved_to)


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
