"""The tenant wall: who the current tenant is, and everything that must follow from it."""

from kernel.tenancy.scope import (
    NoTenant,
    Scope,
    ScopeUnset,
    TenantRef,
    current_scope,
    current_tenant,
    for_each_tenant,
    platform_context,
    schema_context,
    tenant_context,
)

__all__ = [
    "NoTenant",
    "Scope",
    "ScopeUnset",
    "TenantRef",
    "current_scope",
    "current_tenant",
    "for_each_tenant",
    "platform_context",
    "schema_context",
    "tenant_context",
]
