"""Who may open a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require


class SignedRequest(HttpRequest):
    """What a page behind `login_required` or `needs` gets: somebody is signed in."""

    user: User  # type: ignore[assignment]


View = Callable[..., HttpResponse]


def needs(module: str, level: Level) -> Callable[[View], View]:
    """A stranger is asked to sign in; a person without the right is told whose help to ask."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(request.user, module, level)
            return view(request, *args, **kwargs)

        guarded.needs = (module, level)  # type: ignore[attr-defined]
        return guarded

    return decorate
