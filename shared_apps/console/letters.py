"""Letters to the region's people: a threshold was crossed; what a week brought."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from kernel.access.mail import absolute
from kernel.access.models import User
from kernel.indicators.catalogue import Declared
from kernel.tenancy.log import get_logger
from shared_apps.console.asking import catalogue, default_period, rounded, seen, titles
from shared_apps.console.models import Alert, AlertRule, Digest
from shared_apps.rollups import periods
from shared_apps.rollups.quality import FRESH
from shared_apps.rollups.reading import communities_in, read, read_on, total
from ui.numerals import written

log = get_logger("console")

MOST_LINES = 50
HOUR = 8


def tell_of_alerts() -> int:
    """In platform scope: one letter to each owner about all that fired since the last one. A letter lost is sent again."""
    sent = 0
    with transaction.atomic():
        fresh: dict[UUID, list[Alert]] = defaultdict(list)
        rows = Alert.objects.select_for_update(skip_locked=True, of=("self",)).select_related("rule", "community")
        for alert in rows.filter(told_at__isnull=True, over_at__isnull=True):
            fresh[alert.rule.owner_id].append(alert)
        for owner_id, alerts in fresh.items():
            owner = User.objects.filter(pk=owner_id, is_active=True).first()
            if owner is None or _send("alert", owner, lines=_lines(alerts), more=max(0, len(alerts) - MOST_LINES)):
                Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(told_at=timezone.now())
                sent += owner is not None
    return sent


def _lines(alerts: list[Alert]) -> list[dict[str, str]]:
    named, known = titles(), {one.code: one for one in catalogue()}
    return [
        {
            "community": str(alert.community),
            "title": named.get(alert.rule.indicator, alert.rule.indicator),
            "value": _figure(known.get(alert.rule.indicator), alert.value),
            "side": alert.rule.get_side_display(),
            "threshold": _figure(None, alert.rule.threshold.normalize()),
            "period": periods.words(alert.period),
        }
        for alert in alerts[:MOST_LINES]
    ]


def _figure(one: Declared | None, value: Any) -> str:
    if value is None:
        return "—"
    return f"{written(rounded(one, value))} {one.unit}".strip() if one else written(value)


# -- the week ------------------------------------------------------------------------------------------


def send_digests() -> int:
    """In platform scope, however often: a letter for a week goes once, on its Monday morning or as soon as it may."""
    now = timezone.localtime()
    monday = now.date() - timedelta(days=now.weekday())
    if now.date() == monday and now.hour < HOUR:
        return 0
    with transaction.atomic():
        due = Digest.objects.select_for_update(skip_locked=True).filter(
            Q(sent_for__isnull=True) | Q(sent_for__lt=monday)
        )
        return sum(_send_digest(digest, monday) for digest in due if digest.since.date() < monday or digest.sent_for)


def _send_digest(digest: Digest, monday: date) -> bool:
    owner = User.objects.filter(pk=digest.owner_id, is_active=True).first()
    if owner is not None and not _send("digest", owner, monday=f"{monday:%d.%m.%Y}", **week_of(owner, monday)):
        return False
    digest.sent_for = monday
    digest.save(update_fields=["sent_for"])
    return owner is not None


def week_of(owner: User, monday: date) -> dict[str, Any]:
    """The whole of each figure the owner watches or the law names, beside what was seen a week before."""
    communities = communities_in(seen(owner))
    watched = set(AlertRule.objects.filter(owner_id=owner.pk).values_list("indicator", flat=True))
    chosen = [one for one in catalogue() if one.code in watched or one.indicator.number] or catalogue()
    named, lines, silent = titles(), [], set()
    for one in chosen[:MOST_LINES]:
        period = default_period(one)
        rows = read(one, period, communities)
        now = total(one, rows).shown
        was = total(one, read_on(one, period, communities, monday - timedelta(days=7))).shown
        silent |= {str(told.community) for told in rows if told.quality not in FRESH}
        if now is not None:
            lines.append({"title": named[one.code], "now": _figure(one, now), "was": _figure(one, was)})
    fired = Alert.objects.filter(rule__owner_id=owner.pk, over_at__isnull=True).count()
    return {"lines": lines, "silent": sorted(silent)[:MOST_LINES], "silent_count": len(silent), "fired": fired}


def _send(template: str, to: User, **context: Any) -> bool:
    """The first line of the template is the subject."""
    links = {
        name: absolute(reverse(f"console:{name}", urlconf="config.urls_console")) for name in ("overview", "alerts")
    }
    body = render_to_string(f"console/email/{template}.txt", {**context, **links, "person": to})
    subject, _newline, text = body.strip().partition("\n")
    try:
        EmailMessage(subject.strip(), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [to.email]).send()
    except OSError as error:
        log.error("mail_failed", template=template, error=str(error))
        return False
    return True
