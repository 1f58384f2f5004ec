"""Whose application this browser is filling in. Only the landing page's own session knows."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from shared_apps.onboarding.models import Application
from shared_apps.onboarding.steps import STAGES, WAYS, may_ask, next_page

KEY = "onboarding"
View = Callable[..., HttpResponse]


def remember(request: HttpRequest, application: Application) -> None:
    request.session.cycle_key()
    request.session[KEY] = str(application.pk)


def remembered(request: HttpRequest) -> Application | None:
    try:
        pk = UUID(str(request.session.get(KEY, "")))
    except ValueError:
        return None
    rows = Application.objects.select_related(
        "plan", "parent", "community", "subscription__payer", "subscription__plan"
    )
    found = rows.filter(pk=pk).first()
    return None if found is None or found.is_over else found


def question(name: str) -> Callable[[View], View]:
    """A view that asks the application's next question, or one asked before."""

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            application = remembered(request)
            if application is None:
                messages.info(request, _("Почніть із пошуку своєї громади або відкрийте посилання з листа."))
                return redirect("onboarding:find")
            if not may_ask(name, application):
                return redirect(next_page(application))
            return view(request, application, *args, **kwargs)

        return asked

    return decorate


def show(request: HttpRequest, template: str, stage: int | str, *, status: int = 200, **context: Any) -> HttpResponse:
    place = STAGES[stage] if isinstance(stage, str) else stage
    return render(request, f"onboarding/{template}.html", {"ways": WAYS, "stage": place, **context}, status=status)
