"""The domain's life: named, confirmed by DNS, lost, found again, given up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.roles import administrators
from kernel.letters.keys import new_pair
from kernel.letters.models import MailSender
from kernel.letters.records import NEEDED
from kernel.notices.notify import notify
from kernel.operations import Who, operation

# So long nobody answers for the domain, and what was true of it is no longer known.
SILENT_FOR = timedelta(days=3)


def sender() -> MailSender | None:
    return MailSender.objects.first()


@operation("letters", None)
def name_domain(domain: str, mailbox: str, *, by: Who) -> MailSender:
    """Another domain means another pair of keys; another letter-box of the same domain changes nothing in DNS."""
    found = MailSender.objects.select_for_update().first()
    if found is None or found.domain != domain:
        pair = new_pair()
        found = found or MailSender()
        found.domain, found.selector = domain, pair.selector
        found.public_key, found.private_key = pair.public, pair.sealed
        found.verified_at = found.lost_at = found.checked_at = None
        found.problems = {}
    found.mailbox = mailbox
    found.full_clean(exclude=["only"])
    found.save()
    return found


@operation("letters", None)
def forget_domain(*, by: Who) -> None:
    for found in MailSender.objects.select_for_update():
        found.delete()


@operation("letters", None)
def note_seen(found: MailSender, problems: Mapping[str, str], *, by: Who) -> bool:
    """What DNS answered. Whether letters leave from the domain from now on."""
    current = MailSender.objects.select_for_update().get(pk=found.pk)
    was, now = current.working, timezone.now()
    current.problems, current.checked_at = dict(problems), now
    if any(problems.get(kind) for kind in NEEDED):
        current.lost_at = current.lost_at or now if current.verified_at else None
    else:
        current.verified_at, current.lost_at = current.verified_at or now, None
    current.save()
    if was != current.working:
        _tell(current)
    return current.working


@operation("letters", None)
def note_silence(found: MailSender, *, by: Who) -> bool:
    """Nobody answered: what was seen last holds for some days."""
    current = MailSender.objects.select_for_update().get(pk=found.pk)
    now = timezone.now()
    if current.working and current.checked_at and now - current.checked_at > SILENT_FOR:
        current.lost_at = now
        current.save()
        _tell(current)
    return current.working


def _tell(current: MailSender) -> None:
    if current.working:
        title = _("Листи йдуть з домену %(domain)s") % {"domain": current.domain}
        body = _("Записи DNS на місці: листи громади підписано й надсилаються з адреси %(address)s.")
    else:
        title = _("Домен пошти %(domain)s не підтверджується") % {"domain": current.domain}
        body = _(
            "Потрібних записів DNS уже не видно. Листи йдуть з адреси хмари, а відповіді — на %(address)s. Поверніть записи й перевірте їх."
        )
    try:
        url = reverse("first_day:mail")
    except NoReverseMatch:
        url = ""
    moment = current.lost_at or current.verified_at or timezone.now()
    notify(
        list(administrators()),
        kind="letters.domain",
        title=title,
        body=body % {"address": current.address},
        url=url,
        urgent=not current.working,
        key=f"letters:{current.domain}:{moment.isoformat()}",
    )
