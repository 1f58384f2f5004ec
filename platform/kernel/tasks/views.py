"""One's own tasks and those one gave to others. Nobody else's are there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kernel.access.dates import local_today
from kernel.access.forms import ActionForm, ReasonForm
from kernel.access.guard import SignedRequest
from kernel.access.models import Role
from kernel.access.views.shared import ask, done, perform
from kernel.tasks import operations
from kernel.tasks.forms import DelegateForm, OutcomeForm, TaskForm
from kernel.tasks.models import Task, TaskQuerySet
from kernel.tasks.public import load_of

PAGE = 50


@require_GET
@login_required
def index(request: SignedRequest) -> HttpResponse:
    show = request.GET.get("show", "")
    today = local_today()
    mine = Task.objects.of(request.user).open()
    choices: dict[str, tuple[str, TaskQuerySet]] = {
        "": (_("усі мої"), mine.by_term()),
        "overdue": (_("прострочені"), mine.overdue().by_term()),
        "today": (_("на сьогодні"), mine.filter(due_on=today).by_term()),
        "week": (_("на тиждень"), mine.filter(due_on__gt=today, due_on__lte=today + timedelta(days=7)).by_term()),
        "given": (_("доручені мною"), _given(request).filter(state=Task.State.OPEN).by_term()),
        "returned": (_("повернуті мені"), _given(request).filter(state=Task.State.RETURNED).order_by("-closed_at")),
        "closed": (_("закриті мною"), Task.objects.filter(closed_by=request.user).order_by("-closed_at")),
    }
    show = show if show in choices else ""
    chips = [(value, label, found.count(), value == show) for value, (label, found) in choices.items()]
    page = Paginator(choices[show][1].select_related("person"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": with_holders(list(page)),
        "chips": chips,
        "show": show,
        "load": load_of(request.user),
        "today": today,
    }
    return render(request, "tasks/index.html", context)


def with_holders(tasks: list[Task]) -> list[tuple[Task, str, bool]]:
    """Each task, whose it is in words, and whether that is one person."""
    titles = dict(Role.objects.filter(code__in={task.role for task in tasks}).values_list("code", "title"))
    return [
        (task, task.person.full_name, True)
        if task.person
        else (task, ", ".join(filter(None, (titles.get(task.role, task.role), task.department))), False)
        for task in tasks
    ]


def _given(request: SignedRequest) -> TaskQuerySet:
    return Task.objects.filter(given_by=request.user)


def _task(request: SignedRequest, task_id: UUID) -> Task:
    return get_object_or_404(Task.objects.concerning(request.user).select_related("person", "given_by"), pk=task_id)


@require_GET
@login_required
def card(request: SignedRequest, task_id: UUID) -> HttpResponse:
    task = _task(request, task_id)
    theirs = Task.objects.of(request.user).filter(pk=task.pk).exists()
    gave = task.given_by_id == request.user.pk
    ((_same, holder, is_one),) = with_holders([task])
    context = {
        "task": task,
        "holder": holder,
        "is_one": is_one,
        "today": local_today(),
        "may_take": theirs and task.is_open and task.person_id is None,
        "may_finish": theirs and task.is_open,
        "may_return": theirs and task.is_open and task.given_by_id is not None and not gave,
        "may_delegate": (theirs and task.is_open) or (gave and task.state in (Task.State.OPEN, Task.State.RETURNED)),
        "may_withdraw": gave and task.state in (Task.State.OPEN, Task.State.RETURNED),
    }
    return render(request, "tasks/card.html", context)


@login_required
def new(request: SignedRequest) -> HttpResponse:
    form = TaskForm(request.POST or None)
    if request.method == "POST" and form.attempt(lambda: operations.assign_task(by=request.user, **form.cleaned_data)):
        return done(request, "tasks:index", _("Доручено."))
    return ask(
        request,
        form,
        title=_("Доручити завдання"),
        submit=_("Доручити"),
        back=reverse("tasks:index"),
        crumbs=[(_("Мої завдання"), reverse("tasks:index")), (_("Нове"), "")],
    )


@require_POST
@login_required
def take(request: SignedRequest, task_id: UUID) -> HttpResponse:
    task = _task(request, task_id)
    return perform(
        request,
        lambda: operations.take_task(task, by=request.user),
        told=_("Завдання тепер ваше."),
        to="tasks:card",
        args=(task.pk,),
    )


def _answer(
    request: SignedRequest,
    task_id: UUID,
    form_class: type[ActionForm],
    verb: Callable[..., Task],
    *,
    title: str,
    submit: str,
    told: str,
    danger: bool = False,
) -> HttpResponse:
    """A verb that takes the task off this person's list, after the question it asks first."""
    task, form = _task(request, task_id), form_class(request.POST or None)
    if request.method == "POST" and form.attempt(lambda: verb(task, by=request.user, **form.cleaned_data)):
        return done(request, "tasks:index", told)
    back = reverse("tasks:card", args=[task.pk])
    return ask(
        request,
        form,
        title=title,
        intro=task.title,
        submit=submit,
        danger=danger,
        back=back,
        crumbs=[(_("Мої завдання"), reverse("tasks:index")), (task.title, back), (title, "")],
    )


@login_required
def finish(request: SignedRequest, task_id: UUID) -> HttpResponse:
    return _answer(
        request,
        task_id,
        OutcomeForm,
        operations.finish_task,
        title=_("Завдання виконано"),
        submit=_("Виконано"),
        told=_("Виконано."),
    )


@login_required
def give_back(request: SignedRequest, task_id: UUID) -> HttpResponse:
    return _answer(
        request,
        task_id,
        ReasonForm,
        operations.return_task,
        title=_("Повернути завдання"),
        submit=_("Повернути"),
        told=_("Завдання повернуто."),
    )


@login_required
def delegate(request: SignedRequest, task_id: UUID) -> HttpResponse:
    return _answer(
        request,
        task_id,
        DelegateForm,
        operations.delegate_task,
        title=_("Передати завдання"),
        submit=_("Передати"),
        told=_("Завдання передано."),
    )


@login_required
def withdraw(request: SignedRequest, task_id: UUID) -> HttpResponse:
    return _answer(
        request,
        task_id,
        ReasonForm,
        operations.withdraw_task,
        title=_("Зняти завдання"),
        submit=_("Зняти"),
        told=_("Завдання знято."),
        danger=True,
    )
