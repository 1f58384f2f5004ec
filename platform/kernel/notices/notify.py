"""Telling people. Call it inside the operation: nobody is told of what was undone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.dates import local_zone
from kernel.access.models import User
from kernel.notices.channels import IN_APP, Channel, channels
from kernel.notices.kinds import NoticeKind, kind_named
from kernel.notices.models import Notice, Preference, QuietHours, Sending
from kernel.tenancy import current_tenant

State = Sending.State


def notify(
    people: Iterable[User],
    *,
    kind: str,
    title: str,
    body: str = "",
    url: str = "",
    urgent: bool = False,
    key: str = "",
) -> int:
    """How many were told now. The same person is told once under the same `key`, however often it is called.

    `url` is a path of this site. Urgent goes through quiet hours; the rest waits and comes as one letter.
    """
    current_tenant()
    found = kind_named(kind)
    if url and (not url.startswith("/") or url.startswith("//")):
        raise ValueError(f"A notice leads to a page of this site, and {url!r} does not.")
    told = {person.pk: person for person in people}
    notices = [
        Notice(
            person=person,
            kind=found.name,
            module=found.module,
            title=" ".join(title.split())[:200],
            body=body.strip(),
            url=url,
            urgent=urgent,
            key=key[:200],
        )
        for person in told.values()
    ]
    with transaction.atomic():
        Notice.objects.bulk_create(notices, ignore_conflicts=True)
        written = set(Notice.objects.filter(pk__in=[one.pk for one in notices]).values_list("pk", flat=True))
        fresh = [one for one in notices if one.pk in written]
        sendings = _sendings(found, fresh, told)
        Sending.objects.bulk_create(sendings)
        if any(one.state == State.WAITING and not one.held for one in sendings):
            transaction.on_commit(_wake, robust=True)
    return len(fresh)


def _wake() -> None:
    from kernel.notices.jobs import send_notices

    send_notices.delay()


def wishes_of(people: Iterable[UUID], kind: str | None = None) -> dict[tuple[UUID, str, str], bool]:
    rows = Preference.objects.filter(person__in=list(people))
    if kind is not None:
        rows = rows.filter(kind=kind)
    return {(row.person_id, row.kind, row.channel): row.wanted for row in rows}


def by_custom(kind: NoticeKind, channel: Channel, address: str) -> bool:
    """Whether somebody who chose nothing gets it this way."""
    return channel.code in kind.channels or bool(address and channel.like and channel.like in kind.channels)


def _sendings(kind: NoticeKind, notices: list[Notice], people: dict[UUID, User]) -> list[Sending]:
    wishes = wishes_of(people, kind.name)
    told = [people[key] for key in {notice.person_id for notice in notices}]
    reach = {channel.code: channel.addresses_of(told) if channel.connected else {} for channel in channels()}
    quiet = {row.person_id: row for row in QuietHours.objects.filter(person__in=people)}
    now = timezone.localtime(timezone=local_zone())
    found = []
    for notice in notices:
        for channel in channels():
            address = reach[channel.code].get(notice.person_id, "")
            wish = wishes.get((notice.person_id, kind.name, channel.code))
            if wish is None and not by_custom(kind, channel, address):
                continue
            row = _sending(notice, people[notice.person_id], channel, address, wish, quiet.get(notice.person_id), now)
            found.append(row)
    return found


def _sending(
    notice: Notice,
    person: User,
    channel: Channel,
    address: str,
    wish: bool | None,
    quiet: QuietHours | None,
    now: datetime,
) -> Sending:
    row = Sending(notice=notice, person=person, channel=channel.code, address=address[:254])
    row.state, row.finished_at = State.SKIPPED, now
    if not person.is_active:
        row.why = _("обліковий запис вимкнено")
    elif channel.code == IN_APP:
        row.state = State.SENT
    elif wish is False:
        row.why = _("людина відмовилася від цього каналу")
    elif not channel.connected:
        row.why = _("канал не підключено")
    elif not row.address:
        row.why = _("немає адреси")
    else:
        end = quiet.end_after(now) if quiet and not notice.urgent else None
        row.state, row.finished_at = State.WAITING, None
        row.held, row.next_at = end is not None, end or now
        row.why = _("тихі години") if end else ""
    return row


# -- what a person sees -------------------------------------------------------------------------------


def unread_count(person: User) -> int:
    return Notice.objects.filter(person=person, read_at__isnull=True).count()


def mark_read(person: User, *notice_ids: UUID) -> int:
    """All of the person's when none is named."""
    unread = Notice.objects.filter(person=person, read_at__isnull=True)
    if notice_ids:
        unread = unread.filter(pk__in=notice_ids)
    return unread.update(read_at=timezone.now())
