"""Files behind signed links: given out as what their first bytes say they are, never run by the browser."""

from __future__ import annotations

import posixpath
from typing import Any

from django.core import signing
from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kernel.tenancy.files import storage
from kernel.tenancy.links import open_link
from ui.errors import error_page

UNKNOWN_TYPE = "application/octet-stream"
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
)
# All of these are zip files; the name may choose among harmless kinds only.
OFFICE = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def type_of(head: bytes, name: str) -> str:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return OFFICE.get(posixpath.splitext(name)[1].lower(), kind) if kind == "application/zip" else kind
    return UNKNOWN_TYPE


def sniff(file: File[Any], name: str) -> str:
    head = file.read(16)
    file.seek(0)
    return type_of(head, name)


@require_safe
def signed_file(request: HttpRequest, token: str) -> HttpResponseBase:
    try:
        name = open_link(token)
        file = storage.open(name)
    except signing.SignatureExpired:
        return error_page(
            request,
            404,
            title=_("Посилання на файл застаріло"),
            text=_("Воно діє чверть години. Поверніться на сторінку, де взяли його, оновіть її й натисніть ще раз."),
        )
    except (signing.BadSignature, SuspiciousFileOperation, FileNotFoundError) as error:
        raise Http404 from error
    response = FileResponse(file, as_attachment=True, filename=posixpath.basename(name))
    response.headers["Content-Type"] = sniff(file, name)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
