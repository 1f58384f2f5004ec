"""The life of a tenant: created, suspended, archived, deleted - every move by one of these functions."""

from provisioning.lifecycle.creation import (
    Created,
    Preview,
    create_tenant,
    create_with_report,
    finish_creation,
    preview_creation,
    reserve_tenant,
    rollback_creation,
)
from provisioning.lifecycle.deletion import (
    Deleted,
    delete,
    deleted_communities,
    purge_expired,
    recover_deleted,
)
from provisioning.lifecycle.domains import (
    Claim,
    add_domain,
    list_domains,
    remove_domain,
    set_primary,
    verify_domain,
)
from provisioning.lifecycle.plans import quota, quotas, seed_plans, set_plan, set_quota
from provisioning.lifecycle.request import NewTenant
from provisioning.lifecycle.standing import (
    Renamed,
    archive,
    release_kept_hosts,
    rename,
    restore_archived,
    resume,
    set_read_only,
    suspend,
)

__all__ = [
    "Claim",
    "Created",
    "Deleted",
    "NewTenant",
    "Preview",
    "Renamed",
    "add_domain",
    "archive",
    "create_tenant",
    "create_with_report",
    "delete",
    "deleted_communities",
    "finish_creation",
    "list_domains",
    "preview_creation",
    "purge_expired",
    "quota",
    "quotas",
    "recover_deleted",
    "release_kept_hosts",
    "remove_domain",
    "rename",
    "reserve_tenant",
    "restore_archived",
    "resume",
    "rollback_creation",
    "seed_plans",
    "set_plan",
    "set_primary",
    "set_quota",
    "set_read_only",
    "suspend",
    "verify_domain",
]
