"""Tasks made in time, once for a stage; closed when the term moves or the card leaves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.access.dates import local_today
from kernel.access.models import Role, User
from kernel.notices.notify import notify
from kernel.registers.register import Register
from kernel.renewals.declare import Renewal
from kernel.renewals.models import Stage
from kernel.renewals.terms import cards_of, declared
from kernel.tasks.models import Task
from kernel.tasks.operations import finish_task, page_of, people_of, withdraw_task
from kernel.tasks.public import put_duty
from kernel.tenancy.actor import Actor

KIND = "renewals.term"
REMINDER = "renewals.reminder"
BY = Actor("system", name="календар строків")
# A term long past is a matter for the list of overdue ones, not for a task made today.
LONGEST_PAST = 365
PORTION = 500


def put_duties(today: date | None = None) -> tuple[int, int]:
    """How many tasks were made, and how many terms had nobody to give them to. Run again, it makes nothing anew."""
    day = today or local_today()
    made = nobody = 0
    for register, renewal in declared():
        for card in _due(register, renewal, day):
            done = _act(register, renewal, card, day)
            made, nobody = made + (done is True), nobody + (done is None)
    return made, nobody


def _due(register: Register, renewal: Renewal, day: date) -> Iterator[Any]:
    until, since = day + timedelta(days=renewal.stages[0]), day - timedelta(days=LONGEST_PAST)
    rows = cards_of(register, renewal).filter(**{f"{renewal.field}__range": (since, until)})
    yield from rows.order_by("pk").iterator(chunk_size=PORTION)


def _act(register: Register, renewal: Renewal, card: Any, day: date) -> bool | None:
    """True when a task was made, None when there was nobody to give it to."""
    term: date = getattr(card, renewal.field)
    stage = min(days for days in renewal.stages if term <= day + timedelta(days=days))
    with transaction.atomic():
        row = Stage(register=register.label, row_id=card.pk, field=renewal.field, term=term, days=stage)
        known = Stage.objects.filter(register=row.register, row_id=row.row_id, field=row.field, term=term, days=stage)
        if known.exists():
            return False
        key = key_of(register, renewal, card, term)
        open_task = Task.objects.open().filter(key=key).first()
        if open_task is not None:
            _remind(open_task, term, stage)
        elif (whose := _whose(renewal, card)) is None:
            return None
        else:
            put_duty(
                f"{renewal.duty}: {register.label_of(card)}"[:300], by=BY, due_on=term, subject=card, kind=KIND, key=key,
                url=register.url("card", card.pk), **whose,
            )  # fmt: skip
        Stage.objects.bulk_create([row], ignore_conflicts=True)
    return open_task is None


def key_of(register: Register, renewal: Renewal, card: Any, term: date) -> str:
    return f"renewal:{register.label}:{card.pk}:{renewal.field}:{term}"


def _remind(task: Task, term: date, stage: int) -> None:
    notify(
        people_of(task),
        kind=REMINDER,
        title=_("До %(day)s: %(title)s") % {"day": f"{term:%d.%m.%Y}", "title": task.title},
        url=page_of(task),
        key=f"{task.key}:{stage}",
    )


def _whose(renewal: Renewal, card: Any) -> dict[str, Any] | None:
    person = _person(card, renewal.to)
    if person is not None:
        return {"person": person}
    roles = [code for code in (renewal.role, renewal.to) if code]
    known = Role.objects.filter(code__in=roles).values_list("code", flat=True) if roles else ()
    for code in roles:
        if code in known:
            return {"role": code}
    author = getattr(card, "created_by", None)
    return {"person": author} if author is not None and author.is_active else None


def _person(card: Any, name: str) -> User | None:
    """The account the field names, itself or through the person's card (`user`)."""
    named = getattr(card, name, None) if name else None
    found = named if isinstance(named, User) else getattr(named, "user", None)
    return found if isinstance(found, User) and found.is_active else None


# -- closing ----------------------------------------------------------------------------------------


def follow(register: Register, keys: Sequence[Any], gone: bool) -> int:
    """After a change of cards: duties whose term has moved are done, those of cards that left are withdrawn."""
    rows = Task.objects.open().filter(
        kind=KIND, subject_table=register.table, subject_id__in=[str(key) for key in keys]
    )
    waiting: dict[str, list[Task]] = defaultdict(list)
    for task in rows:
        waiting[task.subject_id].append(task)
    if not waiting:
        return 0
    standing, live = (set(), set()) if gone else _standing(register, list(waiting))
    closed = 0
    for key, tasks in waiting.items():
        for task in tasks:
            if task.key in standing:
                continue
            if key not in live:
                withdraw_task(task, by=BY, reason=_("картка пішла з реєстру"))
            else:
                finish_task(task, by=BY, outcome=_("строк у картці змінено або справу зроблено"))
            closed += 1
    return closed


def _standing(register: Register, keys: list[str]) -> tuple[set[str], set[str]]:
    """Keys of the duties that are still to be done, and of the cards that are still in the register."""
    rows = register.queryset().filter(pk__in=keys)
    rows = rows.filter(archived_at__isnull=True) if register.archives else rows
    standing = {
        key_of(register, renewal, card, getattr(card, renewal.field))
        for renewal in register.renewals
        for card in cards_of(register, renewal).filter(pk__in=keys)
    }
    return standing, {str(key) for key in rows.values_list("pk", flat=True)}


def follow_everything() -> int:
    """Changes that came past registers are caught up once a day."""
    tables: dict[str, list[str]] = defaultdict(list)
    for table, key in Task.objects.open().filter(kind=KIND).values_list("subject_table", "subject_id"):
        tables[table].append(key)
    known = {register.table: register for register, _renewal in declared()}
    return sum(follow(known[table], keys, gone=False) for table, keys in tables.items() if table in known)
