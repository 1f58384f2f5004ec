"""The operators' queue: applications that a person must look at. A region sees its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kernel.access.guard import SignedRequest
from kernel.access.levels import Level
from kernel.access.rights import require, visible
from kernel.operations import Denied
from kernel.tenancy.files import storage
from shared_apps.console.entry import nav_of
from shared_apps.onboarding import operations
from shared_apps.onboarding.forms import DecisionForm
from shared_apps.onboarding.models import Application

State = Application.State
KINDS = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


def _seen(request: HttpRequest, level: Level = Level.VIEW) -> Any:
    rows = Application.objects.select_related("plan", "parent", "community")
    return visible(rows, request.user, level, module="communities")


def _found(request: HttpRequest, pk: UUID, level: Level = Level.VIEW) -> Application:
    found: Application | None = _seen(request, level).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
@login_required
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    require(request.user, "communities", Level.EDIT)
    context = {
        "console_nav": nav_of(request),
        "held": _seen(request).filter(state=State.HELD).order_by("created_at"),
        "others": _seen(request).exclude(state__in=(State.HELD, State.DRAFT))[:50],
    }
    return render(request, "onboarding/queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def application(request: SignedRequest, pk: UUID) -> HttpResponse:
    require(request.user, "communities", Level.EDIT)
    found = _found(request, pk)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _found(request, pk, Level.EDIT)
        work = operations.approve if "approve" in request.POST else operations.refuse
        try:
            work(found, by=request.user.full_name, why=form.cleaned_data["why"])
        except Denied as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Рішення надіслано на %(email)s.") % {"email": found.email})
            return redirect("onboarding_queue:queue")
    context = {"application": found, "form": form, "moves": found.moves.all(), "console_nav": nav_of(request)}
    return render(request, "onboarding/application.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def letter(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Given out to be saved, never shown in a page: nobody has looked into it."""
    require(request.user, "communities", Level.EDIT)
    found = _found(request, pk)
    if not found.letter:
        raise Http404
    kind = KINDS.get(found.letter.rsplit(".", 1)[-1], "application/octet-stream")
    return FileResponse(
        storage.open(found.letter), as_attachment=True, filename=f"{found.slug}.{found.letter[-3:]}", content_type=kind
    )
