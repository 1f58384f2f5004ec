"""Operators' pages: every community and its state. Read-only; what changes anything is the CLI's."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kernel.access.levels import Level
from kernel.access.rights import require
from kernel.modules.registry import modules
from shared_apps.communities.models import Community
from shared_apps.console.listing import EVERYTHING, Wish, rows, state_counts

PAGE = 50
View = Callable[..., HttpResponse]


def for_operators(view: View) -> View:
    """Only on the console's own host, and only with a role that shows communities."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "site", "") != "console":
            raise Http404
        require(request.user, "communities", Level.VIEW)
        return view(request, *args, **kwargs)

    return require_safe(login_required(checked))


@for_operators
def index(request: HttpRequest) -> HttpResponse:
    wish = Wish.from_query(request.GET)
    counts = state_counts(wish, request.user)
    context = {
        "wish": wish,
        "page": Paginator(rows(wish, request.user), PAGE).get_page(request.GET.get("page")),
        "states": [(code, label, counts[code]) for code, label in Community.State.choices if code in counts],
        "found": sum(counts.values()),
        "kinds": Community.Kind.choices,
    }
    return render(request, "console/index.html", context)


@for_operators
def community(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(rows(EVERYTHING, request.user), pk=pk)
    allowed = set(found.plan.modules)
    context = {
        "community": found,
        "domains": found.domains.order_by("-is_primary", "domain"),
        "changes": found.state_changes.all()[:100],
        "enterprises": found.enterprises.order_by("short_name"),
        "modules": [one for one in modules() if found.kind in one.kinds and (not allowed or one.label in allowed)],
        "quotas": found.quota_rows.order_by("key"),
    }
    return render(request, "console/community.html", context)
