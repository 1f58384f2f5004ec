"""A file as a field of a register: `act = CardFileField(_("акт"), null=True, blank=True)`.

The upload is stored when the form is read, so a form that comes back with another mistake still has it; what never
reaches a card is cleared away within a day.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel.access.models import User
from kernel.files.links import file_url
from kernel.files.models import StoredFile
from kernel.files.storing import store
from kernel.operations import Denied
from kernel.tenancy.actor import actor_or_none

KEPT_SALT = "kernel.files.kept"
# A form named a file that is not there any more: not the same as «no file».
LOST = "lost"
LARGEST_PREVIEW = 2 * 1024 * 1024


class CardFileField(models.ForeignKey):  # type: ignore[misc]
    """A file stays as long as a card points at it."""

    def __init__(self, verbose_name: Any = None, **options: Any) -> None:
        options |= {"to": "files.StoredFile", "on_delete": models.PROTECT}
        options.setdefault("related_name", "+")
        super().__init__(verbose_name=verbose_name, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        for given in ("to", "on_delete", "related_name"):
            options.pop(given, None)
        return name, path, args, options

    def formfield(self, **options: Any) -> Any:
        wanted: dict[str, Any] = {
            "required": not self.blank,
            "label": self.verbose_name,
            "help_text": self.help_text,
        }
        wanted |= {
            name: value for name, value in options.items() if name in ("required", "label", "help_text", "initial")
        }
        return CardFileFormField(**wanted)


class CardFileInput(forms.FileInput):
    """The file chosen now, else the one kept from the last try, else the one the card has."""

    template_name = "files/card_file_input.html"
    # Whose links to the stored file are shown; without a person the file is only named.
    person: User | None = None

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        file = _stored(value)
        context["widget"] |= {
            "stored": file,
            "kept_name": f"{name}-kept",
            "kept": keep_token(file) if file else "",
            "clear_name": f"{name}-clear",
            "required": self.is_required,
            **self._links(file),
        }
        if file:
            context["widget"]["attrs"].pop("required", None)
        return context

    def _links(self, file: StoredFile | None) -> dict[str, str]:
        """Where the file opens, and a picture of it: its thumbnail, or a small picture itself until that is made."""
        if file is None or self.person is None or not file.is_open:
            return {}
        opened = file_url(file, self.person)
        if file.has_thumbnails:
            return {"url": opened, "picture": file_url(file, self.person, thumbnail="small")}
        shown = file.wants_thumbnails and file.shown_by_browsers and file.size <= LARGEST_PREVIEW
        return {"url": opened, "picture": opened if shown else ""}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        upload = files.get(name)
        if upload:
            return upload
        if data.get(f"{name}-clear") and not self.is_required:
            return None
        token = data.get(f"{name}-kept", "")
        return (_kept(token) or LOST) if token else None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}-kept" not in data and f"{name}-clear" not in data

    def use_required_attribute(self, initial: Any) -> bool:
        return super().use_required_attribute(initial) and not initial


class CardFileFormField(forms.Field):
    widget = CardFileInput
    default_error_messages = {
        "required": _("Виберіть файл і надішліть ще раз."),
        "lost": _("Цього файлу вже немає. Виберіть його на пристрої ще раз."),
    }

    def __init__(self, *args: Any, person: User | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.widget.person = person

    def clean(self, value: Any) -> StoredFile | None:
        if isinstance(value, UploadedFile):
            if _stored(value) is None:
                # Remembered by the upload itself: the page that comes back with another mistake shows it.
                value.stored_file = store(value, by=_who()).file  # type: ignore[attr-defined]
            return _stored(value)
        if value == LOST:
            raise ValidationError(self.error_messages["lost"], code="lost")
        if value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return _stored(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data if data is not None else initial

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = _stored(initial)
        return before != (data if isinstance(data, UploadedFile) or data == LOST else _stored(data))


def _who() -> User:
    """Forms do not carry the person; the request does."""
    actor = actor_or_none()
    person = User.objects.filter(pk=actor.id).first() if actor and actor.kind == "user" else None
    if person is None:
        raise Denied(_("Додати файл може лише людина, що увійшла. Увійдіть і надішліть форму ще раз."))
    return person


def _stored(value: Any) -> StoredFile | None:
    if isinstance(value, StoredFile) or value in (None, "", LOST):
        return value if isinstance(value, StoredFile) else None
    if isinstance(value, UploadedFile):
        return getattr(value, "stored_file", None)
    if isinstance(value, UUID | str):
        try:
            return StoredFile.objects.filter(pk=value, removed_at=None).first()
        except (ValidationError, ValueError):
            return None
    return None


def keep_token(file: StoredFile) -> str:
    return signing.dumps(file.pk.hex, salt=KEPT_SALT)


def _kept(token: str) -> StoredFile | None:
    """Signed, or anybody could put another card's file into his own by its key."""
    try:
        return _stored(UUID(signing.loads(token, salt=KEPT_SALT)))
    except (signing.BadSignature, ValueError, TypeError):
        return None
