"""How tiles and descriptions leave: pressed, with a print of what they hold, kept by nobody but whoever asked."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _

from kernel.api import problem

MVT = "application/vnd.mapbox-vector-tile"
GEOJSON = "application/geo+json"
# Shorter ones grow when they are pressed.
WORTH_PRESSING = 300
OPEN_SECONDS = 60

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """A map asks for many pieces at once: a stranger is told so, not led to the sign-in page by each of them."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return problem(401, _("Увійдіть до системи; загальнодоступні шари — за адресою /open/maps/layers.json."))
        return view(request, *args, **kwargs)

    return guarded


def refusing(view: View) -> View:
    """What the address asks wrongly is named, not guessed at."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ValidationError as wrong:
            return problem(400, " ".join(wrong.messages))

    return told


def answer(request: HttpRequest, body: bytes, kind: str, *, public: bool = False) -> HttpResponseBase:
    """A print of the content is its tag: whatever has changed, an unchanged answer is not sent twice."""
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    response: Any = get_conditional_response(request, etag=tag)
    if response is None:
        response = HttpResponse(body, status=200 if body else 204, content_type=kind)
        if len(body) > WORTH_PRESSING and "gzip" in request.headers.get("Accept-Encoding", ""):
            response.content = gzip.compress(body, 3, mtime=0)
            response["Content-Encoding"] = "gzip"
    response["ETag"] = tag
    return framed(response, public=public)


def framed(response: Any, *, public: bool) -> Any:
    patch_vary_headers(response, ["Accept-Encoding", "Accept-Language"])
    response["Cache-Control"] = f"public, max-age={OPEN_SECONDS}" if public else "private, no-cache"
    if public:
        response["Access-Control-Allow-Origin"] = "*"
    else:
        patch_vary_headers(response, ["Cookie"])
    response["X-Content-Type-Options"] = "nosniff"
    return response


def told(content: Any, *, public: bool = False, kind: str = "application/json", status: int = 200) -> HttpResponse:
    made = JsonResponse(content, safe=False, json_dumps_params={"ensure_ascii": False}, status=status)
    made["Content-Type"] = kind
    return framed(made, public=public)
