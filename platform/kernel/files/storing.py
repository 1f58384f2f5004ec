"""A file comes in whole or not at all: neither a row without its content nor content without its row."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.models import User
from kernel.files import quota
from kernel.files.errors import FileRefused
from kernel.files.inspection import inspect
from kernel.files.models import StoredFile
from kernel.files.names import clean_name, extension_of
from kernel.files.receiving import NO_ROOM, Received, no_room, received
from kernel.files.scanning import first_verdict
from kernel.operations import Who, operation
from kernel.tenancy import current_tenant
from kernel.tenancy.files import storage
from kernel.tenancy.log import get_logger

log = get_logger("files")
FOLDER = "files"


@dataclass(frozen=True, slots=True)
class Stored:
    """`warning` says that the tenant's place is running out; empty when there is plenty."""

    file: StoredFile
    warning: str = ""


@operation("files", None)
def store(upload: File[Any], *, by: Who) -> Stored:
    """Look into the upload, keep it, queue what may take longer. Raises FileRefused with the next step."""
    name = clean_name(posixpath.basename(str(upload.name or "")))
    with received(upload, name) as copy:
        found = inspect(copy.content, copy.source, name, current_tenant().timezone)
        warning = quota.room_for(copy.size)
        file = StoredFile(
            name=name if extension_of(name) else clean_name(f"{name}.{found.kind.extensions[0]}"),
            size=copy.size,
            sha256=copy.sha256,
            media_type=found.kind.media_type,
            uploaded_by=by if isinstance(by, User) else None,
        )
        if found.facts:
            file.width, file.height = found.facts.width, found.facts.height
            file.taken_at, file.taken_where = found.facts.taken_at, found.facts.taken_where
        file.state, file.state_note = first_verdict(copy.source, copy.size)
        if file.state == StoredFile.State.INFECTED:
            _refuse_infected(file)
        file.path = _address(file)
        with transaction.atomic(), nothing_left(file.path, name):
            file.save(force_insert=True)
            _write(copy, file)
    _queue(file)
    return Stored(file, warning)


def _address(file: StoredFile) -> str:
    """Nothing of the person's own words: the name is told when the file is given out."""
    return f"{FOLDER}/{timezone.now():%Y/%m}/{file.pk}.{extension_of(file.name)}"


def _write(copy: Received, file: StoredFile) -> None:
    copy.source.seek(0)
    kept = storage.save(file.path, File(copy.source, name=file.path))
    if kept != file.path:
        raise RuntimeError(f"The store kept {file.path!r} as {kept!r}.")


@contextmanager
def nothing_left(path: str, name: str) -> Iterator[None]:
    """Whatever happens inside, a part of a file does not outlive it."""
    try:
        yield
    except BaseException as error:
        _discard(path)
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise no_room(name) from error
        if isinstance(error, (BotoCoreError, ClientError, Boto3Error)):
            log.error("store_unreachable", error=str(error))
            raise FileRefused(
                _("Сховище файлів не відповідає, «%(name)s» не збережено. Повторіть за кілька хвилин.")
                % {"name": name},
                code="unreachable",
            ) from error
        raise


def _discard(path: str) -> None:
    try:
        storage.delete(path)
    except Exception as error:
        log.warning("partial_file_left", path=path, error=str(error))


def _refuse_infected(file: StoredFile) -> None:
    """Found while the person is here: nothing is kept, and the person is told at once."""
    log.warning("infected_upload_refused", threat=file.state_note, sha256=file.sha256)
    raise FileRefused(
        _(
            "У файлі «%(name)s» антивірус знайшов «%(threat)s», тому його не збережено. "
            "Перевірте свій пристрій антивірусом і додайте чисту копію."
        )
        % {"name": file.name, "threat": file.state_note},
        code="infected",
    )


def _queue(file: StoredFile) -> None:
    from kernel.files import jobs
    from kernel.jobs.queue import enqueue

    if file.state == StoredFile.State.WAITING:
        enqueue(jobs.SCAN, subject=str(file.pk), file=str(file.pk))
    elif file.wants_thumbnails:
        enqueue(jobs.THUMBNAILS, subject=str(file.pk), file=str(file.pk))


@operation("files", None)
def remove(file: StoredFile, *, by: Who, reason: str) -> None:
    """Out of everybody's reach at once; the content goes a month later, the row with the reason stays."""
    reason = reason.strip()
    if not reason:
        raise FileRefused(_("Назвіть причину вилучення: її побачать ті, хто шукатиме файл."), code="no_reason")
    file.removed_at, file.removal_reason = timezone.now(), reason[:300]
    file.removed_by = by if isinstance(by, User) else None
    file.save(update_fields=["removed_at", "removal_reason", "removed_by"])
