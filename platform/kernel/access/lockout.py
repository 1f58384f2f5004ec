"""After too many failures: how long to wait, said in words, and the same for addresses nobody has."""

from __future__ import annotations

import hashlib
import time

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kernel.tenancy.cache import cache

APP = "allauth.account"
USUAL_WAIT = 60


def seconds_left(request: HttpRequest, action: str, key: str | None = None) -> int:
    """Until the next attempt is counted as one of the allowed; 0 when it already is."""
    longest = 0.0
    now = time.time()
    for rate in ratelimit.get_rates(app=APP, action=action):
        if rate.per == "key" and key is None:
            continue
        if rate.per == "user" and not request.user.is_authenticated:
            continue
        cache_key = ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=key)
        # Newest first; the attempt that has to grow old is the one that fills the allowance.
        history = [at for at in cache.get(cache_key, []) if at > now - rate.duration]
        if len(history) >= rate.amount:
            longest = max(longest, history[rate.amount - 1] + rate.duration - now)
    return int(longest) + 1 if longest > 0 else 0


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def wait_in_words(seconds: int) -> str:
    minutes = max(1, -(-seconds // 60))
    return _("%(count)s хв") % {"count": minutes}


def lockout_message(seconds: int) -> str:
    return _(
        "Забагато невдалих спроб. Спробуйте знову через %(wait)s або відновіть пароль листом: після цього вхід відкриється одразу."
    ) % {"wait": wait_in_words(seconds)}


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """The page for a view that is asked too often."""
    seconds = max(seconds_left(request, action) for action in ("login", "reset_password", "reauthenticate"))
    seconds = seconds or USUAL_WAIT
    response = render(request, "429.html", {"wait": wait_in_words(seconds), "seconds": seconds}, status=429)
    response["Retry-After"] = str(seconds)
    return response
