"""The fleet's figures: how they stand, whether they agree with the rows, a recount of all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kernel.bus.traffic import tell_traffic
from kernel.tenancy import TenantRef, for_each_tenant
from kernel.tenancy.directory import active_tenants
from provisioning.lifecycle.records import find_community
from shared_apps.communities.models import Community
from shared_apps.rollups.cataloguing import tell_catalogue
from shared_apps.rollups.formulas import note_formulas
from shared_apps.rollups.models import Pass
from shared_apps.rollups.pushing import counting_registers, recount_all
from shared_apps.rollups.quality import FRESH, standings
from shared_apps.rollups.verify import Verified, verify_tenant


def _wanted(slugs: Sequence[str] | None) -> list[TenantRef]:
    if slugs:
        return [find_community(slug).ref for slug in slugs]
    return [tenant for tenant in active_tenants() if tenant.state == Community.State.ACTIVE]


def _each(
    work: Callable[[TenantRef], Any], slugs: Sequence[str] | None, reason: str
) -> tuple[dict[str, Any], dict[str, str]]:
    found = for_each_tenant(work, reason=reason, tenants=_wanted(slugs))
    failed = {slug: f"{type(one).__name__}: {one}" for slug, one in found.items() if isinstance(one, Exception)}
    return {slug: one for slug, one in found.items() if slug not in failed}, failed


def status_of(slugs: Sequence[str] | None) -> dict[str, Any]:
    """In platform scope, without a visit to any tenant."""
    silent = note_formulas()
    wanted = [tenant.id for tenant in _wanted(slugs)]
    communities = list(Community.objects.filter(pk__in=wanted).order_by("slug"))
    rows = []
    for label in Pass.objects.order_by("register").values_list("register", flat=True).distinct():
        passed = set(
            Pass.objects.filter(register=label, community_id__in=wanted).values_list("community_id", flat=True)
        )
        counted = [one for one in communities if one.pk in passed]
        for community, standing in zip(counted, standings(counted, label).values(), strict=True):
            rows.append(
                {
                    "tenant": community.slug,
                    "register": label,
                    "quality": standing.quality.value,
                    "data_at": standing.data_at,
                    "error": standing.error,
                }
            )
    never = sorted({one.slug for one in communities} - {row["tenant"] for row in rows})
    rows += [{"tenant": slug, "register": "", "quality": "none", "data_at": None, "error": ""} for slug in never]
    ok = not silent and all(row["quality"] in {one.value for one in FRESH} for row in rows)
    return {"ok": ok, "registers": rows, "silent": silent}


def verify_tenants(slugs: Sequence[str] | None) -> dict[str, Any]:
    found, failed = _each(lambda _tenant: verify_tenant(), slugs, "compare kept figures with the rows")
    verified: list[Verified] = list(found.values())
    differences = [
        {name: getattr(one, name) for name in one.__slots__} for each in verified for one in each.differences
    ]
    return {
        "ok": not differences and not failed,
        "tenants": len(verified),
        "values": sum(one.values for one in verified),
        "differences": differences,
        "failed": failed,
    }


def recount_tenants(slugs: Sequence[str] | None) -> dict[str, Any]:
    def work(_tenant: TenantRef) -> tuple[int, list[str]]:
        changed = recount_all()
        tell_catalogue()
        tell_traffic()
        return sum(changed.values()), [one.label for one in counting_registers() if one.label not in changed]

    found, failed = _each(work, slugs, "count figures anew")
    failed |= {slug: f"реєстри: {', '.join(missed)}" for slug, (_changed, missed) in found.items() if missed}
    return {
        "ok": not failed,
        "tenants": len(found),
        "changed": sum(changed for changed, _missed in found.values()),
        "failed": failed,
    }
