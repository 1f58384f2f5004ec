"""After sign-in: the actor is the person, a guest's time runs out, a debt of a second step is collected."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.mfa import must_set_up
from kernel.access.models import OneTimeLink, User
from kernel.access.support import support_link_of
from kernel.api import API_PREFIX, as_problem
from kernel.tenancy.actor import Actor, acting
from kernel.tenancy.cache import cache

SEEN_EVERY = 60
# What a person who owes a second step may still open.
OPEN_TO_DEBTORS = ("mfa_", "access_mfa_required", "account_logout", "account_reauthenticate", "account_email")


class AccessMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.support_link = None  # type: ignore[attr-defined]
        if request.path.startswith(API_PREFIX):
            return as_problem(request, self.get_response(request))
        if not request.user.is_authenticated:
            return self.get_response(request)
        if request.user.is_support:
            link = support_link_of(request)
            if link is None:
                return _guest_leaves(request)
            request.support_link = link  # type: ignore[attr-defined]
            _announce(request, link)
        _note_presence(request)
        with acting(_actor(request, request.support_link)):  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.path.startswith(API_PREFIX) or not request.user.is_authenticated:
            return None
        name = request.resolver_match.url_name or "" if request.resolver_match else ""
        if name.startswith(OPEN_TO_DEBTORS) or not must_set_up(request, request.user):
            return None
        return redirect("access_mfa_required")


def _actor(request: HttpRequest, link: OneTimeLink | None) -> Actor:
    address, request_id = request.META.get("REMOTE_ADDR", ""), request.request_id  # type: ignore[attr-defined]
    if link:
        name = _("Підтримка: %(operator)s") % {"operator": link.issued_by}
        return Actor("support", str(link.pk), name, address, request_id, link.reason)
    user: User = request.user  # type: ignore[assignment]
    return Actor("user", str(user.pk), user.full_name, address, request_id)


def _announce(request: HttpRequest, link: OneTimeLink) -> None:
    """Over every page, so that nobody forgets whose house this is."""
    others = getattr(request, "banners", None)
    text = _("До %(until)s. %(operator)s: %(reason)s. Кожну дію видно громаді.") % {
        "until": f"{timezone.localtime(link.session_until):%H:%M}",
        "operator": link.issued_by,
        "reason": link.reason,
    }
    own = {"title": _("Сеанс підтримки."), "text": text}
    request.banners = lambda: [*(others() if others else ()), own]  # type: ignore[attr-defined]


def _guest_leaves(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.info(request, _("Сеанс підтримки закінчився."))
    return redirect("account_login")


def _note_presence(request: HttpRequest) -> None:
    """Once a minute, and at once when the session shows up from elsewhere: a write per request would be too dear."""
    key = request.session.session_key
    if not key:
        return
    client = f"{key}|{request.META.get('REMOTE_ADDR')}|{request.META.get('HTTP_USER_AGENT')}"
    if cache.add(f"access.seen:{hashlib.sha256(client.encode()).hexdigest()}", True, SEEN_EVERY):
        UserSession.objects.create_from_request(request)
