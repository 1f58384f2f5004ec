"""Administrators hear of a limit before it is reached: at 80, 95 and 100 per cent, once for each."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.roles import administrators
from kernel.notices.kinds import notice_kind
from kernel.notices.notify import notify
from shared_apps.communities.quotas import ALARM, WARNING, Use

FULL = 100
KIND = notice_kind("communities.quota", gettext_lazy("Обсяг за тарифом закінчується"), obligatory=True)


def warn_of(uses: Iterable[Use]) -> int:
    """In a tenant; how many notices were written. A grown limit, as a new month, may be told of anew."""
    told = 0
    for use in uses:
        percent = use.percent
        reached = next((one for one in (FULL, ALARM, WARNING) if percent is not None and percent >= one), None)
        if reached is None:
            continue
        told += notify(
            administrators(),
            kind=KIND.name,
            title=_("%(what)s: використано %(percent)s %% від тарифу")
            % {"what": use.kind.title, "percent": min(percent or 0, FULL)},
            body=_("Використано %(used)s з %(limit)s. Збільшити обсяг можна на сторінці «Тариф».")
            % {"used": use.used_shown, "limit": use.limit_shown},
            url=reverse("subscription", urlconf="config.urls_tenant"),
            key=f"quota:{use.kind.key}:{reached}:{use.limit}:{timezone.localdate():%Y-%m}",
        )
    return told
