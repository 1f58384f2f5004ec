"""What is done with a task. People act on what is theirs; modules act as the operation that called them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.dates import local_today
from kernel.access.models import Role, RoleAssignment, User
from kernel.notices.notify import notify
from kernel.operations import Denied, Who, name_of, operation
from kernel.tasks.models import Task

State = Task.State


@operation("tasks", None)
def assign_task(
    title: str,
    *,
    by: Who,
    person: User | None = None,
    role: str = "",
    department: str = "",
    due_on: date | None = None,
    note: str = "",
    url: str = "",
    subject: Model | None = None,
    kind: str = "tasks.errand",
    key: str = "",
) -> Task:
    """To one person, or to anybody of a role and a department. With `key`, the open task of that key is returned."""
    if key and (standing := Task.objects.open().filter(key=key).first()):
        return standing
    if person is not None and not person.is_active:
        raise Denied(_("Доступ цієї людини вимкнено. Доручіть тому, хто її заступає."))
    if role and not Role.objects.filter(code=role).exists():
        raise Denied(_("Ролі «%(role)s» немає. Перевірте код.") % {"role": role})
    task = Task(
        kind=kind,
        title=title.strip(),
        note=note.strip(),
        url=url,
        subject_table=subject._meta.db_table if subject else "",
        subject_id=str(subject.pk) if subject else "",
        person=person,
        role=role,
        department=department,
        due_on=due_on,
        given_by=by if isinstance(by, User) else None,
        giver=name_of(by)[:200],
        key=key,
    )
    task.full_clean()
    task.save()
    _tell_of_assignment(task, by)
    return task


@operation("tasks", None)
def take_task(task: Task, *, by: User, reason: str = "") -> Task:
    """What waited for anybody becomes one's own."""
    found = _open(task, by)
    if found.person_id is not None:
        raise Denied(_("Це завдання вже взяли. Оновіть сторінку."))
    found.person = by
    found.save(update_fields=["person"])
    return found


@operation("tasks", None)
def finish_task(task: Task, *, by: Who, outcome: str = "") -> Task:
    found = _close(_open(task, by), State.DONE, outcome, by)
    _tell_giver(found, by, "tasks.done", _("Виконано: %(title)s"))
    return found


@operation("tasks", None)
def return_task(task: Task, *, by: Who, reason: str) -> Task:
    """Back to whoever gave it."""
    found = _open(task, by)
    if not reason.strip():
        raise Denied(_("Напишіть, чому повертаєте: без цього не зрозуміти, що робити далі."))
    if found.given_by_id is None:
        raise Denied(_("Це завдання поставила система, повернути його нікому. Передайте його колезі."))
    _close(found, State.RETURNED, reason, by)
    _tell_giver(found, by, "tasks.returned", _("Повернуто: %(title)s"))
    return found


@operation("tasks", None)
def delegate_task(task: Task, *, by: Who, person: User, reason: str = "") -> Task:
    """On to a colleague; whoever gave a task may also give a returned one anew."""
    found = _locked(task)
    mine = _is_theirs(found, by)
    if not (mine and found.is_open) and not (_is_giver(found, by) and found.state in (State.OPEN, State.RETURNED)):
        raise Denied(_("Передати може виконавець або той, хто доручив. Оновіть сторінку."))
    if not person.is_active:
        raise Denied(_("Доступ цієї людини вимкнено. Виберіть іншу."))
    if found.person_id == person.pk and found.is_open:
        raise Denied(_("Це завдання вже в цієї людини. Виберіть іншу."))
    found.person, found.role, found.department = person, "", ""
    found.state, found.closed_at, found.closed_by = State.OPEN, None, None
    if reason.strip():
        found.note = f"{found.note}\n{name_of(by)}: {reason.strip()}".strip()
    found.save()
    _tell_of_assignment(found, by)
    return found


@operation("tasks", None)
def withdraw_task(task: Task, *, by: Who, reason: str = "") -> Task:
    """No longer needed: by whoever gave it, or by the module whose duty it was."""
    found = _locked(task)
    if not _is_giver(found, by) or found.state not in (State.OPEN, State.RETURNED):
        raise Denied(_("Зняти завдання може той, хто його доручив, доки його не виконано."))
    return _close(found, State.WITHDRAWN, reason, by)


# -- whose it is ----------------------------------------------------------------------------------


def people_of(task: Task) -> Iterable[User]:
    """Whom the task waits for."""
    if task.person_id is not None:
        return User.objects.filter(pk=task.person_id, is_active=True)
    found = User.objects.persons().filter(is_active=True)
    if task.role:
        held = RoleAssignment.objects.on(local_today()).filter(role__code=task.role)
        found = found.filter(pk__in=held.values("user"))
    if task.department:
        found = found.filter(department=task.department)
    return found


def _locked(task: Task) -> Task:
    return Task.objects.select_for_update(of=("self",)).get(pk=task.pk)


def _is_theirs(task: Task, by: Who) -> bool:
    return not isinstance(by, User) or Task.objects.of(by).filter(pk=task.pk).exists()


def _is_giver(task: Task, by: Who) -> bool:
    return not isinstance(by, User) or task.given_by_id == by.pk


def _open(task: Task, by: Who) -> Task:
    found = _locked(task)
    if not _is_theirs(found, by):
        raise Denied(_("Це завдання не ваше. Відкрийте перелік своїх завдань."))
    if not found.is_open:
        raise Denied(_("Завдання вже закрито: %(state)s. Оновіть сторінку.") % {"state": found.get_state_display()})
    return found


def _close(task: Task, state: State, outcome: str, by: Who) -> Task:
    task.state, task.outcome, task.closed_at = state, outcome.strip(), timezone.now()
    task.closed_by = by if isinstance(by, User) else None
    task.save(update_fields=["state", "outcome", "closed_at", "closed_by"])
    return task


# -- who is told ------------------------------------------------------------------------------------


def page_of(task: Task) -> str:
    return reverse("tasks:card", args=[task.pk])


def _tell_of_assignment(task: Task, by: Who) -> None:
    author = by.pk if isinstance(by, User) else None
    notify(
        [one for one in people_of(task) if one.pk != author],
        kind="tasks.assigned",
        title=_("Доручено: %(title)s") % {"title": task.title},
        body=_term_in_words(task),
        url=page_of(task),
    )


def _term_in_words(task: Task) -> str:
    told = _("Від кого: %(giver)s.") % {"giver": task.giver or _("система")}
    if task.due_on:
        told += " " + _("Строк: %(due)s.") % {"due": f"{task.due_on:%d.%m.%Y}"}
    return told


def _tell_giver(task: Task, by: Who, kind: str, told: str) -> None:
    if task.given_by_id is None or (isinstance(by, User) and by.pk == task.given_by_id):
        return
    notify(
        User.objects.filter(pk=task.given_by_id),
        kind=kind,
        title=told % {"title": task.title},
        body=f"{name_of(by)}: {task.outcome}" if task.outcome else name_of(by),
        url=page_of(task),
    )
