"""Files come to a card by a small form on its page, and go out by signed links."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel.access.guard import SignedRequest
from kernel.access.levels import Level
from kernel.files import attaching
from kernel.files.errors import FileRefused
from kernel.files.links import open_link
from kernel.files.models import Attachment, StoredFile
from kernel.files.receiving import refused_uploads
from kernel.files.serving import file_response, thumbnail_response
from kernel.remarks.returning import back
from kernel.remarks.subjects import subject_of

PART = "files"
WANTED = "file"


@require_POST
@login_required
def attach(request: SignedRequest) -> HttpResponseBase:
    """Several files at once: each by itself, so that a bad one does not take the good ones with it."""
    card = subject_of(request.POST.get("card_table", ""), request.POST.get("card_id", ""), request.user, Level.EDIT)
    section, title = (request.POST.get(name, "").replace("\x00", "").strip() for name in ("section", "title"))
    refused: list[FileRefused] = refused_uploads(request)
    uploads = request.FILES.getlist(WANTED)
    added = 0
    for upload in uploads:
        try:
            attachment, stored, new = attaching.attach_upload(
                card, upload, by=request.user, section=section, title=title
            )
        except FileRefused as error:
            refused.append(error)
            continue
        added += new
        _tell(request, attachment, stored, new)
    for why in refused:
        messages.error(request, str(why))
    if not uploads and not refused:
        messages.error(request, _("Файл не вибрано. Виберіть файл і надішліть ще раз."))
    if added:
        messages.success(request, _("Додано файлів: %(count)s.") % {"count": added})
    return back(request, PART)


def _tell(request: HttpRequest, attachment: Attachment, stored: attaching.Stored, new: bool) -> None:
    if not new:
        messages.info(request, _("Файл «%(name)s» тут уже є.") % {"name": attachment.file.name})
    elif stored.file.state == StoredFile.State.WAITING:
        messages.info(
            request, _("Файл «%(name)s» відкриється після перевірки антивірусом.") % {"name": stored.file.name}
        )
    if stored.warning:
        messages.warning(request, stored.warning)


@require_POST
@login_required
def detach(request: SignedRequest, attachment_id: int) -> HttpResponseBase:
    attachment = get_object_or_404(Attachment.objects.select_related("file"), pk=attachment_id)
    subject_of(attachment.table, attachment.row_id, request.user, Level.EDIT)
    try:
        attaching.detach(attachment, by=request.user, reason=request.POST.get("reason", "").replace("\x00", ""))
    except FileRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Файл «%(name)s» вилучено з картки.") % {"name": attachment.file.name})
    return back(request, PART)


@require_safe
@login_required
def open_file(request: SignedRequest, token: str) -> HttpResponseBase:
    try:
        opened = open_link(token)
    except signing.SignatureExpired:
        return _expired(request)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Http404 from error
    if opened.person_id != request.user.pk:
        raise Http404
    file = get_object_or_404(StoredFile, pk=opened.file_id, removed_at=None)
    if not file.is_open:
        return _not_open(request, file)
    return thumbnail_response(request, file, opened.thumbnail) if opened.thumbnail else file_response(request, file)


def _expired(request: HttpRequest) -> HttpResponseBase:
    return _sentence(
        request,
        404,
        _("Посилання на файл застаріло"),
        _("Воно діє чверть години. Поверніться на картку, оновіть сторінку й натисніть ще раз."),
    )


def _not_open(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    if file.state == StoredFile.State.WAITING:
        text = _("Антивірус ще не перевірив файл «%(name)s». Зачекайте хвилину й оновіть сторінку.")
    else:
        text = _("Файл «%(name)s» закрито: антивірус знайшов у ньому загрозу. Попросіть автора додати чисту копію.")
    return _sentence(request, 403, _("Файл не відкрито"), text % {"name": file.name})


def _sentence(request: HttpRequest, status: int, title: str, text: str) -> HttpResponseBase:
    context: dict[str, Any] = {"code": status, "title": title, "text": text}
    response = render(request, "ui/error.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
