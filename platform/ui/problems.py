"""Who gets a problem document (RFC 9457) instead of a page. The shape of the document is the API's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from kernel import api


def wants_problem(request: HttpRequest) -> bool:
    """Programs come to the API, or say that they read JSON and not pages."""
    if request.path.startswith(api.API_PREFIX):
        return True
    accepted = request.headers.get("Accept", "")
    return "json" in accepted and "html" not in accepted


def problem(request: HttpRequest, status: int, title: str, detail: str, **more: Any) -> HttpResponse:
    response = api.problem(
        status, detail, title=title, instance=request.path, request_id=getattr(request, "request_id", ""), **more
    )
    response.headers["Cache-Control"] = "no-store"
    return response
