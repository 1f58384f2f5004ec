"""CSV and TSV as people save them: the encoding and the separator are found by what they make of the text."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from kernel.registers.exporting.neutral import restored
from kernel.registers.importing.reading.problems import Unreadable

SEPARATORS = ";\t,|"
MOST_COLUMNS = 256
_SAMPLE = 64 * 1024
# Letters that make up most of any Ukrainian text; CP1251 read as something else has few of them.
_FREQUENT = frozenset("оаниіетврслкдпмузябьгчйхцОАНІВСКДПМ")
csv.field_size_limit(10_000_000)


def decode(content: bytes) -> tuple[str, str]:
    """(text, encoding)"""
    if content.startswith(b"\xef\xbb\xbf"):
        return _strict(content[3:], "utf-8"), "utf-8-sig"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strict(content, "utf-16"), "utf-16"
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as broken:
        mostly = broken.start
    found = max(("cp1251", "koi8-u", "cp866"), key=lambda name: _likeness(content[:_SAMPLE], name))
    if _likeness(content[:_SAMPLE], found) < 0.5:
        line = content[:mostly].count(b"\n") + 1
        raise Unreadable(
            _(
                "Не вдалося впізнати кодування файлу (рядок %(line)d). Збережіть його як «CSV UTF-8» або XLSX "
                "і завантажте ще раз."
            )
            % {"line": line}
        )
    return content.decode(found, "replace"), found


def _likeness(sample: bytes, encoding: str) -> float:
    """The share of frequent Ukrainian letters among everything that is not ASCII."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        text = sample.decode(encoding, "replace")
    foreign = [letter for letter in text if ord(letter) > 127]
    return sum(letter in _FREQUENT for letter in foreign) / len(foreign) if foreign else 0.0


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as broken:
        line = content[: broken.start].count(b"\n") + 1
        raise Unreadable(
            _("Файл пошкоджено: у рядку %(line)d є байти не з його кодування. Збережіть його заново як «CSV UTF-8».")
            % {"line": line}
        ) from None


def separator_of(text: str) -> str:
    """The one that cuts the first lines into the same number of pieces, and into most of them."""
    lines = [line for line in text[:_SAMPLE].splitlines()[:30] if line.strip()]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == 5:
        return lines[0][4]

    def fit(separator: str) -> tuple[bool, float, int]:
        counts = [len(next(csv.reader([line], delimiter=separator), [])) for line in lines[:-1] or lines]
        usual = counts[0] if counts else 1
        return usual > 1, sum(count == usual for count in counts) / max(1, len(counts)), usual

    return max(SEPARATORS, key=fit)


def rows_of(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """(the line of the file where the row begins, cells)"""
    reader = csv.reader(_lines(text), delimiter=separator, strict=True)
    began = 1
    guarded = re.search(rf"(?:^|[\r\n\"{re.escape(separator)}])'", text) is not None
    try:
        for row in reader:
            if not (began == 1 and len(row) == 1 and row[0].lower().startswith("sep=")):
                # What our own exports made harmless comes back as it was.
                yield began, [restored(cell) if cell[:1] == "'" else cell for cell in row] if guarded else row
            began = reader.line_num + 1
    except csv.Error as broken:
        reason = _("лапки відкрито й не закрито") if "unexpected end" in str(broken) else _("лапки посеред клітинки")
        raise Unreadable(
            _(
                "Рядок %(line)d файлу зламаний: %(reason)s. Виправте лапки в цьому рядку або збережіть файл як XLSX "
                "і завантажте ще раз."
            )
            % {"line": began, "reason": reason}
        ) from None


def _lines(text: str) -> Iterator[str]:
    """As `splitlines(keepends=True)`, but only at real ends of lines, and without a list of all of them."""
    position, end = 0, len(text)
    if "\n" not in text and "\r" in text:
        text = text.replace("\r", "\n")
    while position < end:
        following = text.find("\n", position) + 1 or end
        yield text[position:following]
        position = following
