"""What modules and the shell may ask of tasks.

put_duty("Погодити схему", by=by, role="architect", due_on=due, subject=case, url=..., key=f"case:{case.pk}:scheme")
close_duties(case, by=by, outcome="Погоджено")
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Model

from kernel.access.dates import local_today
from kernel.access.models import User
from kernel.operations import TRUSTED_KINDS, Who, actor_of
from kernel.tasks.models import Task
from kernel.tasks.operations import assign_task, finish_task, page_of, withdraw_task
from kernel.tenancy.actor import Actor

put_duty = assign_task


@dataclass(frozen=True, slots=True)
class OpenTask:
    title: str
    url: str
    giver: str
    given_on: date
    due_on: date | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Load:
    """A person's open tasks by their terms."""

    total: int
    overdue: int
    today: int
    week: int

    @property
    def in_time(self) -> int:
        return self.total - self.overdue


def open_tasks(person: User) -> int:
    return Task.objects.of(person).open().count()


def load_of(person: User) -> Load:
    today = local_today()
    terms = list(Task.objects.of(person).open().values_list("due_on", flat=True))
    dated = [due for due in terms if due]
    return Load(
        total=len(terms),
        overdue=sum(due < today for due in dated),
        today=sum(due == today for due in dated),
        week=sum(today < due <= today + timedelta(days=7) for due in dated),
    )


def next_tasks(person: User, limit: int = 6) -> list[OpenTask]:
    """For a home page: overdue first."""
    return [
        OpenTask(task.title, page_of(task), task.giver, task.given_on, task.due_on, task.is_overdue)
        for task in Task.objects.of(person).open().by_term()[:limit]
    ]


def duties_about(subject: Model, kind: str = "") -> list[Task]:
    found = Task.objects.open().filter(subject_table=subject._meta.db_table, subject_id=str(subject.pk))
    return list(found.filter(kind=kind) if kind else found)


def close_duties(subject: Model, *, by: Who, kind: str = "", outcome: str = "") -> int:
    """The thing itself was done: call it in the operation that did it, whoever it had waited for."""
    duties = duties_about(subject, kind)
    for task in duties:
        finish_task(task, by=_as_operation(by), outcome=outcome)
    return len(duties)


def withdraw_duties(subject: Model, *, by: Who, kind: str = "", reason: str = "") -> int:
    """The thing is no longer to be done."""
    duties = duties_about(subject, kind)
    for task in duties:
        withdraw_task(task, by=_as_operation(by), reason=reason)
    return len(duties)


def _as_operation(by: Who) -> Actor:
    """The right was judged by the operation that calls; the author stays the same person."""
    author = actor_of(by)
    return replace(author, kind="system") if author.kind not in TRUSTED_KINDS else author
