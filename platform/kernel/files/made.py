"""Files the system makes for somebody: within the tenant's room, for some days, then gone by themselves.

    keep_made(content, key=run.job_id, name="Зупинки.xlsx", media_type=…, by=person, for_time=timedelta(days=3))

A repeated run of the same job writes the same file anew.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import IO
from uuid import UUID, uuid4

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from kernel.access.models import User
from kernel.files import quota
from kernel.files.models import StoredFile
from kernel.files.names import clean_name, extension_of
from kernel.files.receiving import CHUNK
from kernel.files.storing import FOLDER, nothing_left
from kernel.operations import operation
from kernel.tenancy.files import storage

# Inside the folder of all files, so that what a killed worker leaves is swept together with the rest.
MADE = f"{FOLDER}/made"


@operation("files", None)
def keep_made(
    content: IO[bytes], *, key: UUID, name: str, media_type: str, by: User, for_time: timedelta
) -> StoredFile:
    """Raises FileRefused when the tenant has no room for it."""
    content.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := content.read(CHUNK):
        digest.update(piece)
        size += len(piece)
    content.seek(0)
    before = StoredFile.objects.filter(pk=key).first()
    old = before.path if before else ""
    quota.room_for(size - (before.size if before and old else 0))
    file = before or StoredFile(pk=key)
    file.name, file.media_type, file.uploaded_by = clean_name(name), media_type, by
    file.size, file.sha256 = size, digest.hexdigest()
    # Written here from what is already kept: there is nothing in it for an antivirus to find.
    file.state, file.state_note = StoredFile.State.CLEAN, ""
    file.expires_at = timezone.now() + for_time
    file.removed_at, file.removed_by, file.removal_reason = None, None, ""
    file.path = f"{MADE}/{key}-{uuid4().hex[:8]}.{extension_of(file.name)}"
    with transaction.atomic(), nothing_left(file.path, file.name):
        file.save()
        kept = storage.save(file.path, File(content, name=file.path))
        if kept != file.path:
            raise RuntimeError(f"The store kept {file.path!r} as {kept!r}.")
    if old:
        transaction.on_commit(lambda: storage.delete(old), robust=True)
    return file


def made_for(key: UUID) -> StoredFile | None:
    """The file, while it waits."""
    file = StoredFile.objects.filter(pk=key, expires_at__isnull=False).first()
    return file if file and file.is_open else None
