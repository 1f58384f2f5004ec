"""Recording on the spot: choose what, photograph, send. Made for a phone held in one hand."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.rights import visible
from kernel.files.receiving import refused_uploads
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.registers.views import forms as register_forms
from kernel.registers.views.shared import frame
from tenant_apps.operations.control.forms import FieldForm
from tenant_apps.operations.control.models import Violation, ViolationKind
from tenant_apps.operations.control.operations import record_findings

ask_or_do = require_http_methods(["GET", "HEAD", "POST"])


@ask_or_do
@needs("control", Level.EDIT)
def new(request: SignedRequest) -> HttpResponse:
    """What was seen comes first; the whole form is one link away."""
    register = register_named("control.violations")
    if request.method == "POST" or request.GET:
        return register_forms.new(request, register)
    kinds = visible(ViolationKind.objects.filter(archived_at__isnull=True), request.user, module="control")
    groups: dict[str, list[ViolationKind]] = {}
    for kind in kinds.order_by("subject", "title"):
        groups.setdefault(kind.get_subject_display(), []).append(kind)
    context = frame(request, register, title=_("Що ви бачите?"), groups=groups, full_url="?full=1")
    return render(request, "control/choose.html", context)


@ask_or_do
@needs("control", Level.EDIT)
def record(request: SignedRequest, pk: int) -> HttpResponse:
    register = register_named("control.violations")
    kinds = visible(ViolationKind.objects.filter(archived_at__isnull=True), request.user, module="control")
    kind = get_object_or_404(kinds, pk=pk)
    sent: Any = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FieldForm(*sent, kind=kind, user=request.user, initial={"key": uuid4()})
    if request.method == "POST":
        for why in refused_uploads(request):
            form.add_error(None, str(why))
        if form.is_valid() and form.attempt(lambda: _record(form, request.user)):
            return redirect(register.url("card", _sent(form).pk))
    context = frame(request, register, title=kind.title, kind=kind, form=form, back=register.url("new"))
    return render(request, "control/record.html", context, status=422 if form.errors else 200)


def _record(form: FieldForm, by: Any) -> None:
    """Sent twice, by a slow network or a second press, it is still one."""
    if Violation.objects.filter(sent_key=form.cleaned_data["key"]).exists():
        return
    with transaction.atomic():
        saved = save_card(register_named("control.violations"), form.violation(), by=by)
        record_findings(saved, form.cleaned_data.get("broken") or (), by=by)


def _sent(form: FieldForm) -> Violation:
    return Violation.objects.get(sent_key=form.cleaned_data["key"])
