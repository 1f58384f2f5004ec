"""Thresholds: who watches what, when it fired, who took note, when it was over; and the region's words to communities."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require
from kernel.indicators.catalogue import Declared, UnknownIndicator, declared_named
from kernel.operations import Who, name_of, operation
from kernel.tenancy import platform_context
from shared_apps.communities.models import Community
from shared_apps.communities.standing import Banner
from shared_apps.console.asking import default_period, seen
from shared_apps.console.models import Alert, AlertRule, Announcement, Digest
from shared_apps.rollups.quality import FRESH
from shared_apps.rollups.reading import communities_in, read

EVERY = timedelta(minutes=15)


@operation("console", Level.VIEW)
def watch(one: Declared, side: str, threshold: Decimal, *, by: Who) -> AlertRule:
    rule = AlertRule(indicator=one.code, side=side, threshold=threshold, created_by=name_of(by), owner_id=by.pk)  # type: ignore[union-attr]
    rule.full_clean()
    rule.save()
    return rule


@operation("console", Level.VIEW)
def forget(rule: AlertRule, *, by: Who) -> None:
    AlertRule.objects.filter(pk=rule.pk, owner_id=by.pk).delete()  # type: ignore[union-attr]


@operation("console", Level.VIEW)
def acknowledge(alert: Alert, *, by: Who) -> None:
    Alert.objects.filter(pk=alert.pk, acknowledged_at__isnull=True).update(
        acknowledged_at=timezone.now(), acknowledged_by=name_of(by)
    )


def check_rules() -> int:
    """In platform scope, as often as it is called; each rule at most once in a while. How many fired now."""
    now = timezone.now()
    due = AlertRule.objects.filter(Q(checked_at__isnull=True) | Q(checked_at__lt=now - EVERY))
    return sum(check(rule) for rule in due)


def check(rule: AlertRule) -> int:
    """What is late or hidden neither fires nor ends anything: nothing is known of it. As its owner may see."""
    owner = User.objects.filter(pk=rule.owner_id, is_active=True).first()
    AlertRule.objects.filter(pk=rule.pk).update(checked_at=timezone.now())
    try:
        one = declared_named(rule.indicator)
    except UnknownIndicator:
        return 0
    if owner is None:
        return 0
    period, fired = default_period(one), 0
    for told in read(one, period, communities_in(seen(owner))):
        if told.shown is None or told.quality not in FRESH:
            continue
        crossed = told.shown < rule.threshold if rule.side == AlertRule.Side.BELOW else told.shown > rule.threshold
        open_ones = rule.alerts.filter(community=told.community, period=period, over_at__isnull=True)
        if crossed and not open_ones.exists():
            Alert.objects.create(rule=rule, community=told.community, period=period, value=told.shown)
            fired += 1
        elif not crossed:
            open_ones.update(over_at=timezone.now())
    return fired


@operation("console", Level.VIEW)
def turn_digest(*, by: Who) -> bool:
    """On for whoever has it not, off for whoever has. Whether it is on now."""
    gone, _by_model = Digest.objects.filter(owner_id=by.pk).delete()  # type: ignore[union-attr]
    if not gone:
        Digest.objects.create(owner_id=by.pk)  # type: ignore[union-attr]
    return not gone


# -- announcements -------------------------------------------------------------------------------------


@operation("communities", Level.EDIT)
def announce(announcement: Announcement, *, by: Who) -> Announcement:
    """To nobody beyond the author's own territory."""
    announcement.created_by = name_of(by)
    announcement.full_clean()
    if isinstance(by, User):
        require(by, "communities", Level.EDIT, Community(katottg=announcement.territory))
    announcement.save()
    return announcement


@operation("communities", Level.EDIT)
def withdraw(announcement: Announcement, *, by: Who) -> None:
    if isinstance(by, User):
        require(by, "communities", Level.EDIT, Community(katottg=announcement.territory))
    announcement.delete()


def announced_to(community: Community) -> list[Banner]:
    """Over every page of a community, on the days it is for."""
    with platform_context():
        today = timezone.localdate()
        territories = ["", community.katottg[:4], community.katottg[:6]]
        rows = list(Announcement.objects.filter(starts_on__lte=today, ends_on__gte=today, territory__in=territories))
    return [Banner(row.title, row.text) for row in rows]
