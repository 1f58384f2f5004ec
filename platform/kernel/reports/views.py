"""Reports on the screen: the list of them, one with its conditions, and how one is composed without code."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel.access.guard import SignedRequest
from kernel.access.levels import Level
from kernel.files.made import made_for
from kernel.modules.entitlement import enabled_labels
from kernel.operations import Denied
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named
from kernel.registers.views.shared import frame
from kernel.reports.asking import asked_of, choices_of
from kernel.reports.files import KINDS, file_name, is_large, queue_file, ready_file, told_of, written
from kernel.reports.keeping import delete_report, save_report, subscribe
from kernel.reports.layout import Layout
from kernel.reports.models import ReportSubscription, SavedReport
from kernel.reports.ready import registers_for, report_named, reports_of, saved_for, saved_in
from kernel.reports.tables import Table
from kernel.tenancy.files import storage


@require_safe
@login_required
def index(request: SignedRequest) -> HttpResponse:
    """Ready and saved ones by their registers, and a way to a new one."""
    user = request.user
    seen = registers_for(user)
    saved: dict[str, list[SavedReport]] = {}
    for one in saved_for(user):
        saved.setdefault(one.register, []).append(one)
    groups = [
        (register, _links(register, saved.get(register.label, [])))
        for register in seen
        if reports_of(register) or register.label in saved
    ]
    return render(request, "reports/index.html", {"groups": groups, "registers": seen})


def _links(register: Register, saved: list[SavedReport]) -> list[tuple[str, str, str]]:
    url = reverse("reports:show", args=[register.label])
    found = [(str(one.title), f"{url}?report={one.code}", str(one.about)) for one in reports_of(register)]
    return found + [(one.title, f"{url}?saved={one.pk}", one.owner.full_name) for one in saved]


@require_safe
@login_required
def show(request: SignedRequest, label: str) -> HttpResponseBase:
    register = _register(label, request.user)
    layout, saved = _layout(register, request)
    kind = KINDS.get(request.GET.get("format", ""))
    table: Table | None = Table(layout)
    refused = ""
    try:
        if kind:
            return _file(request, layout, kind)
        assert table is not None
        _lines = table.lines, table.total
    except Denied as no:
        table, refused = None, str(no)
    context = frame(
        request,
        register,
        layout=layout,
        table=table,
        refused=refused,
        saved=saved,
        title=saved.title if saved else layout.title,
        about=str(layout.base.about) if layout.base else "",
        told=told_of(Table(layout)),
        asked=asked_of(layout),
        choices=choices_of(layout),
        files=[(one, layout.address(format=one.code)) for one in KINDS.values()],
        composing=request.GET.get("compose") == "1",
        kept=[
            (name, value)
            for name in layout.conditions
            for value in layout.conditions.getlist(name)
            if not _spanned(layout, name)
        ],
        tabs=_tabs(register, layout, saved, request.user),
        mine=saved is not None and saved.owner_id == request.user.pk,
        rhythms=ReportSubscription.Rhythm.choices,
        rhythm=_rhythm(saved, request.user),
        reports_url=reverse("reports:index"),
        show_url=reverse("reports:show", args=[label]),
        save_url=reverse("reports:save", args=[label]),
        whole_query=layout.address().removeprefix("?"),
    )
    return render(request, "reports/show.html", context)


def _register(label: str, user: Any) -> Register:
    try:
        register = register_named(label)
    except UnknownRegister:
        raise Http404 from None
    if register.module not in enabled_labels() or not register.may(user, Level.VIEW):
        raise Http404
    return register


def _layout(register: Register, request: HttpRequest) -> tuple[Layout, SavedReport | None]:
    """The declared or saved report the address begins with, and what the reader changed in it."""
    query: QueryDict = request.GET.copy()
    given = query.pop("saved", [""])[-1]
    code = query.pop("report", [""])[-1]
    query.pop("compose", None)
    saved = None
    if str(given).isdecimal() and len(str(given)) < 19:
        saved = get_object_or_404(saved_in(register, request.user), pk=int(given))
        code = saved.code
        kept = QueryDict(saved.query, mutable=True)
        for name in query:
            kept.setlist(name, query.getlist(name))
        query = kept
    base = report_named(register, str(code)) if code else None
    if code and base is None and saved is None:
        raise Http404
    return Layout(register, request.user, query, base), saved


def _tabs(register: Register, layout: Layout, saved: SavedReport | None, user: Any) -> list[tuple[str, str, bool]]:
    url = reverse("reports:show", args=[register.label])
    code = layout.base.code if layout.base and not saved else ""
    tabs = [(str(one.title), f"{url}?report={one.code}", one.code == code) for one in reports_of(register)]
    return tabs + [(one.title, f"{url}?saved={one.pk}", one == saved) for one in saved_in(register, user)]


def _spanned(layout: Layout, name: str) -> bool:
    """Ends that a named span gave are not carried on: it will name them again."""
    return layout.period is not None and bool(layout.query.get("span")) and name.startswith(f"{layout.period.name}__")


def _rhythm(saved: SavedReport | None, user: Any) -> str:
    found = ReportSubscription.objects.filter(report=saved, person=user).first() if saved else None
    return found.rhythm if found else ""


def _file(request: HttpRequest, layout: Layout, kind: Any) -> HttpResponseBase:
    if is_large(layout):
        queued = queue_file(layout, kind)
        messages.success(request, _("Рядків багато, тож файл готується у фоні. Коли буде готовий, надійде сповіщення."))
        return redirect("jobs:card", queued.pk)
    return _given(written(layout, kind), file_name(layout, kind), kind)


def _given(file: Any, name: str, kind: Any) -> HttpResponseBase:
    # Paper is looked at first, and printed from the browser.
    response = FileResponse(file, as_attachment=kind.code != "pdf", filename=name, content_type=kind.media_type)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@login_required
def ready(request: SignedRequest, job_id: UUID) -> HttpResponseBase:
    """The file of a finished job, for whoever asked for it and for nobody else."""
    found = ready_file(request.user, job_id)
    if found is None:
        raise Http404
    job, kind = found
    register = _register(job.arguments["register"], request.user)
    file = made_for(job.pk)
    if file is None:
        messages.warning(request, _("Файл уже прибрано: він чекає три дні. Зробіть звіт ще раз."))
        return redirect("reports:show", register.label)
    return _given(storage.open(file.path), file.name, kind)


@require_POST
@login_required
def save(request: SignedRequest, label: str) -> HttpResponse:
    register = _register(label, request.user)
    title = " ".join(request.POST.get("title", "").replace("\x00", "").split())[:120]
    back = redirect("reports:show", label)
    if not title:
        messages.error(request, _("Назвіть звіт: за назвою його знайдуть у переліку."))
        return back
    query = QueryDict(request.POST.get("query", "")[:8000], mutable=True)
    base = report_named(register, request.POST.get("report", ""))
    try:
        saved = save_report(
            Layout(register, request.user, query, base),
            by=request.user,
            title=title,
            shared=request.POST.get("shared") == "on",
        )
    except Denied as refused:
        messages.error(request, str(refused))
        return back
    except ValidationError as invalid:
        messages.error(request, " ".join(invalid.messages))
        return back
    messages.success(request, _("Звіт «%(title)s» збережено.") % {"title": title})
    return redirect(f"{reverse('reports:show', args=[label])}?saved={saved.pk}")


@require_POST
@login_required
def delete(request: SignedRequest, pk: int) -> HttpResponse:
    saved = get_object_or_404(SavedReport, owner=request.user, pk=pk)
    delete_report(saved, by=request.user)
    messages.success(request, _("Звіт «%(title)s» прибрано.") % {"title": saved.title})
    return redirect("reports:index")


@require_POST
@login_required
def send(request: SignedRequest, pk: int) -> HttpResponse:
    """Have it come by itself, or no more."""
    saved = get_object_or_404(saved_for(request.user), pk=pk)
    register = _register(saved.register, request.user)
    rhythm = request.POST.get("rhythm", "")
    try:
        subscribe(saved, by=request.user, rhythm=rhythm)
    except Denied as refused:
        messages.error(request, str(refused))
    else:
        told = _("Звіт надходитиме сповіщенням і листом.") if rhythm else _("Звіт більше не надходитиме.")
        messages.success(request, told)
    return redirect(f"{reverse('reports:show', args=[register.label])}?saved={saved.pk}")
