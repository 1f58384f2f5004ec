"""Coming back by a link: one's own application, or a hromada's invitation to its enterprise."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shared_apps.onboarding import operations
from shared_apps.onboarding.session import remember, show
from shared_apps.onboarding.steps import next_page

ASK = require_http_methods(["GET", "HEAD", "POST"])


@ASK
@never_cache
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """Asked first: programs that open links in letters must not enter instead of the person."""
    application = operations.resume(token)
    if application is None:
        return show(request, "void", 1, status=404)
    if request.method == "POST":
        remember(request, application)
        return redirect(next_page(application))
    return show(request, "resume", 1, application=application)


@ASK
@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    invitation = operations.invitation_of(token)
    if invitation is None:
        return show(request, "void", 1, status=404)
    if request.method == "POST":
        application, new = operations.join(token) or (None, False)
        if application is None:
            return show(request, "void", 1, status=404)
        remember(request, application)
        if new:
            messages.success(request, _("Запрошення прийнято: громада підтвердила ваше підприємство."))
        return redirect(next_page(application))
    return show(request, "join", 1, invitation=invitation)
