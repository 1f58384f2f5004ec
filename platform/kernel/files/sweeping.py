"""What nobody needs any more: content of removed files, files that never reached a card, content without a row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import batched
from pathlib import PurePosixPath
from uuid import UUID

from django.utils import timezone

from kernel.files import storing, thumbnails
from kernel.files.attaching import is_used
from kernel.files.models import StoredFile
from kernel.jobs.registry import JobRun
from kernel.tenancy.actor import Actor
from kernel.tenancy.files import storage
from kernel.tenancy.log import get_logger

log = get_logger("files")
# Time to change one's mind after a removal.
REMOVED_KEPT = timedelta(days=30)
# Longer than any upload or form lasts: what is younger may be on its way.
YOUNG = timedelta(days=1)
BATCH = 500
SWEEPER = Actor("system", name="Прибирання файлів")


def sweep(run: JobRun | None = None) -> int:
    """How many were cleared away. May be stopped and repeated at any point."""
    cleared = 0
    for step in (_expire, _purge_removed, _remove_unattached, _drop_strays):
        cleared += step()
        if run:
            run.progress(cleared)
    return cleared


def _expire() -> int:
    """What was made for a while goes at once: a new one is made in a minute."""
    count = 0
    for file in StoredFile.objects.filter(expires_at__lt=timezone.now()).exclude(path="").iterator(BATCH):
        if file.removed_at is None:
            storing.remove(file, by=SWEEPER, reason="строк зберігання минув")
        _purge(file)
        count += 1
    return count


def _purge(file: StoredFile) -> None:
    storage.delete(file.path)
    if file.has_thumbnails:
        thumbnails.drop_thumbnails(file)
    file.path = ""
    file.save(update_fields=["path", "thumbed_at"])


def _purge_removed() -> int:
    before = timezone.now() - REMOVED_KEPT
    count = 0
    for file in StoredFile.objects.filter(removed_at__lt=before).exclude(path="").iterator(BATCH):
        _purge(file)
        count += 1
    return count


def _remove_unattached() -> int:
    """Uploaded into a form that was never sent."""
    before = timezone.now() - YOUNG
    lonely = StoredFile.objects.filter(removed_at=None, uploaded_at__lt=before, attachments=None, expires_at=None)
    count = 0
    for file in lonely.iterator(BATCH):
        if not is_used(file):
            storing.remove(file, by=SWEEPER, reason="не прикріплено до жодної картки")
            count += 1
    return count


def _drop_strays() -> int:
    before, count = timezone.now() - YOUNG, 0
    for names in batched(walk(storing.FOLDER), BATCH, strict=False):
        known = set(StoredFile.objects.filter(path__in=names).values_list("path", flat=True))
        count += _drop([name for name in names if name not in known], before)
    for names in batched(walk(thumbnails.FOLDER), BATCH, strict=False):
        owners = {name: _owner(name) for name in names}
        wanted = {owner for owner in owners.values() if owner}
        alive = set(StoredFile.objects.filter(pk__in=wanted, thumbed_at__isnull=False).values_list("pk", flat=True))
        count += _drop([name for name, owner in owners.items() if owner not in alive], before)
    return count


def _owner(name: str) -> UUID | None:
    try:
        return UUID(PurePosixPath(name).parent.name)
    except ValueError:
        return None


def _drop(names: list[str], before: object) -> int:
    count = 0
    for name in names:
        if storage.get_modified_time(name) < before:  # type: ignore[operator]
            storage.delete(name)
            log.info("stray_file_dropped", path=name)
            count += 1
    return count


def walk(folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        if name:
            yield f"{folder}/{name}"
    for name in folders:
        yield from walk(f"{folder}/{name}")
