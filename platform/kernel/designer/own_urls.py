"""The pages of registers a tenant made itself: those of any register, under /own/<code>/."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from kernel.access.guard import needs
from kernel.access.levels import Level
from kernel.designer.own import LABEL, own_register
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister
from kernel.registers.urls import pages_under

app_name = "own"


def own_or_404(code: str) -> Register:
    try:
        return own_register(LABEL + code)
    except UnknownRegister:
        raise Http404 from None


class AnyOwn:
    """Stands in the addresses for whichever own register the request names."""

    module, code = "own", "record"
    is_main = read_only = False
    archives = True
    indicators: tuple[Any, ...] = ()
    masked: tuple[str, ...] = ()
    actions: dict[str, Any] = {}
    merges = None

    def guarded(self, view: Callable[..., HttpResponse], level: Level) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def page(request: HttpRequest, *args: Any, own: str, **kwargs: Any) -> HttpResponse:
            register = own_or_404(own)

            def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
                return view(request, register, *args, **kwargs)

            return needs(register.module, level)(shown)(request, *args, **kwargs)

        return page


urlpatterns = pages_under(AnyOwn(), "<slug:own>/")
