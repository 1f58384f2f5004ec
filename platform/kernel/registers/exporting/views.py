"""Taking cards out of a register: which format, which columns; papers and labels of single cards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from kernel.files.made import made_for
from kernel.operations import Denied
from kernel.registers.exporting.cards import card_paper, label_paper, plate_of
from kernel.registers.exporting.formats import FileFormat, formats_for, refuse_too_many
from kernel.registers.exporting.keeping import queue_export, ready, written
from kernel.registers.exporting.selection import Selection, selection_of
from kernel.registers.exporting.typesetting import Output
from kernel.registers.register import Register
from kernel.registers.saving import card_or_404
from kernel.registers.views.shared import frame
from kernel.tenancy.files import storage

MOST_LABELS = 480
NOT_IN_NAME = str.maketrans({sign: " " for sign in '/\\:*?"<>|\r\n\t'})
PICTURES: dict[str, tuple[Output, str]] = {
    "pdf": ("pdf", "application/pdf"),
    "png": ("png", "image/png"),
    "svg": ("svg", "image/svg+xml"),
}


def export(request: HttpRequest, register: Register) -> HttpResponseBase:
    """Without a format it asks; with one it gives the file, or, for a long list, queues it when it is sent by POST."""
    given = request.POST if request.method == "POST" else request.GET
    selection = selection_of(register, request.user, given)
    offered = formats_for(selection)
    code = given.get("format", "")
    chosen = next((one for one in offered if one.code == code), None)
    if code and chosen is None:
        messages.error(request, _("Такого формату тут немає. Оберіть один із переліку."))
    if chosen is None:
        return _ask(request, selection, offered)
    try:
        refuse_too_many(chosen, selection.listing.counted)
        if not selection.is_large(chosen.at_once):
            return _given(written(selection, chosen), selection.file_name(chosen.extension), chosen.media_type)
    except Denied as refused:
        messages.error(request, str(refused))
        return _ask(request, selection, offered, chosen)
    if request.method != "POST":
        return _ask(request, selection, offered, chosen)
    queued = queue_export(selection, chosen)
    messages.success(
        request, _("Рядків багато, тож файл готується у фоні. Коли буде готовий, ви отримаєте сповіщення.")
    )
    return redirect("jobs:card", queued.pk)


def _ask(
    request: HttpRequest, selection: Selection, offered: list[FileFormat], chosen: FileFormat | None = None
) -> HttpResponse:
    register, listing = selection.register, selection.listing
    names = listing.column_names
    rest = [name for name in listing.offered if name not in names]
    context = frame(
        request,
        register,
        selection=selection,
        count_text=listing.count_text,
        count=listing.counted,
        mistakes=listing.mistakes,
        chips=listing.chips,
        later=selection.is_large(chosen.at_once if chosen else 0),
        formats=offered,
        chosen=(chosen or offered[0]).code,
        columns=[(listing.offered[name], name in names) for name in [*names, *rest]],
        masked=[listing.offered[name].label for name in register.masked if name in listing.offered],
        back=f"{register.url()}?{selection.query}",
    )
    return render(request, "registers/exporting/export.html", context)


def export_ready(request: HttpRequest, register: Register, job_id: UUID) -> HttpResponseBase:
    """The file of a finished job, for whoever asked for it and for nobody else."""
    found = ready(register, request.user, job_id)
    if found is None:
        raise Http404
    job, kind = found
    file = made_for(job.pk)
    if file is None:
        messages.warning(request, _("Файл уже прибрано: він чекає три дні. Вивантажте ще раз."))
        return redirect(register.url("export"))
    return _given(storage.open(file.path), file.name, kind.media_type)


def _given(file: Any, name: str, media_type: str) -> HttpResponseBase:
    response = FileResponse(file, as_attachment=True, filename=name, content_type=media_type)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


# -- papers ---------------------------------------------------------------------------------------------


def print_card(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    """A card as PDF; `?history=1` adds who changed what."""
    card = card_or_404(register, request.user, pk)
    content = card_paper(request, register, card, history=request.GET.get("history") == "1")
    return _paper(content, f"{plate_of(card) or card.pk} {register.label_of(card)[:60]}.pdf", "application/pdf")


def print_label(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    """One label: PDF of its own size, or a picture."""
    card = card_or_404(register, request.user, pk)
    code = request.GET.get("format", "pdf")
    if code not in PICTURES:
        raise Http404
    output, media_type = PICTURES[code]
    content = label_paper(request, register, [card], single=True, output=output)
    return _paper(content, f"{_('Етикетка')} {plate_of(card) or card.pk}.{output}", media_type)


def print_labels(request: HttpRequest, register: Register) -> HttpResponse:
    """Labels of the chosen cards, or of the whole list, on sheets."""
    selection = selection_of(register, request.user, request.GET)
    cards = list(selection.listing.ordered()[: MOST_LABELS + 1])
    if not cards or len(cards) > MOST_LABELS:
        told = _("Виберіть від 1 до %(most)s карток: стільки етикеток друкують за один раз.") % {"most": MOST_LABELS}
        messages.error(request, told)
        return redirect(f"{register.url()}?{selection.query}")
    return _paper(label_paper(request, register, cards), selection.file_name("pdf"), "application/pdf")


def _paper(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    # Shown by the browser, and kept under this name by whoever keeps it.
    response["Content-Disposition"] = content_disposition_header(False, name.translate(NOT_IN_NAME)) or "inline"
    response["Cache-Control"] = "private, no-store"
    return response
