"""Saved pivots that come by themselves: as a file, with the rights their reader has at that moment.

Once for a day that is due, whoever asks and however often: the row of the journal is unique, and written together with
the file and the notice. A worker that was down sends the day later.
"""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel.access.models import User
from kernel.files.errors import FileRefused
from kernel.files.made import keep_made
from kernel.notices.notify import notify
from kernel.operations import Denied
from kernel.pivot.crossing import FILE, PAPER
from kernel.pivot.layout import Pivot
from kernel.pivot.models import PivotSending, PivotSubscription, SavedPivot
from kernel.pivot.subscribing import Rhythm, sees
from kernel.pivot.tables import PivotTable
from kernel.registers.exporting.keeping import SPOOLED
from kernel.registers.registry import register_named
from kernel.reports.files import KINDS, Kind, file_name
from kernel.tenancy.log import get_logger

KEPT_FOR = timedelta(days=14)
# Later than this it is no news; the next one is nearer.
MOST_LATE = timedelta(days=3)
MOST_FIGURES = 10

_WEEKDAYS = (
    Rhythm.MONDAY, Rhythm.TUESDAY, Rhythm.WEDNESDAY, Rhythm.THURSDAY, Rhythm.FRIDAY, Rhythm.SATURDAY, Rhythm.SUNDAY,
)  # fmt: skip

log = get_logger("pivot")


class RightsGone(Denied):
    """The person may not see the pivot any more: its owner is told, the person is not."""


def is_due(rhythm: str, day: date) -> bool:
    if rhythm == Rhythm.MONTHLY:
        return day.day == 1
    return rhythm in (Rhythm.DAILY, _WEEKDAYS[day.weekday()])


def due_day(rhythm: str, today: date) -> date | None:
    """The last one, when it is not too long ago. Of daily ones only today's: yesterday's is in it."""
    late = 0 if rhythm == Rhythm.DAILY else MOST_LATE.days
    days = (today - timedelta(days=ago) for ago in range(late + 1))
    return next((day for day in days if is_due(rhythm, day)), None)


def owed_on(today: date) -> list[tuple[PivotSubscription, date]]:
    rows = PivotSubscription.objects.order_by("pk")
    found = [
        (one, day)
        for one in rows.select_related("pivot", "pivot__owner", "person")
        if (day := due_day(one.rhythm, today)) and day >= one.since
    ]
    done = set(
        PivotSending.objects.filter(day__gte=today - MOST_LATE, day__lte=today).values_list("pivot", "person", "day")
    )
    return [(one, day) for one, day in found if (one.pivot_id, one.person_id, day) not in done]


def send(asked: PivotSubscription, day: date) -> PivotSending | None:
    """What was written into the journal; None when another worker has already done it or nobody asks any more."""
    # Read anew: whatever has changed since the list was made, rights among it, counts.
    one = PivotSubscription.objects.select_related("pivot", "pivot__owner", "person").filter(pk=asked.pk).first()
    if one is None:
        return None
    sending = PivotSending(
        pivot=one.pivot_id,
        register=one.pivot.register,
        title=one.pivot.title,
        person=one.person,
        day=day,
        format=one.format,
        sent=True,
    )
    try:
        with transaction.atomic():
            lost = _attempt(one, sending)
            before = PivotSending.objects.filter(pivot=one.pivot_id, person=one.person).first()
            sending.save(force_insert=True)
            # Said when it begins; while it goes on for the same reason, the journal on the page says it.
            if not sending.sent and (before is None or before.told != sending.told):
                _tell_unsent(one, sending, lost=lost)
    except IntegrityError:
        if PivotSending.objects.filter(pivot=one.pivot_id, person=one.person, day=day).exists():
            return None
        raise
    return sending


