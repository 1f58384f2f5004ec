"""The edge: a host is a tenant, the console, the region's public portal, the landing page, or nobody's."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, StreamingHttpResponse
from django.http.request import split_domain_port

from kernel.tenancy.actor import Actor, acting
from kernel.tenancy.directory import known_host, tenant_for_host
from kernel.tenancy.scope import PLATFORM, Scope, TenantRef, scope_context

Handler = Callable[[HttpRequest], HttpResponse]


def site_of(host: str) -> tuple[str, TenantRef | None]:
    """("landing" | "console" | "region" | "tenant" | "unknown", tenant)."""
    base = settings.BASE_DOMAIN
    if host in (base, f"www.{base}"):
        return "landing", None
    if host == f"console.{base}":
        return "console", None
    if host == f"region.{base}":
        return "region", None
    tenant = tenant_for_host(host)
    return ("tenant", tenant) if tenant else ("unknown", None)


class TenantMiddleware:
    """First in the chain: everything after it, sessions included, lives inside the scope it opens."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            host = split_domain_port(request.get_host())[0].rstrip(".")
        except DisallowedHost:
            # Not a name at all, so there is nobody whose page could say so.
            return HttpResponse("Такої адреси не буває.\n", status=400, content_type="text/plain; charset=utf-8")
        site, tenant = site_of(host)
        if tenant and request.method in ("GET", "HEAD") and (moved_to := known_host(host).moved_to):
            port = f":{request.get_port()}" if ":" in request.get_host() else ""
            return HttpResponsePermanentRedirect(f"{request.scheme}://{moved_to}{port}{request.get_full_path()}")
        request.site = site  # type: ignore[assignment]
        request.tenant = tenant  # type: ignore[attr-defined]
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        request.urlconf = f"config.urls_{site}"  # type: ignore[attr-defined]
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if settings.BEHIND_PROXY and forwarded:
            request.META["REMOTE_ADDR"] = forwarded.rsplit(",", 1)[-1].strip()
        actor = Actor("visitor", address=request.META.get("REMOTE_ADDR", ""), request_id=request.request_id)  # type: ignore[attr-defined]
        scope = Scope(tenant.schema, tenant) if tenant else PLATFORM
        with scope_context(scope), acting(actor):
            response = self.get_response(request)
            # A streamed body is read after we return; it must be read inside the same scope.
            if isinstance(response, StreamingHttpResponse) and not response.is_async:
                response.streaming_content = _within(scope, response.streaming_content)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


def _within(scope: Scope, chunks):  # type: ignore[no-untyped-def]
    iterator = iter(chunks)
    while True:
        with scope_context(scope):
            try:
                chunk = next(iterator)
            except StopIteration:
                return
        yield chunk
