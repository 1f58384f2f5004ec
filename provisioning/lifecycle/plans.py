"""Plans and quotas: what a community may switch on, and how much of everything it may use."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from kernel.modules.entitlement import forget as forget_modules
from kernel.tenancy import platform_context, tenant_context
from provisioning.errors import BadInput, NotFound
from provisioning.lifecycle.records import locked_community, note_fact
from shared_apps.communities.models import Community, Plan
from shared_apps.communities.quotas import QUOTA_KEYS, limit_of_plan, quotas

GIGABYTE = 1024**3

# A limit that is not named does not exist.
PLANS: dict[str, dict[str, Any]] = {
    "start": {
        "title": "Початковий",
        "quotas": {
            "users": 25,
            "storage_bytes": 20 * GIGABYTE,
            "sms_month": 500,
            "mail_month": 10_000,
            "signatures_month": 1_000,
            "api_requests_day": 10_000,
        },
    },
    "standard": {
        "title": "Стандартний",
        "quotas": {
            "users": 250,
            "storage_bytes": 200 * GIGABYTE,
            "sms_month": 10_000,
            "mail_month": 100_000,
            "signatures_month": 20_000,
            "api_requests_day": 100_000,
        },
    },
    "full": {"title": "Повний", "quotas": {}},
}


def seed_plans() -> int:
    """The plans of a new installation; what an operator changed in them stays."""
    rows = [Plan(code=code, title=facts["title"], quotas=facts["quotas"]) for code, facts in PLANS.items()]
    before = Plan.objects.count()
    Plan.objects.bulk_create(rows, ignore_conflicts=True)
    return Plan.objects.count() - before


def find_plan(code: str) -> Plan | None:
    """The row, or the unsaved one of an installation whose plans are not seeded yet."""
    plan = Plan.objects.filter(pk=code).first()
    if plan is None and code in PLANS:
        plan = Plan(code=code, title=PLANS[code]["title"], quotas=PLANS[code]["quotas"])
    return plan


def plan_codes() -> str:
    return ", ".join(sorted({*PLANS, *Plan.objects.values_list("code", flat=True)}))


def set_plan(slug: str, code: str, *, by: str, dry_run: bool = False) -> Community:
    """What the plan does not give any more is off from now on; its data stay."""
    with platform_context(), transaction.atomic():
        plan = find_plan(code)
        if plan is None:
            raise NotFound(f"Тарифу «{code}» немає.", f"виберіть один із: {plan_codes()}.")
        community = locked_community(slug)
        was = community.plan_id
        community.plan = plan
        if not dry_run and was != code:
            seed_plans()
            community.save(update_fields=["plan"])
            note_fact(community, f"Тариф: {was} → {code}", by=by)
    with tenant_context(community):
        forget_modules()
    return community


def set_quota(
    slug: str, key: str, limit: int | None, *, by: str, reason: str = "", dry_run: bool = False
) -> int | None:
    """The community's own limit; None takes it back to the plan's. Returns what holds from now on."""
    if key not in QUOTA_KEYS:
        raise BadInput([("key", f"Обсягу «{key}» немає.")], f"виберіть один із: {', '.join(sorted(QUOTA_KEYS))}.")
    if limit is not None and limit < 0:
        raise BadInput(
            [("limit", "Обсяг не буває від’ємним.")], "вкажіть 0 або більше; --default повертає обсяг тарифу."
        )
    with platform_context(), transaction.atomic():
        community = locked_community(slug)
        if not dry_run:
            if limit is None:
                community.quota_rows.filter(key=key).delete()
            else:
                community.quota_rows.update_or_create(key=key, defaults={"limit": limit, "reason": reason})
            note_fact(community, f"Обсяг {key}: {'як у тарифі' if limit is None else limit}. {reason}".strip(), by=by)
        return limit if limit is not None else limit_of_plan(community, key)


def quota(community: Community, key: str) -> int | None:
    """How much the community may use; None is without a limit."""
    if key not in QUOTA_KEYS:
        raise KeyError(f"Unknown quota {key!r}; known: {', '.join(sorted(QUOTA_KEYS))}.")
    return quotas(community)[key]
