"""ZIP and OLE containers: which document is inside, and whether unpacking it would flood a disk."""

from __future__ import annotations

import io
import re
import zipfile
from mmap import mmap

from django.utils.translation import gettext as _

from kernel.files import kinds
from kernel.files.errors import FileRefused
from kernel.files.kinds import Kind

Content = bytes | mmap

MOST_ENTRIES = 20_000
MOST_UNPACKED = 2 * 1024**3
# Deflate cannot do better than 1032 : 1; honest documents stay far below this.
MOST_RATIO = 150
RATIO_MATTERS_FROM = 20 * 1024**2
BY_MIMETYPE = {
    b"application/vnd.oasis.opendocument.text": kinds.ODT,
    b"application/vnd.oasis.opendocument.spreadsheet": kinds.ODS,
    b"application/vnd.etsi.asic-e+zip": kinds.ASICE,
}
BY_PART = {"word/document.xml": kinds.DOCX, "xl/workbook.xml": kinds.XLSX, "ppt/presentation.xml": kinds.PPTX}
END_OF_DIRECTORY = b"PK\x05\x06"
DIRECTORY_ENTRY = b"PK\x01\x02"
LONGEST_END = 22 + 0xFFFF
DIRECTORY_NAMES = {
    kinds.DOC: re.compile("WordDocument".encode("utf-16-le")),
    kinds.XLS: re.compile(b"(?<!\\w\\x00)(?:W\\x00o\\x00r\\x00k\\x00b|B)\\x00o\\x00o\\x00k\\x00"),
}


def hides_archive(content: Content) -> bool:
    """A picture or a document with an archive glued to its end is two files in one."""
    end = content.rfind(END_OF_DIRECTORY, max(0, len(content) - LONGEST_END))
    return end >= 0 and content.rfind(DIRECTORY_ENTRY, 0, end) >= 0


def kind_of_zip(content: Content, name: str) -> Kind:
    source = content if isinstance(content, mmap) else io.BytesIO(content)
    try:
        with zipfile.ZipFile(source) as archive:  # type: ignore[arg-type]
            entries = archive.infolist()
            _refuse_bombs(entries, len(content), name)
            _refuse_programs(entries, name)
            return _kind_inside(archive, {entry.filename for entry in entries})
    except (zipfile.BadZipFile, RuntimeError, OSError, EOFError, ValueError) as error:
        raise FileRefused(
            _(
                "Файл «%(name)s» пошкоджено: його вміст не читається. Відкрийте його в себе, збережіть заново й додайте ще раз."
            )
            % {"name": name},
            code="damaged",
        ) from error


def _refuse_bombs(entries: list[zipfile.ZipInfo], packed: int, name: str) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    swells = unpacked > RATIO_MATTERS_FROM and unpacked > packed * MOST_RATIO
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or swells:
        raise FileRefused(
            _(
                "Файл «%(name)s» розпаковується в надто великий обсяг. Розділіть його на кілька менших і додайте їх окремо."
            )
            % {"name": name},
            code="bomb",
        )
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise FileRefused(
            _("Файл «%(name)s» закрито паролем, тому його не можна перевірити. Зніміть пароль і додайте ще раз.")
            % {"name": name},
            code="encrypted",
        )


def _refuse_programs(entries: list[zipfile.ZipInfo], name: str) -> None:
    for entry in entries:
        inner = entry.filename.rpartition("/")[2]
        extension = inner.rpartition(".")[2].lower() if "." in inner else ""
        if extension in kinds.PROGRAMS:
            raise FileRefused(
                _("В архіві «%(name)s» є програма «%(inner)s». Вилучіть її з архіву й додайте файл ще раз.")
                % {"name": name, "inner": inner[:80]},
                code="program",
            )
        if inner.lower() == "vbaproject.bin":
            raise FileRefused(
                _("У документі «%(name)s» є макроси. Збережіть його без макросів (docx, xlsx, pptx) і додайте ще раз.")
                % {"name": name},
                code="macros",
            )


def _kind_inside(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    if "mimetype" in names:
        with archive.open("mimetype") as member:
            kind = BY_MIMETYPE.get(member.read(100).strip())
        if kind:
            return kind
    if "[Content_Types].xml" in names:
        for part, kind in BY_PART.items():
            if part in names:
                return kind
    return kinds.ZIP


def kind_of_ole(content: Content) -> Kind | None:
    """Old Word and Excel files tell themselves apart by the names of their streams."""
    for kind, pattern in DIRECTORY_NAMES.items():
        if pattern.search(content):
            return kind
    return None
