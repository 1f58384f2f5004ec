"""Requests to the API are counted against the plan; beyond it they wait for tomorrow, and are told so."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kernel.api import API_PREFIX
from kernel.tenancy import platform_context
from kernel.tenancy.cache import cache
from shared_apps.communities.models import Community
from shared_apps.communities.quotas import quotas
from shared_apps.subscriptions.metering import count_call
from ui.problems import problem

KEY, SECONDS = "subscriptions.api_limit", 300


class MeterMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        tenant = getattr(request, "tenant", None)
        if tenant is None or not request.path.startswith(API_PREFIX):
            return self.get_response(request)
        limit = _limit(tenant.id)
        if limit is not None and count_call() > limit:
            told = _(
                "За тарифом громади — %(limit)s запитів на добу, їх вичерпано. Повторіть завтра або змініть тариф."
            )
            answer: HttpResponse = problem(request, 429, _("Забагато запитів за добу"), told % {"limit": limit})
            answer.headers["Retry-After"] = "3600"
            return answer
        return self.get_response(request)


def _limit(tenant_id: object) -> int | None:
    known = cache.get(KEY)
    if known is None:
        with platform_context():
            limit = quotas(Community.objects.select_related("plan").get(pk=tenant_id))["api_requests_day"]
        known = (limit,)
        cache.set(KEY, known, SECONDS)
    found: int | None = known[0]
    return found
