"""A page with a map may take pictures from where its community's base map lies; no other page may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kernel.maps.backdrop import origin

MARK = b"<tenant-map"
OPENED = ("img-src", "connect-src")


class MapPolicyMiddleware:
    """Inside the one that writes the policy of the page."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        response = self.get_response(request)
        if getattr(request, "tenant", None) and self._has_map(response) and (place := origin()):
            policy: dict[str, Any] = {**settings.SECURE_CSP}
            for name in OPENED:
                policy[name] = [*policy[name], *([] if place in policy[name] else [place])]
            response._csp_config = policy
        return response

    @staticmethod
    def _has_map(response: Any) -> bool:
        if not isinstance(response, HttpResponse) or hasattr(response, "_csp_config"):
            return False
        return response.get("Content-Type", "").startswith("text/html") and MARK in response.content
