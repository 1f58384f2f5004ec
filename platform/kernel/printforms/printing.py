"""From a card to a paper: which forms it has, what will be on it, and the file itself."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from kernel.access.guard import SignedRequest
from kernel.access.levels import Level
from kernel.modules.entitlement import enabled_labels
from kernel.operations import Denied
from kernel.printforms.forms import PrintingForm
from kernel.printforms.inspection import inspect_template
from kernel.printforms.models import FormVersion, OwnForm, Printout
from kernel.printforms.operations import print_card
from kernel.printforms.paper import set_by_kernel, why_not
from kernel.printforms.rendering import fill_in
from kernel.printforms.resolving import Form, form_named, forms_for, of_version
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named
from kernel.registers.saving import card_or_404
from kernel.registers.views.shared import frame


def register_or_404(label: str, user: Any, level: Level = Level.VIEW) -> Register:
    try:
        register = register_named(label)
    except UnknownRegister:
        raise Http404 from None
    if register.module not in enabled_labels() or not register.may(user, Level.VIEW):
        raise Http404
    if level > Level.VIEW and not register.may(user, level):
        raise Http404
    return register


@require_safe
@login_required
def choose(request: SignedRequest, label: str, pk: int) -> HttpResponse:
    """The forms of this card, and what was printed from it before."""
    register = register_or_404(label, request.user)
    card = card_or_404(register, request.user, pk)
    context = frame(
        request,
        register,
        card=card,
        title=register.label_of(card),
        forms=[(reverse("printforms:print", args=[label, pk, one.code]), one) for one in forms_for(register, card)],
        printed=Printout.objects.filter(register=label, row_id=pk).select_related("printed_by")[:20],
        manage_url=_manage(register, request.user),
        back=register.url("card", pk),
    )
    return render(request, "printforms/choose.html", context)


def _manage(register: Register, user: Any) -> str:
    return reverse("printforms:index", args=[register.label]) if register.may(user, Level.MANAGE) else ""


@login_required
def print_page(request: SignedRequest, label: str, pk: int, code: str) -> HttpResponse:
    """Asks for the format, whether to keep it, and why where the template prints personal data."""
    register = register_or_404(label, request.user)
    card = card_or_404(register, request.user, pk)
    chosen = form_named(register, code)
    if chosen is None or (chosen.when is not None and not chosen.when(card)):
        raise Http404
    refused = ""
    try:
        content, _told = fill_in(
            chosen.content(), register, card, by=request.user, address=_address(request, register, card), opened=False
        )
        no_pdf = why_not(content)
    except Denied as no:
        refused, no_pdf = str(no), ""
    form = PrintingForm(
        request.POST or None,
        personal=bool(inspect_template(chosen.content(), register).personal),
        may_keep=register.may(request.user, Level.EDIT, card) and not getattr(card, "archived_at", None),
        no_pdf=no_pdf,
    )
    if request.method == "POST" and not refused and form.is_valid():
        try:
            made = print_card(
                register,
                card,
                chosen,
                by=request.user,
                address=_address(request, register, card),
                **form.cleaned_data,
            )
        except Denied as no:
            form.add_error(None, str(no))
        except ValidationError as invalid:
            form.add_error(None, invalid.messages)
        else:
            return given(made.content, made.name, made.media_type)
    context = frame(
        request,
        register,
        card=card,
        title=chosen.title,
        chosen=chosen,
        form=form,
        refused=refused,
        picture_url="" if refused or no_pdf else reverse("printforms:picture", args=[label, pk, code]),
        back=reverse("printforms:choose", args=[label, pk]),
        card_title=register.label_of(card),
    )
    return render(request, "printforms/print.html", context, status=422 if form.errors else 200)


def _address(request: HttpRequest, register: Register, card: Any) -> str:
    return request.build_absolute_uri(register.url("card", card.pk))


@require_safe
@login_required
def picture(request: SignedRequest, label: str, pk: int, code: str) -> HttpResponse:
    """The first page as it will be, personal data behind the mask; `version` looks at one that is not in force."""
    register = register_or_404(label, request.user)
    card = card_or_404(register, request.user, pk)
    chosen = _looked_at(request, register, code)
    try:
        content, _told = fill_in(
            chosen.content(), register, card, by=request.user, address=_address(request, register, card), opened=False
        )
        if request.GET.get("as") == "docx":
            return given(content, f"{chosen.title}.docx", "application/octet-stream")
        drawn = set_by_kernel(content, "png")
    except Denied as refused:
        return HttpResponse(str(refused), content_type="text/plain; charset=utf-8", status=409)
    return given(drawn, f"{code}.png", "image/png", shown=True)


def _looked_at(request: HttpRequest, register: Register, code: str) -> Form:
    number = request.GET.get("version", "")
    if not number:
        chosen = form_named(register, code)
    else:
        form = OwnForm.objects.filter(register=register.label, code=code).first()
        version = _version(form, number) if form and register.may(request.user, Level.MANAGE) else None
        chosen = of_version(form, version) if form and version else None
    if chosen is None:
        raise Http404
    return chosen


def _version(form: OwnForm, number: str) -> FormVersion | None:
    if not number.isdecimal() or len(number) > 9:
        return None
    return form.versions.select_related("file").filter(number=int(number)).first()


def given(content: bytes, name: str, media_type: str, *, shown: bool = False) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(not shown, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
