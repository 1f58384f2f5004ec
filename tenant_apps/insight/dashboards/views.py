"""Dashboards on the screen: the overview, one of them, the order of its widgets."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kernel.access.dates import local_today
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.models import Role
from kernel.access.rights import allowed
from kernel.operations import Denied
from kernel.tasks.public import next_tasks
from kernel.tenancy import current_tenant
from shared_apps.rollups import periods
from tenant_apps.insight.dashboards.arranging import arrange, arranged_for, arranged_of, changed, reset
from tenant_apps.insight.dashboards.counting import known_to
from tenant_apps.insight.dashboards.declarations import CHARTS, SIZES, Dashboard, dashboard_named, dashboards
from tenant_apps.insight.dashboards.declarations import title_of as called
from tenant_apps.insight.dashboards.files import TYPES, file_of
from tenant_apps.insight.dashboards.ready import OVERVIEW
from tenant_apps.insight.dashboards.showing import seen_by, shown_to
from tenant_apps.insight.dashboards.spans import COURSE, Span, asked_span

ask_or_do = require_http_methods(["GET", "HEAD", "POST"])


def span_of(request: HttpRequest) -> Span:
    return asked_span(request.GET.get("period", ""), local_today())


def board_or_404(code: str, known: Any) -> Dashboard:
    board = dashboard_named(code)
    if board is None or not (seen_by(board, known) or not board.widgets):
        raise Http404
    return board


def address_of(board: Dashboard) -> str:
    return reverse("dashboards:index") if board.code == OVERVIEW else reverse("dashboards:board", args=[board.code])


def frame(request: SignedRequest, known: Any, current: str = "", **more: Any) -> dict[str, Any]:
    """The list at the left: dashboards with figures for this reader, then those that wait for a module."""
    live = [one for one in dashboards() if one.widgets and seen_by(one, known)]
    waiting = [one for one in dashboards() if not one.widgets]
    groups = [{"title": _("Показники"), "items": [_item(one, current) for one in live]}]
    if current_tenant().kind == "hromada":
        groups[0]["items"].insert(  # type: ignore[attr-defined]
            1,
            {
                "title": _("Комунальні підприємства"),
                "url": reverse("dashboards:enterprises"),
                "icon": "hierarchy",
                "current": current == "enterprises",
            },
        )
    groups.append({"title": _("Чекають на модуль"), "items": [_item(one, current) for one in waiting]})
    may_plan = allowed(request.user, "dashboards", Level.EDIT)
    return {"area_nav": groups, "may_plan": may_plan, "known": known, **more}


def _item(board: Dashboard, current: str) -> dict[str, Any]:
    return {
        "title": board.title,
        "url": address_of(board),
        "icon": board.icon,
        "current": board.code == current,
    }


@require_safe
@needs("dashboards", Level.VIEW)
def index(request: SignedRequest) -> HttpResponse:
    return _page(request, OVERVIEW)


@require_safe
@needs("dashboards", Level.VIEW)
def board(request: SignedRequest, code: str) -> HttpResponse:
    return _page(request, code)


def _page(request: SignedRequest, code: str) -> HttpResponse:
    known = known_to(request.user)
    found, span = board_or_404(code, known), span_of(request)
    if not found.widgets:
        return render(request, "dashboards/waiting.html", frame(request, known, code, dashboard=found))
    shown = shown_to(found, request.user, span, known)
    if (kind := request.GET.get("file", "")) in TYPES:
        return file_of(shown, title_of(found), kind, request.user)
    context = frame(
        request,
        known,
        code,
        board=shown,
        dashboard=found,
        title=title_of(found),
        arrange_url=reverse("dashboards:arrange", args=[code]),
        tasks=next_tasks(request.user) if code == OVERVIEW else [],
        **choosing(span, address_of(found)),
    )
    return render(request, "dashboards/board.html", context)


def title_of(board: Dashboard) -> str:
    """An enterprise has no head of a community."""
    if board.code == OVERVIEW and current_tenant().kind != "hromada":
        return _("Кабінет директора")
    return str(board.title)


def choosing(span: Span, address: str, more: str = "") -> dict[str, Any]:
    """The chooser of a period: its length, the one before and after, a list to jump; `more` stays in each address."""
    words = {"month": _("Місяць"), "quarter": _("Квартал"), "year": _("Рік")}

    def at(code: str) -> str:
        return f"{address}?period={code}{more}"

    return {
        "span": span,
        "address": address,
        "lengths": [(title, at(span.of_length(length)), "", span.length == length) for length, title in words.items()],
        "period_choices": [
            (periods.words(code), at(code), code == span.code)
            for code in reversed(periods.last(span.length, span.today, COURSE[span.length] + 1))
        ],
        "former_url": at(span.former),
        "next_url": at(span.next) if span.next else "",
    }


# -- order of widgets --------------------------------------------------------------------------------


@ask_or_do
@needs("dashboards", Level.VIEW)
def arrange_page(request: SignedRequest, code: str) -> HttpResponse:
    known = known_to(request.user)
    found = board_or_404(code, known)
    if not found.widgets:
        raise Http404
    role = _role(request)
    if request.method == "POST":
        return _arrange(request, found, known, role)
    arranged = arranged_of(found, role, known) if role else arranged_for(found, request.user, known)
    manages = allowed(request.user, "dashboards", Level.MANAGE)
    mine = arranged.whose == "person" or (role is not None and arranged.whose == "role")
    context = frame(
        request,
        known,
        code,
        dashboard=found,
        title=title_of(found),
        address=address_of(found),
        arranged=arranged,
        version=arranged.version if mine else 0,
        resettable=mine,
        role=role,
        roles=Role.objects.all() if manages else [],
        rows=[
            (place, one, known[one.indicator], called(one.indicator, known[one.indicator].title))
            for place, one in enumerate(arranged.widgets)
            if one.indicator in known
        ],
        charts=CHARTS.items(),
        sizes=SIZES,
        catalogue=_catalogue(known),
        splits=_splits(known),
    )
    return render(request, "dashboards/arrange.html", context)


def _role(request: HttpRequest) -> Role | None:
    code = request.POST.get("role", "") or request.GET.get("role", "")
    return get_object_or_404(Role, code=code) if code else None


def _arrange(request: SignedRequest, found: Dashboard, known: Any, role: Role | None) -> HttpResponse:
    arranged = arranged_of(found, role, known) if role else arranged_for(found, request.user, known)
    version = request.POST.get("version", "")
    back = reverse("dashboards:arrange", args=[found.code]) + (f"?role={role.code}" if role else "")
    try:
        if request.POST.get("do") == "reset":
            reset(found, by=request.user, role=role)
            messages.success(request, _("Розкладку скинуто."))
            return redirect(back)
        arrange(
            found,
            changed(arranged.widgets, request.POST.dict()),
            by=request.user,
            known=known,
            version=int(version) if version.isdecimal() and len(version) < 9 else -1,
            role=role,
        )
    except (Denied, ValidationError) as refused:
        messages.error(request, " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused))
        return redirect(back)
    if request.POST.get("do") == "save":
        messages.success(request, _("Розкладку збережено."))
        return redirect(address_of(found))
    return redirect(back)


def _catalogue(known: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, one in known.items():
        groups.setdefault(one.register.name, []).append((code, one.title))
    return sorted(groups.items())


def _splits(known: Any) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for one in known.values():
        for name in one.indicator.by:
            found.setdefault(name, (one.register.facets.get(name) or one.register.facet(name)).label)
    return sorted(found.items(), key=lambda pair: pair[1])
