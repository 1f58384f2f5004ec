"""Everybody's own jobs, and all of them for those with the right."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import allowed
from kernel.jobs import queue
from kernel.jobs.models import Job

PAGE = 50
REFUSED = (Job.Status.FAILED, Job.Status.CANCELLED)


def jobs_of(user: User, level: Level = Level.VIEW) -> QuerySet[Job]:
    """What the person may see, or with a higher level do something about: their own, or all with the right."""
    if allowed(user, "jobs", level):
        return Job.objects.all()
    return Job.objects.filter(queued_by_id=user.pk)


@require_GET
@login_required
def my_jobs(request: SignedRequest) -> HttpResponse:
    return _list(request, Job.objects.filter(queued_by_id=request.user.pk), everybody=False)


@require_GET
@needs("jobs", Level.VIEW)
def all_jobs(request: SignedRequest) -> HttpResponse:
    found = Job.objects.all()
    text = request.GET.get("q", "").strip()
    if text:
        found = found.filter(
            Q(title__icontains=text)
            | Q(kind__icontains=text)
            | Q(subject__icontains=text)
            | Q(queued_by__icontains=text)
        )
    return _list(request, found, everybody=True)


def _list(request: SignedRequest, found: QuerySet[Job], *, everybody: bool) -> HttpResponse:
    counted = dict(found.order_by().values_list("status").annotate(Count("pk")))
    status = request.GET.get("status", "")
    if status in Job.Status.values:
        found = found.filter(status=status)
    shown = [("", _("усі"), sum(counted.values()))]
    shown += [(value, str(label), counted.get(value, 0)) for value, label in Job.Status.choices]
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "statuses": [(value, label, count, value == status) for value, label, count in shown],
        "everybody": everybody,
        "q": request.GET.get("q", ""),
        "sees_all": allowed(request.user, "jobs", Level.VIEW),
    }
    return render(request, "jobs/index.html", context)


@require_GET
@login_required
def card(request: SignedRequest, job_id: UUID) -> HttpResponse:
    job = get_object_or_404(jobs_of(request.user), pk=job_id)
    everybody = job.queued_by_id != request.user.pk
    context = {
        "job": job,
        "may_act": jobs_of(request.user, Level.EDIT).filter(pk=job.pk).exists(),
        "may_retry": job.status in REFUSED,
        "acted": job.actions.all(),
        "list_url": reverse("all_jobs") if everybody else reverse("jobs:index"),
        "list_title": _("Завдання системи") if everybody else _("Мої тривалі завдання"),
    }
    return render(request, "jobs/card.html", context)


@require_GET
@login_required
def state(request: SignedRequest, job_id: UUID) -> HttpResponse:
    """What a page asks while it waits."""
    job = get_object_or_404(jobs_of(request.user), pk=job_id)
    told = {
        "status": job.status,
        "done": job.done,
        "total": job.total,
        "percent": job.percent,
        "message": job.message,
        "finished_url": job.finished_url,
        "error": job.error,
    }
    return JsonResponse(told, headers={"Cache-Control": "no-store"})


def _act(request: SignedRequest, job_id: UUID, work: Callable[[UUID], Job], told: str) -> HttpResponse:
    """What one may not see is not there; what one may only see is refused by the same answer."""
    job = get_object_or_404(jobs_of(request.user, Level.EDIT), pk=job_id)
    work(job.pk)
    messages.success(request, told)
    return redirect("jobs:card", job.pk)


@require_POST
@login_required
def cancel(request: SignedRequest, job_id: UUID) -> HttpResponse:
    return _act(request, job_id, queue.cancel, _("Завдання зупиняється. Уже зроблене лишається."))


@require_POST
@login_required
def retry(request: SignedRequest, job_id: UUID) -> HttpResponse:
    return _act(request, job_id, queue.retry, _("Завдання поставлено в чергу знову."))
