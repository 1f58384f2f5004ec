"""What a file is by its bytes, and whether it is safe to unpack: asked before any parser sees it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _

from kernel.registers.importing.reading.problems import Unreadable

MOST_ENTRIES = 2_000
MOST_UNPACKED = 512 * 1024 * 1024
MOST_RATIO = 200
MOST_COLUMNS = 256
MOST_CELLS = 12_000_000
# A sheet whose XML is longer is not read whole for its first rows.
LONG = 4 << 20
_PIECE = 1 << 20
_OVERLAP = 4096
_ROW_ENDS = b"</row>"
_ROW = re.compile(rb"<row\b[^>]*?\br=\"(\d+)\"")
# A value in a column beyond IV, the 256th: a self-closed cell has only a style.
_FAR = re.compile(rb"<c r=\"(?:[A-Z]{3}|[J-Z][A-Z]|I[W-Z])\d+\"[^>]*[^/]><")
_UNCOUNTED = re.compile(rb"<c r=\"([A-Z]{1,3}\d+)\"[^>]*><f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_REPEATED = re.compile(rb"<table:table-(row|cell)\b[^>]*number-(?:rows|columns)-repeated=\"(\d+)\"[^>]*>")


@dataclass(slots=True)
class SheetFacts:
    """What a parser does not tell: how far real data goes, and formulas nobody ever counted."""

    last_row: int = 0
    uncounted: list[str] = field(default_factory=list)


def kind_of(stream: BinaryIO, name: str) -> str:
    """xlsx, xls, ods, geojson or plain, by content; the name is only asked where content says nothing."""
    stream.seek(0)
    head = stream.read(4096)
    stream.seek(0)
    if not head.strip(b"\x00 \r\n\t"):
        raise Unreadable(_("Файл порожній. Виберіть файл із рядком заголовків і даними під ним."))
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(stream)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        stream.seek(0)
        if "EncryptedPackage".encode("utf-16-le") in stream.read():
            raise Unreadable(_locked())
        return "xls"
    if head.startswith(
        (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"MZ", b"\x7fELF", b"\x1f\x8b")
    ):
        raise Unreadable(_wrong_kind(name))
    text = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if text[:1] == b"{":
        return "geojson"
    if text[:1] == b"<":
        raise Unreadable(
            _("Це сторінка або XML, хоч би як звався файл «%(name)s». Відкрийте його в Excel і збережіть як XLSX.")
            % {"name": name}
        )
    if (
        b"\x00" in head
        and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
        and head.count(b"\x00") > max(8, len(head) // 20)
    ):
        raise Unreadable(_wrong_kind(name))
    return "plain"


def _kind_of_archive(stream: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            refuse_bomb(entries)
            names = {entry.filename for entry in entries}
            if any(entry.flag_bits & 1 for entry in entries):
                raise Unreadable(_locked())
            if "xl/workbook.xml" in names:
                return "xlsx"
            if "xl/workbook.bin" in names:
                return "xlsb"
            if "content.xml" in names:
                if b"encryption-data" in _member(archive, "META-INF/manifest.xml"):
                    raise Unreadable(_locked())
                _refuse_repeats(archive)
                return "ods"
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError):
        raise Unreadable(
            _("Файл пошкоджено або завантажено не до кінця. Відкрийте його, збережіть ще раз і завантажте знову.")
        ) from None
    raise Unreadable(_("Це архів, а не таблиця. Розпакуйте його й завантажте файл із таблицею."))


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as member:
            return member.read(1 << 20)
    except KeyError:
        return b""


def refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if (
        len(entries) > MOST_ENTRIES
        or unpacked > MOST_UNPACKED
        or (unpacked > 10 << 20 and unpacked / packed > MOST_RATIO)
    ):
        raise Unreadable(
            _(
                "Файл розпаковується у %(size)d МБ: так не буває зі звичайною таблицею. Видаліть порожні рядки й картинки "
                "або збережіть потрібний аркуш як CSV."
            )
            % {"size": unpacked >> 20}
        )


def _refuse_repeats(archive: zipfile.ZipFile) -> None:
    """An OpenDocument says «this cell a million times» in a few bytes; empty ones do no harm."""
    with archive.open("content.xml") as member:
        rest = b""
        while piece := member.read(_PIECE):
            text = rest + piece
            for found in _REPEATED.finditer(text):
                many, whole = int(found[2]), found[0]
                if found[1] == b"cell" and many > MOST_COLUMNS and b"value-type" in whole:
                    raise Unreadable(_too_wide())
                if found[1] == b"row" and many > 1000:
                    end = text.find(b"</table:table-row>", found.end())
                    if not whole.endswith(b"/>") and b"value-type" in text[found.end() : end if end > 0 else None]:
                        raise Unreadable(_too_far(many))
            rest = text[-_OVERLAP:]


def survey(stream: BinaryIO, position: int) -> SheetFacts:
    """One pass over the XML of a sheet: a value at XFD1048576 makes a parser reserve memory for everything before it."""
    facts = SheetFacts()
    with zipfile.ZipFile(stream) as archive:
        name = _sheet_path(archive, position)
        if name is None:
            return facts
        unpacked, rest, row = 0, b"", 0
        with archive.open(name) as member:
            while piece := member.read(_PIECE):
                # Sizes in the directory of an archive are only promises.
                unpacked += len(piece)
                if unpacked > MOST_UNPACKED:
                    raise Unreadable(_too_far(row))
                text = rest + piece
                if _FAR.search(text):
                    raise Unreadable(_too_wide())
                value = max(text.rfind(b"</v>"), text.rfind(b"</is>"))
                numbers = [int(found[1]) for found in _ROW.finditer(text, 0, value if value > 0 else 0)]
                if value > 0:
                    facts.last_row = max(facts.last_row, numbers[-1] if numbers else row)
                later = _ROW.findall(text[-_OVERLAP * 4 :])
                row = int(later[-1]) if later else (numbers[-1] if numbers else row)
                if b"<f" in text and len(facts.uncounted) < 1000:
                    facts.uncounted += [found[1].decode() for found in _UNCOUNTED.finditer(text)]
                rest = text[-_OVERLAP:]
    facts.uncounted = list(dict.fromkeys(facts.uncounted))
    return facts


def beginning_of(stream: BinaryIO, position: int) -> BinaryIO | None:
    """A long workbook cut after the first rows of its sheet: nobody who matches columns waits for the rest to be read."""
    with zipfile.ZipFile(stream) as archive:
        path = _sheet_path(archive, position)
        if path is None or archive.getinfo(path).file_size < LONG:
            return None
        with archive.open(path) as member:
            text = member.read(_PIECE)
        end = text.rfind(_ROW_ENDS)
        if end < 0:
            return None
        short = io.BytesIO()
        with zipfile.ZipFile(short, "w") as copy:
            copy.writestr(path, text[:end] + _ROW_ENDS + b"</sheetData></worksheet>")
            for entry in archive.infolist():
                if entry.filename.endswith((".xml", ".rels")) and not entry.filename.startswith("xl/worksheets/"):
                    copy.writestr(entry.filename, archive.read(entry))
    short.seek(0)
    return short


def _sheet_path(archive: zipfile.ZipFile, position: int) -> str | None:
    """Which member holds the sheet of this position in the workbook."""
    links = dict(
        (found[1], found[0]) if found[0] else (found[3], found[2])
        for found in re.findall(
            r"<(?:\w+:)?Relationship\b(?=[^>]*\bTarget=\"([^\"]+)\")(?=[^>]*\bId=\"([^\"]+)\")()()",
            _member(archive, "xl/_rels/workbook.xml.rels").decode("utf-8", "replace"),
        )
    )
    sheets = re.findall(
        r"<(?:\w+:)?sheet\b[^>]*?\br:id=\"([^\"]+)\"", _member(archive, "xl/workbook.xml").decode("utf-8", "replace")
    )
    if position >= len(sheets) or sheets[position] not in links:
        return None
    target = links[sheets[position]].lstrip("/")
    path = target if target.startswith("xl/") else f"xl/{target}"
    return path if path in archive.namelist() else None


def refuse_area(rows: int, columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise Unreadable(_too_wide())
    if rows * max(1, columns) > MOST_CELLS:
        raise Unreadable(_too_far(rows))


def _too_wide() -> str:
    return _("У таблиці понад %(count)d стовпців. Залиште потрібні, решту видаліть і збережіть файл.") % {
        "count": MOST_COLUMNS
    }


def _too_far(rows: int) -> str:
    return _(
        "Дані в аркуші тягнуться аж до рядка %(row)d, а між ними порожньо. Видаліть порожні рядки або перенесіть дані "
        "на чистий аркуш і збережіть файл."
    ) % {"row": rows}


def _locked() -> str:
    return _("Файл захищено паролем. Відкрийте його, зніміть пароль («Файл» → «Захист») і завантажте ще раз.")


def _wrong_kind(name: str) -> str:
    return _("«%(name)s» — не таблиця. Завантажте XLSX, XLS, ODS, CSV або GeoJSON.") % {"name": name}
