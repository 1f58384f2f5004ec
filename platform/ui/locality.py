"""The language a person reads and the clock on their wall.

Ukrainian, unless the person has switched: a browser in English is not a wish to read English.
"""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

KNOWN = frozenset(code for code, _title in settings.LANGUAGES)
PLATFORM_ZONE = "Europe/Kyiv"


def language_of(request: HttpRequest) -> str:
    code = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return code if code in KNOWN else settings.LANGUAGE_CODE


class LocalityMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = language_of(request)
        request.LANGUAGE_CODE = code  # type: ignore[attr-defined]
        tenant = getattr(request, "tenant", None)
        zone = ZoneInfo(tenant.timezone if tenant else PLATFORM_ZONE)
        with translation.override(code), timezone.override(zone):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        # Language and looks come from cookies: no cache may give one reader's page to another.
        patch_vary_headers(response, ["Cookie"])
        return response
