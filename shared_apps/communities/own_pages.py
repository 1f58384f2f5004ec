"""What a community's administrator asks of the cloud itself: how we fare, and give us our data."""

from __future__ import annotations

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django import forms
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernel.access.forms import ActionForm
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.rights import allowed
from kernel.access.views.shared import done
from kernel.audit.models import Viewing
from kernel.audit.viewing import log_view
from kernel.jobs.models import Job
from kernel.jobs.queue import cancel
from kernel.tenancy import platform_context
from kernel.tenancy.files import storage
from shared_apps.communities import health as condition
from shared_apps.communities.brand import community_of
from shared_apps.communities.export import EXPORT, available_until, exports, file_of, order_export
from shared_apps.communities.quotas import uses
from shared_apps.communities.standing import contact_of


class ExportForm(ActionForm):
    reason = forms.CharField(
        label=gettext_lazy("Для чого"),
        max_length=300,
        help_text=gettext_lazy("Піде в журнал: наприклад, «власна резервна копія за листопад»."),
    )
    understood = forms.BooleanField(
        label=gettext_lazy("Розумію: в архіві всі дані громади, й персональні також; хто має файл, той їх читає")
    )


@require_safe
@never_cache
@needs("modules", Level.VIEW)
def health(request: SignedRequest) -> HttpResponse:
    waiting, forgotten = condition.waiting()
    context = {
        "version": condition.schema_version(),
        "community": community_of(request.tenant.id),  # type: ignore[attr-defined]
        "uses": uses(),
        "failures": condition.failures() if allowed(request.user, "jobs", Level.VIEW) else None,
        "waiting": waiting,
        "forgotten": forgotten,
        "freshness": condition.freshness(),
        "may_export": allowed(request.user, "access", Level.MANAGE),
    }
    context["contact"] = contact_of(context["community"])
    return render(request, "communities/health.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("access", Level.MANAGE)
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
def export(request: SignedRequest) -> HttpResponse:
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.attempt(
        lambda: order_export(reason=form.cleaned_data["reason"], by=request.user)
    ):
        return done(request, "community:export", _("Архів готується. Ця сторінка покаже, коли його можна завантажити."))
    rows = [(job, available_until(job)) for job in exports()]
    context = {"form": form, "rows": rows, "under_way": any(job.status in Job.ACTIVE for job, _until in rows)}
    return render(request, "communities/export.html", context, status=422 if form.errors else 200)


@require_POST
@needs("access", Level.MANAGE)
def cancel_export(request: SignedRequest, job_id: UUID) -> HttpResponse:
    job = get_object_or_404(Job, pk=job_id, kind=EXPORT)
    cancel(job.pk)
    return done(request, "community:export", _("Вивезення скасовано; недописаний архів прибирається сам."))


@require_safe
@never_cache
@needs("access", Level.MANAGE)  # type: ignore[arg-type]  # a stream is a response too
def download(request: SignedRequest, job_id: UUID) -> HttpResponseBase:
    job = get_object_or_404(Job, pk=job_id, kind=EXPORT)
    if available_until(job) is None:
        raise Http404
    log_view("*", purpose=Viewing.Purpose.OTHER, note=_("завантажено архів усіх даних громади"))
    name = file_of(job.pk)
    with platform_context():
        try:
            file = storage.open(name)
        except FileNotFoundError as gone:
            raise Http404 from gone
    day = timezone.localdate(job.finished_at).isoformat() if job.finished_at else ""
    slug = request.tenant.slug  # type: ignore[attr-defined]
    return FileResponse(file, as_attachment=True, filename=f"{slug}-{day}.hromada.zip", content_type="application/zip")
