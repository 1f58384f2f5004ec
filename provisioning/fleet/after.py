"""What a new version owes every tenant besides its tables."""

from __future__ import annotations

from kernel.access.roles import create_ready_roles
from kernel.jobs.data import enqueue_pending
from kernel.tenancy import TenantRef, for_each_tenant, platform_context
from provisioning.errors import ProvisioningError


def settle_tenants() -> dict[str, int]:
    """New ready roles and changes of data, in every tenant and on the platform. Returns what each got."""
    with platform_context():
        settled = {"platform": create_ready_roles("platform")}
    visited = for_each_tenant(_settle, reason="ready roles and changes of data of a new version")
    failed = {slug: result for slug, result in visited.items() if isinstance(result, Exception)}
    if failed:
        listed = "; ".join(f"{slug}: {error}" for slug, error in failed.items())
        raise ProvisioningError(
            f"Не всі громади доведено до нової версії: {listed}", "повторіть hromada fleet migrate."
        )
    return {**settled, **visited}


def _settle(tenant: TenantRef) -> int:
    return create_ready_roles(tenant.kind) + len(enqueue_pending())
