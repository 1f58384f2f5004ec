"""Who enters which page of the console. Every account of it needs a second step; see kernel.access.mfa."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.rights import allowed, require

View = Callable[..., HttpResponse]


def on_console(module: str, level: Level = Level.VIEW) -> Callable[[View], View]:
    """Only on the console's own host, and only with the right."""

    def declare(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if getattr(request, "site", "") != "console":
                raise Http404
            require(request.user, module, level)
            request.console_nav = nav_of(request)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        return login_required(checked)

    return declare


def nav_of(request: HttpRequest) -> list[dict[str, Any]]:
    """The list at the left: what this person may open."""
    figures = [
        (_("Огляд"), "console:overview", "chart"),
        (_("Рейтинг"), "console:rating", "star"),
        (_("Зведений звіт"), "console:report", "clipboard"),
        (_("Звʼязок двох"), "console:together", "chart"),
        (_("Таблиця"), "console:table", "table"),
        (_("Два дні"), "console:days", "history"),
        (_("Паспорти"), "console:passports", "file"),
        (_("Сигнали"), "console:alerts", "bell"),
        (_("Запити до громад"), "console:requests", "lock"),
    ]
    communities = [
        (_("Громади"), "console:index", "building-community"),
        (_("Оголошення"), "console:announcements", "bell"),
        (_("Шина"), "console:bus", "refresh"),
    ]
    if allowed(request.user, "communities", Level.EDIT):
        communities.append((_("Заявки"), "onboarding_queue:queue", "mail"))
        communities.append((_("Друковані форми"), "patterns:index", "printer"))
        communities.append((_("Набори правил"), "patterns:rule_sets", "ruler"))
    if allowed(request.user, "communities", Level.MANAGE):
        communities.append((_("Платежі"), "payments:index", "credit-card"))
        communities.append((_("Платники"), "payments:payers", "users"))
        communities.append((_("Договори областей"), "payments:contracts", "file"))
    ways = [*figures, *communities]
    here = max(
        (reverse(name) for _title, name, _icon in ways if _within(request.path, reverse(name))), key=len, default=""
    )
    groups = []
    if allowed(request.user, "console", Level.VIEW):
        groups.append({"title": _("Показники"), "items": [_item(here, *one) for one in figures]})
    if allowed(request.user, "communities", Level.VIEW):
        groups.append({"title": _("Громади"), "items": [_item(here, *one) for one in communities]})
    return groups


def _within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url)) or (url == "/" and path.startswith("/communities/"))


def _item(here: str, title: str, name: str, icon: str) -> dict[str, Any]:
    """The nearest of the pages above the open one is the one marked."""
    url = reverse(name)
    return {"title": title, "icon": icon, "url": url, "count": None, "current": url == here}
