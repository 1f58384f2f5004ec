"""Whatever leaves by mail leaves from here: taken from the journal, tried again when the server is away.

A worker killed between the server's «accepted» and the mark in the journal sends the letter once more.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.models import User
from kernel.notices import room
from kernel.notices.channels import Channel, NotSent, channel_named
from kernel.notices.kinds import kind_named
from kernel.notices.models import Notice, Sending
from kernel.tenancy.log import get_logger

log = get_logger("notices")
State = Sending.State

TAKEN_AT_ONCE = 50
LEASE = timedelta(minutes=5)
BUDGET_SECONDS = 20.0
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
KEPT = timedelta(days=180)
# Over the month's number: asked again after this long, and given up when the news is old. The bell has it anyway.
NO_ROOM_PAUSE = timedelta(hours=1)
NO_ROOM_PATIENCE = timedelta(days=3)


def send_waiting(budget: float = BUDGET_SECONDS) -> bool:
    """Whether something may be left because the time was up."""
    until = time.monotonic() + budget
    while time.monotonic() < until:
        taken = _claim()
        if not taken:
            return False
        for group in _messages(taken):
            _send(group)
    return True


def _claim() -> list[Sending]:
    now = timezone.now()
    with transaction.atomic():
        due = Sending.objects.filter(state=State.WAITING, next_at__lte=now).order_by("person", "channel", "id")
        rows = list(
            due.select_for_update(skip_locked=True, of=("self",)).select_related("notice", "person")[:TAKEN_AT_ONCE]
        )
        Sending.objects.filter(pk__in=[row.pk for row in rows]).update(attempts=F("attempts") + 1, next_at=now + LEASE)
    for row in rows:
        row.attempts += 1
    return rows


def _messages(rows: list[Sending]) -> Iterator[list[Sending]]:
    """What was held through quiet hours comes as one letter; the rest as it happened, each on its own."""
    for _whose, group in groupby(rows, key=lambda row: (row.person_id, row.channel)):
        both = list(group)
        if held := [row for row in both if row.held]:
            yield held
        yield from ([row] for row in both if not row.held)


def _send(rows: list[Sending]) -> None:
    person, channel = rows[0].person, channel_named(rows[0].channel)
    if not person.is_active:
        _finish(rows, State.SKIPPED, _("обліковий запис вимкнено"))
        return
    seen = [row for row in rows if row.held and row.notice.read_at]
    _finish(seen, State.SKIPPED, _("прочитано в системі раніше"))
    rows = [row for row in rows if row not in seen]
    if not rows:
        return
    if not (room.is_room(channel.code) or any(kind_named(row.notice.kind).obligatory for row in rows)):
        _wait_for_room(rows)
        return
    notices: list[Notice] = sorted((row.notice for row in rows), key=lambda one: one.created_at)
    try:
        note = _deliver(channel, person, notices)
    except NotSent as error:
        _postpone(rows, str(error))
    else:
        _finish(rows, State.SENT, note)


def _deliver(channel: Channel, person: User, notices: list[Notice]) -> str:
    """To where the person is now: an address may have changed while the message waited."""
    if not channel.connected:
        raise NotSent(_("канал не підключено"))
    address = channel.addresses_of([person]).get(person.pk, "")
    if not address:
        raise NotSent(_("немає адреси"))
    return channel.send(person, address, notices)


def _wait_for_room(rows: list[Sending]) -> None:
    """Not a failure: it leaves by itself when the plan grows or the month is over."""
    why = _("повідомлень за тарифом на цей місяць вичерпано: надішлеться, щойно зʼявиться місце (сторінка «Тариф»)")
    now = timezone.now()
    for row in rows:
        if now - row.notice.created_at > NO_ROOM_PATIENCE:
            _finish([row], State.SKIPPED, _("повідомлень за тарифом вичерпано, новина застаріла"))
        else:
            Sending.objects.filter(pk=row.pk, state=State.WAITING).update(
                next_at=now + NO_ROOM_PAUSE, why=why[:300], attempts=F("attempts") - 1
            )


def _finish(rows: list[Sending], state: Sending.State, why: str) -> None:
    Sending.objects.filter(pk__in=[row.pk for row in rows], state=State.WAITING).update(
        state=state, why=why[:300], finished_at=timezone.now()
    )


def _postpone(rows: list[Sending], why: str) -> None:
    log.warning("notice_not_sent", channel=rows[0].channel, error=why)
    for row in rows:
        if row.attempts > len(PAUSES):
            _finish([row], State.FAILED, why)
        else:
            Sending.objects.filter(pk=row.pk, state=State.WAITING).update(
                next_at=timezone.now() + PAUSES[row.attempts - 1], why=why[:300]
            )


def is_anything_due() -> bool:
    return Sending.objects.filter(state=State.WAITING, next_at__lte=timezone.now()).exists()


def forget_old() -> int:
    """A notice and its journal go together, read or not: after half a year nobody acts on it."""
    gone, _by_model = Notice.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return gone
