"""What the part of a card's page with files shows: `{% load files %}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.template import Context

from kernel.files import links
from kernel.files.attaching import attached_to
from kernel.files.models import Attachment, StoredFile

register = template.Library()


@dataclass(frozen=True, slots=True)
class Shown:
    """An attachment with the addresses made for the person who looks."""

    attachment: Attachment
    url: str
    small: str
    large: str

    @property
    def file(self) -> StoredFile:
        return self.attachment.file


@register.simple_tag(takes_context=True)
def attachments_at(context: Context, table: str, row_id: Any) -> list[Shown]:
    person = context["request"].user
    return [_shown(attachment, person) for attachment in attached_to(table, str(row_id))]


@register.simple_tag
def pictured_in(shown: list[Shown]) -> list[Shown]:
    return [one for one in shown if one.small]


def _shown(attachment: Attachment, person: Any) -> Shown:
    file = attachment.file
    pictured = file.is_open and file.has_thumbnails
    return Shown(
        attachment,
        links.file_url(file, person) if file.is_open else "",
        links.file_url(file, person, thumbnail="small") if pictured else "",
        links.file_url(file, person, thumbnail="large") if pictured else "",
    )


@register.simple_tag(takes_context=True)
def file_url(context: Context, file: StoredFile) -> str:
    return links.file_url(file, context["request"].user) if file.is_open else ""


@register.simple_tag
def file_limit_mb() -> int:
    return int(settings.FILE_LIMIT_MB)
