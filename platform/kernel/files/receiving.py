"""The way of an upload to a temporary file: by pieces, never whole in memory, within a limit.

`BoundedUpload` stands first among Django's upload handlers, so a file over the limit is dropped while it is being
read, and the rest of the form arrives whole: the page can say what happened and keep what was typed.
"""

from __future__ import annotations

import errno
import hashlib
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kernel.files.errors import FileRefused

MEGABYTE = 1024 * 1024
CHUNK = MEGABYTE
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Received:
    source: IO[bytes]
    content: mmap.mmap
    size: int
    sha256: str


def most_bytes() -> int:
    return int(settings.FILE_LIMIT_MB) * MEGABYTE


def too_large(name: str) -> FileRefused:
    return FileRefused(
        _(
            "Файл «%(name)s» більший за %(limit)s МБ. Зменште його (стисніть зображення, розділіть документ на частини) "
            "і додайте ще раз."
        )
        % {"name": name, "limit": settings.FILE_LIMIT_MB},
        code="too_large",
    )


def no_room(name: str) -> FileRefused:
    return FileRefused(
        _(
            "Файл «%(name)s» не збережено: на сервері закінчилося місце. Повторіть за кілька хвилин; "
            "якщо не допоможе — повідомте підтримку хмари."
        )
        % {"name": name},
        code="no_room",
    )


def empty(name: str) -> FileRefused:
    return FileRefused(
        _("Файл «%(name)s» порожній. Перевірте його в себе на пристрої й додайте ще раз.") % {"name": name},
        code="empty",
    )


@contextmanager
def received(upload: File[Any], name: str) -> Iterator[Received]:
    """A copy on this machine's disk, counted and hashed on the way; gone when the block ends."""
    digest, size = hashlib.sha256(), 0
    with TemporaryFile() as copy:
        try:
            for piece in upload.chunks(CHUNK):
                size += len(piece)
                if size > most_bytes():
                    raise too_large(name)
                digest.update(piece)
                copy.write(piece)
            copy.flush()
        except OSError as error:
            if error.errno in NO_ROOM:
                raise no_room(name) from error
            raise
        if not size:
            raise empty(name)
        copy.seek(0)
        with mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_READ) as content:
            yield Received(copy, content, size, digest.hexdigest())


def refused_uploads(request: HttpRequest) -> list[FileRefused]:
    """Why files of this form did not arrive."""
    return list(getattr(request, "refused_uploads", ()))


class BoundedUpload(FileUploadHandler):
    """Counts what arrives and drops a file that grows over the limit."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.arrived = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.arrived += len(raw_data)
        if self.arrived > most_bytes():
            _drop(self, too_large(self.file_name or ""))
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class SpooledUpload(TemporaryFileUploadHandler):
    """A full disk is the server's trouble: said in words, and the temporary file is not left behind."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            self.file.write(raw_data)
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            _drop(self, no_room(self.file_name or ""))


def _drop(handler: FileUploadHandler, why: FileRefused) -> None:
    request: Any = handler.request
    request.refused_uploads = [*refused_uploads(request), why]
    raise SkipFile
