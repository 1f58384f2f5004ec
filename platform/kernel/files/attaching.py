"""Files at cards. Whether a person may touch the card is asked before: by the page, the API, the operation."""

from __future__ import annotations

from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Max, Model, QuerySet
from django.utils.translation import gettext as _

from kernel.access.models import User
from kernel.files.errors import FileRefused
from kernel.files.models import Attachment, StoredFile
from kernel.files.storing import Stored, nothing_left, remove, store
from kernel.operations import Who, operation
from kernel.tenancy.locks import hold_lock

LONGEST_TITLE = 200
LONGEST_SECTION = 80


def place_of(card: Model) -> dict[str, str]:
    return {"table": card._meta.db_table, "row_id": str(card.pk)}


def attachments_of(card: Model) -> QuerySet[Attachment]:
    return attached_to(**place_of(card))


def attached_to(table: str, row_id: str) -> QuerySet[Attachment]:
    found = Attachment.objects.filter(table=table, row_id=row_id, file__removed_at__isnull=True)
    return found.select_related("file", "attached_by")


@operation("files", None)
def attach(card: Model, file: StoredFile, *, by: Who, section: str = "", title: str = "") -> Attachment:
    """Once: the same file at the same card is the attachment it already is."""
    _refuse_long(section, title)
    place = place_of(card)
    hold_lock("files.attach:{table}:{row_id}".format(**place))
    last = Attachment.objects.filter(**place).aggregate(last=Max("order"))["last"] or 0
    made, _new = Attachment.objects.get_or_create(
        **place,
        file=file,
        defaults={
            "section": section,
            "title": title,
            "order": last + 1,
            "attached_by": by if isinstance(by, User) else None,
        },
    )
    return made


@operation("files", None)
def attach_upload(
    card: Model, upload: File[Any], *, by: Who, section: str = "", title: str = ""
) -> tuple[Attachment, Stored, bool]:
    """Store and attach in one step. The same content sent again (a double click) makes nothing new."""
    _refuse_long(section, title)
    place = place_of(card)
    hold_lock("files.attach:{table}:{row_id}".format(**place))
    stored = store(upload, by=by)
    again = (
        attached_to(**place)
        .filter(file__sha256=stored.file.sha256, file__name=stored.file.name, section=section)
        .exclude(file=stored.file)
        .first()
    )
    with transaction.atomic(), nothing_left(stored.file.path, stored.file.name):
        if again is None:
            return attach(card, stored.file, by=by, section=section, title=title), stored, True
    _take_back(stored.file)
    return again, Stored(again.file, stored.warning), False


def _take_back(file: StoredFile) -> None:
    """A second copy of what is already at the card: its row and content go as if it never came."""
    from kernel.tenancy.files import storage

    path = file.path
    file.delete()
    transaction.on_commit(lambda: storage.delete(path))


@operation("files", None)
def detach(attachment: Attachment, *, by: Who, reason: str) -> None:
    """From the card; a file that nothing else points at is removed with it."""
    file = attachment.file
    attachment.delete()
    if not is_used(file):
        remove(file, by=by, reason=reason)


def is_used(file: StoredFile) -> bool:
    """By an attachment or by a field of any register."""
    for relation in StoredFile._meta.related_objects:
        if relation.related_model._default_manager.filter(**{relation.field.name: file}).exists():
            return True
    return False


def _refuse_long(section: str, title: str) -> None:
    if len(title) > LONGEST_TITLE or len(section) > LONGEST_SECTION:
        raise FileRefused(
            _("Підпис задовгий: скоротіть його до %(limit)s знаків і надішліть ще раз.") % {"limit": LONGEST_TITLE},
            code="too_long",
        )