def _attempt(one: PivotSubscription, sending: PivotSending) -> bool:
    """Whether the person has lost the right; any other reason stays in the journal's row."""
    try:
        pivot = pivot_for(one.pivot, one.person)
        with transaction.atomic():
            table = _keep_file(one, sending, pivot)
            sending.told = " ".join(pivot.mistakes)[:600]
            _notify(one, sending, table)
    except RightsGone as gone:
        sending.sent, sending.told = False, str(gone)
        return True
    except Denied as refused:
        sending.sent, sending.told = False, str(refused)[:600]
    except FileRefused as refused:
        sending.sent, sending.told = False, " ".join(refused.messages)[:600]
    except DatabaseError as failed:
        log.warning("pivot_not_counted", pivot=one.pivot_id, error=type(failed).__name__)
        sending.sent = False
        sending.told = _("Таблицю не вдалося порахувати. Відкрийте її, приберіть зайві поля й збережіть ще раз.")
    return False


def pivot_for(saved: SavedPivot, person: User) -> Pivot:
    """As this person would see it now. A table without a single figure it was made for is refused in words."""
    if not sees(saved, person):
        raise RightsGone(
            _("Людина більше не має права на цю таблицю або її реєстр. Поверніть право чи приберіть підписку.")
        )
    pivot = Pivot(register_named(saved.register), person, QueryDict(saved.query), name=saved.title)
    _rows = pivot.listing
    asked = QueryDict(saved.query)
    if any(asked.getlist("formula")) and not pivot.formulas and not any(asked.getlist("measure")):
        raise Denied(" ".join(pivot.mistakes) or _("Формули таблиці не порахувати. Відкрийте її й виправте."))
    return pivot


def _keep_file(one: PivotSubscription, sending: PivotSending, pivot: Pivot) -> PivotTable:
    kind: Kind = KINDS[one.format]
    table = PivotTable(pivot, PAPER if kind.code == "pdf" else FILE)
    with tempfile.SpooledTemporaryFile(max_size=SPOOLED) as file:
        written: Any = file
        kind.write(table, written)
        name = file_name(pivot, kind)
        keep_made(written, key=sending.pk, name=name, media_type=kind.media_type, by=one.person, for_time=KEPT_FOR)
    return table


def figures_of(table: PivotTable) -> list[str]:
    """The totals in words; an empty table says that it is empty."""
    if table.layout.by and not table.lines:
        return [_("За умовами таблиці карток немає: у файлі лише назви стовпців.")]
    pairs = zip(table.heads, table.total.cells, strict=False)
    return [f"{head.text}: {cell.text}" for head, cell in pairs if cell.figure][:MOST_FIGURES]


def _notify(one: PivotSubscription, sending: PivotSending, table: PivotTable) -> None:
    mistakes = table.layout.mistakes
    warned = [_("Увага: порахувалося не все."), *mistakes] if mistakes else []
    last = _("Файл %(format)s чекатиме два тижні. Там само можна відмовитися від надсилання.")
    notify(
        [one.person],
        kind="pivot.ready",
        title=_("Зведена таблиця: %(title)s") % {"title": one.pivot.title},
        body="\n".join([*warned, *figures_of(table), last % {"format": one.get_format_display()}]),
        url=reverse("pivot:sent", args=[sending.pk]),
        key=f"pivot:{sending.pk}",
    )


def _tell_unsent(one: PivotSubscription, sending: PivotSending, *, lost: bool) -> None:
    owner = one.pivot.owner
    people = [owner] if lost or one.person == owner or not sees(one.pivot, one.person) else [owner, one.person]
    shown = f"{reverse('pivot:show', args=[one.pivot.register])}?saved={one.pivot_id}#sending"
    notify(
        people,
        kind="pivot.unsent",
        title=_("Зведену таблицю не надіслано: %(title)s") % {"title": one.pivot.title},
        body=_("Кому: %(name)s. %(why)s") % {"name": one.person.full_name, "why": sending.told},
        url=shown if sees(one.pivot, owner) else reverse("pivot:index"),
        key=f"pivot-unsent:{sending.pk}",
    )
