"""Who reads the service: anybody, or a program with a key of this community."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja.errors import HttpError

from kernel.access.api import TokenAuth
from kernel.api import problem
from kernel.maps.layers import Layer, layers_of, open_layers

View = Callable[..., HttpResponseBase]
_BEARER = "bearer "


def service(view: View) -> View:
    """A wrong key is a refusal, not a stranger: whoever sends one believes to have the rights."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        given = request.headers.get("Authorization", "")
        token = given[len(_BEARER) :].strip() if given.lower().startswith(_BEARER) else ""
        try:
            if given and (not token or TokenAuth().authenticate(request, token) is None):
                return problem(401)
            response = view(request, *args, **kwargs)
        except HttpError as refused:
            return problem(refused.status_code, refused.message)
        except ValidationError as wrong:
            return problem(400, " ".join(wrong.messages))
        except Http404:
            return problem(404, _("Такого шару чи обʼєкта немає. Перелік шарів — за адресою /ogc/collections."))
        patch_vary_headers(response, ["Authorization", "Accept-Language"])
        response["Cache-Control"] = "private, no-cache" if token else "public, max-age=60"
        if not token:
            response["Access-Control-Allow-Origin"] = "*"
        return response

    return require_safe(answered)


def is_program(request: HttpRequest) -> bool:
    return bool(request.headers.get("Authorization"))


def known_layers(request: HttpRequest) -> dict[str, Layer]:
    """By the names of collections: a register's own label with a key, the open page's for everybody.

    A browser's session opens nothing here: this is a service for programs, and they have keys.
    """
    found = {layer.name: layer for layer in open_layers()}
    if is_program(request):
        found |= {layer.register.label: layer for layer in layers_of(request.user)}
    return found


def layer_named(request: HttpRequest, name: str) -> Layer:
    layer = known_layers(request).get(name)
    if layer is None:
        raise Http404
    return layer
