"""Where everything is: for the table that `make run` prints and for programs that read it."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from provisioning.demo.accounts import demo_accounts
from shared_apps.communities.models import Community


def address(host: str) -> str:
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT and settings.PUBLIC_SCHEME == "http" else ""
    return f"{settings.PUBLIC_SCHEME}://{host}{port}/"


def installation() -> dict[str, Any]:
    """In platform scope."""
    base = settings.BASE_DOMAIN
    shown = (
        Community.objects.exclude(state=Community.State.DELETED).select_related("parent").prefetch_related("domains")
    )
    tenants = []
    for community in sorted(shown, key=lambda c: (c.parent.slug if c.parent else c.slug, bool(c.parent), c.slug)):
        primary = next((d.domain for d in community.domains.all() if d.is_primary), f"{community.slug}.{base}")
        tenants.append(
            {
                "slug": community.slug,
                "name": community.short_name,
                "kind": community.kind,
                "state": community.state,
                "url": address(primary),
                "schema": community.schema_name,
                "parent": community.parent.slug if community.parent else None,
            }
        )
    return {
        "landing": address(base),
        "console": address(f"console.{base}"),
        "region": address(f"region.{base}"),
        "tenants": tenants,
        "accounts": demo_accounts([tenant["slug"] for tenant in tenants]),
    }
