"""Pivots on the screen: kept ones, one with its composition and figures, its files and its history."""

from __future__ import annotations

import tempfile
from typing import Any

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
from kernel.access.models import Role
from kernel.audit.sentences import history_of
from kernel.modules.entitlement import enabled_labels
from kernel.operations import Denied
from kernel.pivot.asking import offered_to
from kernel.pivot.crossing import FILE, PAPER, SCREEN
from kernel.pivot.keeping import delete_pivot, may_change, save_pivot, saved_for, saved_in
from kernel.pivot.layout import Pivot
from kernel.pivot.models import PivotSubscription, SavedPivot
from kernel.pivot.subscribing import journal_of, sees, subscription_of, subscriptions_to
from kernel.pivot.tables import PivotTable
from kernel.registers.exporting.keeping import SPOOLED
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named
from kernel.registers.views.shared import frame
from kernel.reports.asking import asked_of
from kernel.reports.files import KINDS, Kind, file_name, told_of
from kernel.reports.ready import registers_for

FORMATS = ("xlsx", "csv", "pdf")
LONGEST_GIVEN = 8000


@require_safe
@login_required
def index(request: SignedRequest) -> HttpResponse:
    """Kept ones by their registers, and a way to a new one."""
    seen = registers_for(request.user)
    saved: dict[str, list[SavedPivot]] = {}
    for one in saved_for(request.user):
        saved.setdefault(one.register, []).append(one)
    groups = [(register, saved[register.label]) for register in seen if register.label in saved]
    sent = [
        one
        for one in PivotSubscription.objects.filter(person=request.user)
        .select_related("pivot")
        .order_by("pivot__title")
        if sees(one.pivot, request.user)
    ]
    return render(request, "pivot/index.html", {"groups": groups, "registers": seen, "subscriptions": sent})


@require_safe
@login_required
def show(request: SignedRequest, label: str) -> HttpResponseBase:
    register = _register(label, request.user)
    pivot, saved = _pivot(register, request)
    kind = KINDS[request.GET["format"]] if request.GET.get("format") in FORMATS else None
    table: PivotTable | None = PivotTable(pivot, SCREEN)
    refused = ""
    try:
        if kind:
            return _file(pivot, kind)
        assert table is not None
        _drawn = table.lines, table.total
    except Denied as no:
        table, refused = None, str(no)
    changing = saved is not None and may_change(saved, request.user)
    context = frame(
        request,
        register,
        pivot=pivot,
        layout=pivot,
        table=table,
        refused=refused,
        saved=saved,
        changing=changing,
        told=told_of(PivotTable(pivot)),
        asked=asked_of(pivot),
        choices=offered_to(pivot),
        composing=request.GET.get("compose") == "1" or not (pivot.by or pivot.aside),
        files=[(KINDS[code], pivot.address(format=code)) for code in FORMATS],
        kept=[(name, value) for name, values in pivot.conditions.lists() for value in values],
        subscriptions=subscriptions_to(saved, request.user) if saved else [],
        mine=subscription_of(saved, request.user),
        rhythms=PivotSubscription.Rhythm.choices,
        formats=PivotSubscription.Format.choices,
        journal=journal_of(saved, request.user),
        tabs=[(one.title, f"?saved={one.pk}", one == saved) for one in saved_in(register, request.user)],
        audiences=SavedPivot.Audience.choices,
        roles=Role.objects.values_list("code", "title"),
    )
    return render(request, "pivot/show.html", context)


def _register(label: str, user: Any) -> Register:
    try:
        register = register_named(label)
    except UnknownRegister:
        raise Http404 from None
    if register.module not in enabled_labels() or not register.may(user, Level.VIEW):
        raise Http404
    return register


def _pivot(register: Register, request: HttpRequest) -> tuple[Pivot, SavedPivot | None]:
    """The kept one the address names, and what the reader changed in it; `plain` says that the address is whole."""
    user, query = request.user, request.GET.copy()
    given = query.get("saved", "")
    if not given:
        return Pivot(register, user, query), None
    if not given.isdecimal() or len(given) > 18:
        raise Http404
    saved = get_object_or_404(saved_in(register, user), pk=int(given))
    if query.get("plain") != "1":
        kept = QueryDict(saved.query, mutable=True)
        for name, values in query.lists():
            kept.setlist(name, values)
        query = kept
        # Whatever is changed from here on is changed in this version.
        query["version"] = str(saved.version)
    return Pivot(register, user, query, name=saved.title), saved


def _file(pivot: Pivot, kind: Kind) -> HttpResponseBase:
    file: Any = tempfile.SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 - the response closes it
    try:
        kind.write(PivotTable(pivot, PAPER if kind.code == "pdf" else FILE), file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=file_name(pivot, kind), content_type=kind.media_type)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@login_required
def save(request: SignedRequest, label: str) -> HttpResponse:
    register, given = _register(label, request.user), request.POST
    pivot = Pivot(register, request.user, QueryDict(given.get("query", "")[:LONGEST_GIVEN]))
    title = " ".join(given.get("title", "").replace("\x00", "").split())[:120]
    version, saved = given.get("version", ""), None
    if given.get("as") == "same":
        key = given.get("saved", "")
        saved = get_object_or_404(
            saved_in(register, request.user), pk=int(key) if key.isdecimal() and len(key) < 19 else 0
        )
    try:
        if not title:
            raise Denied(_("Назвіть зведену таблицю: за назвою її знайдуть у переліку."))
        saved = save_pivot(
            pivot,
            by=request.user,
            title=title,
            audience=given.get("audience", ""),
            role=given.get("role", ""),
            saved=saved,
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
        )
    except (Denied, ValidationError) as refused:
        messages.error(request, " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused))
        return redirect(_again(label, pivot, saved, version))
    messages.success(request, _("Зведену таблицю «%(title)s» збережено.") % {"title": title})
    return redirect(f"{reverse('pivot:show', args=[label])}?saved={saved.pk}")


def _again(label: str, pivot: Pivot, saved: SavedPivot | None, version: str) -> str:
    """The same composition once more, so that nothing of it is lost; with the version it began from."""
    query = pivot.written
    query["plain"] = "1"
    if saved:
        query["saved"] = str(saved.pk)
        query["version"] = version
    return f"{reverse('pivot:show', args=[label])}?{query.urlencode()}"


def _saved_or_404(request: SignedRequest, pk: int) -> tuple[Register, SavedPivot]:
    saved = get_object_or_404(saved_for(request.user), pk=pk)
    return _register(saved.register, request.user), saved


@require_POST
@login_required
def delete(request: SignedRequest, pk: int) -> HttpResponse:
    _seen, saved = _saved_or_404(request, pk)
    try:
        delete_pivot(saved, by=request.user)
    except Denied as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('pivot:show', args=[saved.register])}?saved={pk}")
    messages.success(request, _("Зведену таблицю «%(title)s» прибрано.") % {"title": saved.title})
    return redirect("pivot:index")


@require_safe
@login_required
def history(request: SignedRequest, pk: int) -> HttpResponse:
    register, saved = _saved_or_404(request, pk)
    told = history_of(saved, reader=request.user)
    return render(request, "pivot/history.html", frame(request, register, saved=saved, title=saved.title, history=told))
