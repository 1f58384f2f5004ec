"""Operators' pages: every community and its state. Read-only; what changes anything is the CLI's."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from kernel.access.levels import Level
from kernel.access.rights import allowed
from kernel.modules.registry import modules
from shared_apps.communities.models import Community
from shared_apps.console.entry import nav_of, on_console
from shared_apps.console.health import health_of
from shared_apps.console.listing import EVERYTHING, Wish, rows, state_counts

PAGE = 50


def on_console_home(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Whoever reads figures only is led to them: the list of communities is not theirs."""
    listed = on_console("communities")(view)

    @wraps(view)
    def led(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user, site = request.user, getattr(request, "site", "")
        reads_figures_only = (
            site == "console"
            and user.is_authenticated
            and not allowed(user, "communities", Level.VIEW)
            and allowed(user, "console", Level.VIEW)
        )
        return redirect("console:overview") if reads_figures_only else listed(request, *args, **kwargs)

    return led


@require_safe
@on_console_home
def index(request: HttpRequest) -> HttpResponse:
    wish = Wish.from_query(request.GET)
    counts = state_counts(wish, request.user)
    page = Paginator(rows(wish, request.user), PAGE).get_page(request.GET.get("page"))
    health = health_of(page.object_list)  # type: ignore[arg-type]
    for one in page.object_list:
        one.health = health[one.pk]  # type: ignore[attr-defined]
    context = {
        "console_nav": nav_of(request),
        "wish": wish,
        "page": page,
        "states": [(code, label, counts[code]) for code, label in Community.State.choices if code in counts],
        "found": sum(counts.values()),
        "kinds": Community.Kind.choices,
        "creates": allowed(request.user, "communities", Level.MANAGE),
    }
    return render(request, "console/index.html", context)


@require_safe
@on_console("communities")
def community(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(rows(EVERYTHING, request.user), pk=pk)
    allowed = set(found.plan.modules)
    context = {
        "console_nav": nav_of(request),
        "community": found,
        "domains": found.domains.order_by("-is_primary", "domain"),
        "changes": found.state_changes.all()[:100],
        "enterprises": found.enterprises.order_by("short_name"),
        "modules": [one for one in modules() if found.kind in one.kinds and (not allowed or one.label in allowed)],
        "quotas": found.quota_rows.order_by("key"),
    }
    return render(request, "console/community.html", context)
