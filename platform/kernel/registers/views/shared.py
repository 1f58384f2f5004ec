"""What every page of a register begins with."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from kernel.access.guard import needs
from kernel.access.levels import Level
from kernel.access.rights import my_subjects
from kernel.modules.registry import module_named
from kernel.registers.register import Register
from kernel.registers.registry import main_of, registers_in

Page = Callable[..., HttpResponse]


def guarded(register: Any, view: Page, level: Level = Level.VIEW) -> Page:
    """The view with its register, behind the right of the register's module."""
    if not isinstance(register, Register):
        # Stands for registers that are known only when a request names one.
        return register.guarded(view, level)

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, register, *args, **kwargs)

    return needs(register.module, level)(page)


PAGES = ("list", "new", "bulk", "columns", "save-view", "import", "export", "labels", "figures", "doubles")
CARD_PAGES = ("card", "edit", "history", "archive", "restore", "open", "print", "label", "merge")


def frame(request: HttpRequest, register: Register, card: Any = None, **context: Any) -> dict[str, Any]:
    """The context every page of a register shares: its names and addresses, and what this person may do here."""
    user: Any = request.user
    return {
        "register": register,
        "area_nav": SimpleLazyObject(lambda: area_nav_of(register, user)),
        "may_edit": register.may(user, Level.EDIT),
        "may_manage": register.may(user, Level.MANAGE),
        **{f"{page.replace('-', '_')}_url": page_or_none(register, page) for page in PAGES},
        **({f"{page}_url": page_or_none(register, page, card.pk) for page in CARD_PAGES} if card else {}),
        "card": card,
        **context,
    }


def area_nav_of(register: Register, user: Any) -> list[dict[str, Any]]:
    """The rooms next door: every module of the area this person may open; the open one shows its own registers too."""
    area = module_named(register.module).area
    items: list[dict[str, Any]] = []
    for subject, _level in my_subjects(user):
        if subject.area != area.value:
            continue
        first = main_of(subject.code)
        url = first.url() if first else _front_page(subject.code)
        if not url:
            continue
        icon = module_named(subject.code).icon
        items.append({"title": subject.title, "icon": icon, "url": url, "current": first is register})
        if subject.code == register.module:
            items += [
                {"title": one.name, "url": one.url(), "current": one is register, "inner": True}
                for one in registers_in(subject.code)
                if one is not first
            ]
    return [{"title": area.label, "items": items}]


def _front_page(module: str) -> str:
    try:
        return reverse(f"{module}:index")
    except NoReverseMatch:
        return ""


def page_or_none(register: Register, page: str, *args: Any) -> str:
    """The address of a page, or nothing when the register has no such face."""
    try:
        return register.url(page, *args)
    except NoReverseMatch:
        return ""
