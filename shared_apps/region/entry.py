"""Who may ask the portal, and how often: anybody, but not a machine that copies the whole of it by force."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shared_apps.onboarding.limits import machine_of, within
from ui.errors import error_page

View = Callable[..., HttpResponse]
PAGES = (240, 60)
PAGE_SECONDS, FILE_SECONDS = 60, 300


def open_page(view: View) -> View:
    """Of the portal's own host only. A browser keeps a page for a minute; files say for themselves."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "site", "") != "region":
            raise Http404
        if not within("region", machine_of(request), PAGES):
            refused = error_page(
                request,
                429,
                text=_("З вашої адреси надто багато запитів. Зачекайте хвилину; усі дані одразу є у файлах показника."),
            )
            refused.headers["Retry-After"] = "60"
            return refused
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", f"private, max-age={PAGE_SECONDS}")
        return response

    return require_safe(checked)


def for_programs(response: HttpResponse) -> HttpResponse:
    """Open data may be kept by anybody and read by pages of other sites."""
    response.headers["Cache-Control"] = f"public, max-age={FILE_SECONDS}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
