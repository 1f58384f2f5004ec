"""Pages that belong to no module: the workspace, and what machines ask every site for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from kernel.fieldwork.describing import field_registers
from ui.workspace import addressed, areas_of, greeting, kept_pages, measures_of, tasks_of

PUSH_WORKER = Path(__file__).parent / "scripts" / "push-worker.js"
CLOSED = "User-agent: *\nDisallow: /\n"
OPEN = "User-agent: *\nDisallow: /accounts/\nDisallow: /workspace/\nDisallow: /api/\nDisallow: /files/\n"


@require_safe
@cache_control(public=True, max_age=3600)
def push_worker(request: HttpRequest) -> HttpResponse:
    """From the root of the site: a worker sees only what is beneath it."""
    response = HttpResponse(PUSH_WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_safe
def workspace(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    context: dict[str, Any] = {
        "greeting": greeting(timezone.localtime().hour),
        "name": addressed(user.first_name),
    }
    if getattr(request, "tenant", None):
        context |= {
            "areas": areas_of(user, counted=True),
            "measures": measures_of(user),
            "tasks": tasks_of(user),
            "tasks_url": reverse("tasks:index"),
            "field_url": reverse("fieldwork:index") if field_registers(user) else "",
            **kept_pages(user),
        }
    else:
        context["areas"] = areas_of(user)
    return render(request, "ui/workspace.html", context)


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines are let in where residents are: the landing page, the region's portal, communities that work."""
    tenant = getattr(request, "tenant", None)
    is_open = getattr(request, "site", "") in ("landing", "region") or (tenant is not None and tenant.state == "active")
    return HttpResponse(OPEN if is_open else CLOSED, content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400)
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116: where to report a weakness."""
    expires = (timezone.now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    body = (
        f"Contact: mailto:{settings.SECURITY_EMAIL}\n"
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}\n"
        "Preferred-Languages: uk, en\n"
    )
    return HttpResponse(body, content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(static("ui/mark.svg"))
