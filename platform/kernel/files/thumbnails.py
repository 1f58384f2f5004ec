"""Two small copies of a picture, without what the camera wrote: for lists, and for showing to strangers."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.utils import timezone

from kernel.files.kinds import PICTURES
from kernel.files.models import StoredFile
from kernel.files.pictures import THUMBNAILS, thumbnail
from kernel.tenancy.files import storage

FOLDER = "thumbs"
THUMBNAIL_TYPE = "image/webp"
FORMATS = {kind.media_type: format for kind, format in PICTURES.items()}


def thumbnail_path(file: StoredFile, size: str) -> str:
    return f"{FOLDER}/{file.pk}/{size}.webp"


def make_thumbnails(file: StoredFile) -> bool:
    """Once; a second call, or one after a broken first, ends with the same two files."""
    if file.has_thumbnails or not file.wants_thumbnails:
        return False
    with storage.open(file.path) as source:
        for size, side in THUMBNAILS.items():
            content = ContentFile(thumbnail(source, FORMATS[file.media_type], side))
            path = thumbnail_path(file, size)
            storage.delete(path)
            storage.save(path, content)
    file.thumbed_at = timezone.now()
    file.save(update_fields=["thumbed_at"])
    return True


def drop_thumbnails(file: StoredFile) -> None:
    for size in THUMBNAILS:
        storage.delete(thumbnail_path(file, size))
    file.thumbed_at = None
