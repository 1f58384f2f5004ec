"""How far a tenant's figures may be believed. What did not arrive is said to be so; it is never a zero."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shared_apps.communities.models import Community
from shared_apps.fleet.models import Blueprint, SchemaVersion
from shared_apps.rollups.models import Pass

# A night's recount and some hours of grace.
LATE = timedelta(hours=30)


class Quality(TextChoices):
    OK = "ok", _("вчасно")
    PARTIAL = "partial", _("неповні")
    LATE = "late", _("запізнилися")
    FAILED = "failed", _("перерахунок не вдався")
    SUSPENDED = "suspended", _("громаду призупинено")
    MIGRATING = "migrating", _("оновлюється")
    NONE = "none", _("не надходили")


TONES = {
    Quality.OK: "ok",
    Quality.PARTIAL: "info",
    Quality.LATE: "warn",
    Quality.FAILED: "bad",
    Quality.SUSPENDED: "idle",
    Quality.MIGRATING: "warn",
    Quality.NONE: "idle",
}
# Whose last figures still stand in totals; of the rest nothing is said.
BELIEVED = frozenset({Quality.OK, Quality.PARTIAL, Quality.LATE, Quality.FAILED, Quality.MIGRATING})
FRESH = frozenset({Quality.OK, Quality.PARTIAL})


@dataclass(frozen=True, slots=True)
class Standing:
    quality: Quality
    data_at: datetime | None = None
    error: str = ""


NOTHING = Standing(Quality.NONE)


def standings(communities: Sequence[Community], register: str) -> dict[UUID, Standing]:
    return standings_by(communities, [register])[register]


def standings_by(communities: Sequence[Community], labels: Collection[str]) -> dict[str, dict[UUID, Standing]]:
    """Three questions however many tenants and registers."""
    passes = {(row.register, row.community_id): row for row in Pass.objects.filter(register__in=list(labels))}
    behind = _behind()
    now = timezone.now()
    return {
        label: {one.pk: _standing(one, passes.get((label, one.pk)), behind, now) for one in communities}
        for label in labels
    }


def _behind() -> set[str]:
    """Schemas that wait for their migration: their code and their rows may not speak of the same thing."""
    current = Blueprint.objects.filter(current=True).values_list("fingerprint", flat=True).first()
    if current is None:
        return set()
    return set(SchemaVersion.objects.exclude(fingerprint=current).values_list("schema_name", flat=True))


def _standing(community: Community, row: Pass | None, behind: set[str], now: datetime) -> Standing:
    data_at = row.data_at if row else None
    if community.state != Community.State.ACTIVE:
        return Standing(Quality.SUSPENDED, data_at)
    if community.schema_name in behind:
        return Standing(Quality.MIGRATING, data_at)
    if row is None:
        return NOTHING
    if row.error:
        return Standing(Quality.FAILED, data_at, row.error)
    if data_at is None or now - data_at > LATE:
        return Standing(Quality.LATE, data_at)
    return Standing(Quality.OK, data_at)
