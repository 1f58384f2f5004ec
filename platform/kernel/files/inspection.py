"""What a file really is. A file that is two things at once, or not what it is called, is not taken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import IO, NoReturn

from django.utils.translation import gettext as _

from kernel.files import kinds, pdfs, pictures
from kernel.files.archives import Content, hides_archive, kind_of_ole, kind_of_zip
from kernel.files.errors import FileRefused
from kernel.files.kinds import Kind
from kernel.files.names import extension_of

HEAD = 1024
MARKUP = re.compile(rb"<\s*(script|html|svg|iframe|object|embed|body|\?php)\b|<!doctype\s+html|<\?php", re.IGNORECASE)
# Anywhere in a picture these letters are no accident.
MARKUP_INSIDE = re.compile(rb"<script[\s>]|<\?php|<html[\s>]|<iframe[\s>]|<!doctype\s+html", re.IGNORECASE)
ACTIVE_XML = re.compile(
    rb"<\s*([\w.-]+:)?(script|svg|html|iframe|object|embed)[\s>/]|<!doctype|<!entity|<\?xml-stylesheet|"
    rb"http://www\.w3\.org/(1999/xhtml|2000/svg|1999/XSL)|javascript:|\son\w+\s*=\s*[\"']",
    re.IGNORECASE,
)
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
WIDE = (b"\xff\xfe", b"\xfe\xff")
TEXT_SAMPLE = 1024 * 1024
# Kinds that have no honest reason to end with an archive; containers do.
SINGLE = frozenset({*kinds.PICTURES, kinds.PDF, kinds.HEIC, kinds.MP3, kinds.MP4, kinds.TEXT, kinds.XML})


@dataclass(frozen=True, slots=True)
class Found:
    kind: Kind
    facts: pictures.Facts | None = None


def inspect(content: Content, source: IO[bytes], name: str, zone: str) -> Found:
    """`content` is the file as bytes or mapped from the disk, `source` the same file to be read."""
    _refuse_by_name(name)
    head = bytes(content[:HEAD])
    if head.startswith(kinds.PROGRAM_HEADS):
        _refuse_program(name)
    kind = _kind_of(content, head, name)
    _agree_with_name(kind, name)
    if kind is kinds.PDF:
        _look_into_pdf(content, head, name)
    if kind in SINGLE:
        _refuse_double(hides_archive(content), name)
    facts = None
    if kind in kinds.PICTURES:
        _refuse_double(bool(MARKUP_INSIDE.search(content)) or bool(MARKUP.search(head)), name)
        facts = pictures.look_into(source, kind, name, zone)
    elif kind in (kinds.HEIC, kinds.MP3, kinds.MP4):
        _refuse_double(bool(MARKUP.search(head)), name)
    return Found(kind, facts)


def _refuse_by_name(name: str) -> None:
    extension = extension_of(name)
    if extension in kinds.PROGRAMS:
        _refuse_program(name)
    if extension in kinds.MARKUP:
        _refuse_markup(name)


def _kind_of(content: Content, head: bytes, name: str) -> Kind:
    kind = kinds.kind_by_head(head)
    if kind is None and head.startswith(kinds.ZIP_HEADS):
        kind = kind_of_zip(content, name)
    if kind is None and head.startswith(kinds.OLE):
        kind = kind_of_ole(content)
    if kind is None:
        kind = _kind_of_text(content, head, name)
    if kind is None:
        raise FileRefused(
            _(
                "Файл «%(name)s» невідомого виду. Збережіть його як PDF, зображення, документ чи таблицю "
                "або покладіть в архів ZIP і додайте ще раз."
            )
            % {"name": name},
            code="unknown",
        )
    return kind


def _kind_of_text(content: Content, head: bytes, name: str) -> Kind | None:
    if head.startswith(WIDE):
        encoding = "utf-16-le" if head.startswith(b"\xff\xfe") else "utf-16-be"
        # An even number of bytes, or the last letter would be cut.
        sample = bytes(content[2 : 2 + TEXT_SAMPLE]).decode(encoding, "replace").encode()
    else:
        sample = bytes(content[:TEXT_SAMPLE]).removeprefix(b"\xef\xbb\xbf")
    if CONTROLS.search(sample) or CONTROLS.search(content if not head.startswith(WIDE) else b""):
        return None
    beginning = sample[: HEAD * 4].lstrip()
    if beginning.startswith(b"<"):
        if ACTIVE_XML.search(sample if len(content) <= TEXT_SAMPLE else content):
            _refuse_markup(name)
        return kinds.XML if beginning.startswith(b"<?xml") or extension_of(name) in kinds.XML.extensions else None
    if MARKUP.search(beginning):
        _refuse_markup(name)
    if b"-----BEGIN PKCS7-----" in beginning or b"-----BEGIN CMS-----" in beginning:
        return kinds.P7S
    return kinds.TEXT


def _agree_with_name(kind: Kind, name: str) -> None:
    extension = extension_of(name)
    if not extension or extension in kind.extensions:
        return
    raise FileRefused(
        _(
            "Файл «%(name)s» насправді — %(kind)s. Збережіть його з правильним закінченням (.%(extension)s) і додайте ще раз."
        )
        % {"name": name, "kind": kind.title, "extension": kind.extensions[0]},
        code="mismatch",
    )


def _look_into_pdf(content: Content, head: bytes, name: str) -> None:
    _refuse_double(bool(MARKUP.search(head)), name)
    if pdfs.is_active(content):
        raise FileRefused(
            _(
                "У документі «%(name)s» є вбудована програма. Надрукуйте його в новий PDF («Друк» → «Зберегти як PDF») і додайте той."
            )
            % {"name": name},
            code="active",
        )


def _refuse_double(found: bool, name: str) -> None:
    if found:
        raise FileRefused(
            _("У файлі «%(name)s» сховано ще один файл. Відкрийте його в себе, збережіть заново й додайте ще раз.")
            % {"name": name},
            code="polyglot",
        )


def _refuse_program(name: str) -> NoReturn:
    raise FileRefused(
        _("«%(name)s» — програма; програм тут не зберігають. Додайте сам документ або зображення.") % {"name": name},
        code="program",
    )


def _refuse_markup(name: str) -> NoReturn:
    raise FileRefused(
        _(
            "Файл «%(name)s» може виконуватися в браузері. Збережіть малюнок як PNG, а сторінку — як PDF, і додайте ще раз."
        )
        % {"name": name},
        code="markup",
    )
