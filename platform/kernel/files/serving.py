"""A file on its way out: by pieces, as what it was found to be, under a policy that lets nothing in it run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from kernel.files.kinds import PDF
from kernel.files.models import StoredFile
from kernel.files.thumbnails import THUMBNAIL_TYPE, thumbnail_path
from kernel.tenancy.files import storage

PIECE = 256 * 1024
RANGE = re.compile(r"bytes=(\d*)-(\d*)\s*")
NOWHERE = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
SANDBOX = f"sandbox; default-src 'none'; img-src 'self'; media-src 'self'; {NOWHERE}"
# A sandboxed page may not use the browser's own reader of PDF, which lays its page out by styles of its own.
PDF_POLICY = f"default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; {NOWHERE}"


def file_response(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    if not file.is_open:
        raise Http404
    response = _stream(request, file.path, file.size, f'"{file.sha256}"')
    response.headers["Content-Type"] = file.media_type
    disposition = content_disposition_header(not file.shown_by_browsers, file.name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    return _guarded(response, PDF_POLICY if file.media_type == PDF.media_type else SANDBOX)


def thumbnail_response(request: HttpRequest, file: StoredFile, size: str) -> HttpResponseBase:
    if not file.is_open or not file.has_thumbnails:
        raise Http404
    path = thumbnail_path(file, size)
    response = _stream(request, path, _size_of(path), f'"{file.sha256}-{size}"')
    response.headers["Content-Type"] = THUMBNAIL_TYPE
    return _guarded(response, SANDBOX)


def _guarded(response: HttpResponseBase, policy: str) -> HttpResponseBase:
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _size_of(path: str) -> int:
    try:
        return int(storage.size(path))
    except OSError as error:
        raise Http404 from error


def asked_range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """First and last byte of one range; None for the whole. A range outside the file is (size, -1)."""
    if request.headers.get("If-Range", etag) != etag:
        return None
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if not asked or not any(asked.groups()):
        return None
    first, last = asked.groups()
    if not first:
        return (max(0, size - int(last)), size - 1) if int(last) else (size, -1)
    if int(first) >= size:
        return size, -1
    ends = min(int(last), size - 1) if last else size - 1
    return (int(first), ends) if int(first) <= ends else None


def _stream(request: HttpRequest, path: str, size: int, etag: str) -> HttpResponseBase:
    part = asked_range(request, size, etag)
    if part and part[0] >= size:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = part or (0, size - 1)
    pieces = _pieces(path, first, last - first + 1)
    response = StreamingHttpResponse(pieces, status=206 if part else 200)
    if part:
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    response.headers["Content-Length"] = str(last - first + 1)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = etag
    return response


def _pieces(path: str, start: int, length: int) -> Iterator[bytes]:
    """Opened now, while the tenant is known; read later, while the browser takes it."""
    try:
        file: Any = storage.open(path)
    except OSError as error:
        raise Http404 from error
    if hasattr(file, "obj"):
        # An object in S3 is asked for its part; read as a file it would first be copied here whole.
        body = file.obj.get(Range=f"bytes={start}-{start + length - 1}")["Body"]
        return _Closing(body.iter_chunks(PIECE), body)
    file.seek(start)
    return _Closing(_read(file, length), file)


def _read(file: Any, length: int) -> Iterator[bytes]:
    while length > 0 and (piece := file.read(min(PIECE, length))):
        length -= len(piece)
        yield piece


class _Closing(Iterator[bytes]):
    """Django closes what it streams; a generator alone would keep the file open until it is collected."""

    def __init__(self, pieces: Iterator[bytes], source: Any) -> None:
        self.pieces, self.source = pieces, source

    def __next__(self) -> bytes:
        return next(self.pieces)

    def close(self) -> None:
        self.source.close()
