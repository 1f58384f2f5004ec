"""What machines ask the web process itself, on whatever host: alive, ready, figures, is this domain ours.

Answered before anything looks for a tenant. The proxy keeps strangers away from /internal/ and, because it
always writes X-Forwarded-For, a request that came through it is recognised here too.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST
from redis.exceptions import RedisError

from config.metrics import exposition
from kernel.tenancy import platform_context
from kernel.tenancy.middleware import site_of
from shared_apps.communities.models import Community

Handler = Callable[[HttpRequest], HttpResponse]
ENDED = {Community.State.ARCHIVED, Community.State.DELETED}


class ProbeMiddleware:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        return probe(request) if probe else self.get_response(request)


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    found = {"database": _database_answers(), "cache": _cache_answers()}
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    if not (_came_directly(request) and _is_local(request)) and not _has_token(request):
        return HttpResponse(status=404)
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def domain_known(request: HttpRequest) -> HttpResponse:
    """May a certificate be asked for? Only for hosts that somebody is served on."""
    if not _came_directly(request):
        return HttpResponse(status=404)
    site, tenant = site_of(request.GET.get("domain", "").lower().rstrip("."))
    known = site != "unknown" and (tenant is None or tenant.state not in ENDED)
    return HttpResponse(status=200 if known else 404)


PROBES: dict[str, Handler] = {
    "/healthz": alive,
    "/internal/health": alive,
    "/readyz": ready,
    "/metrics": metrics,
    "/internal/domain-known": domain_known,
}


def _database_answers() -> bool:
    try:
        with platform_context():
            Community.objects.exists()
    except (DatabaseError, OSError):
        return False
    return True


def _cache_answers() -> bool:
    try:
        with platform_context():
            cache.get("probe")
    except (RedisError, OSError):
        return False
    return True


def _came_directly(request: HttpRequest) -> bool:
    return "HTTP_X_FORWARDED_FOR" not in request.META


def _is_local(request: HttpRequest) -> bool:
    address = request.META.get("REMOTE_ADDR", "")
    # Without an address the request came through a Unix socket.
    return not address or ip_address(address).is_loopback


def _has_token(request: HttpRequest) -> bool:
    expected = settings.METRICS_TOKEN
    return bool(expected) and hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {expected}")
