"""Reading what people bring: CSV, JSON and XLSX, told apart by their contents and refused with a reason."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from shared_apps.reference.errors import FileRefused

LARGEST_BYTES = 60 * 1024 * 1024

_ISO = re.compile(r"(?<!\d)(20\d\d)[-_.](0[1-9]|1[0-2])[-_.](0[1-9]|[12]\d|3[01])(?!\d)")
_UKRAINIAN = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])[-_.](0[1-9]|1[0-2])[-_.](20\d\d)(?!\d)")


@dataclass(frozen=True)
class SourceFile:
    name: str
    content: bytes
    modified_on: date | None = None

    @classmethod
    def read(cls, path: Path) -> SourceFile:
        try:
            if path.stat().st_size > LARGEST_BYTES:
                raise FileRefused(
                    _("Файл %(file)s завеликий для довідника. Перевірте, чи той це файл.") % {"file": path}
                )
            return cls(path.name, path.read_bytes())
        except OSError as error:
            raise FileRefused(
                _("Не вдалося прочитати файл %(file)s: %(error)s. Перевірте шлях і права на файл.")
                % {"file": path, "error": error.strerror}
            ) from error

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def is_xlsx(self) -> bool:
        return self.content.startswith(b"PK\x03\x04")

    @property
    def named_date(self) -> date | None:
        """A date in the name of the file: katottg-2025-05-16.csv, Kodyfikator_16.05.2025.xlsx."""
        if found := _ISO.search(self.name):
            year, month, day = found.groups()
        elif found := _UKRAINIAN.search(self.name):
            day, month, year = found.groups()
        else:
            return None
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            return None

    @property
    def saved_on(self) -> date | None:
        """When the spreadsheet was last saved, as it says itself."""
        if not self.is_xlsx:
            return None
        try:
            with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
                found = re.search(rb"<dcterms:modified[^>]*>(\d{4}-\d\d-\d\d)", archive.read("docProps/core.xml"))
            return date.fromisoformat(found[1].decode()) if found else None
        except (zipfile.BadZipFile, KeyError, ValueError):
            return None

    def text(self) -> str:
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data":
                raise FileRefused(
                    _("Файл %(file)s обірвано посеред літери. Завантажте його з джерела ще раз.") % {"file": self.name}
                ) from error
            raise FileRefused(
                _("Файл %(file)s — не текст у кодуванні UTF-8. Збережіть його як «CSV UTF-8» і спробуйте знову.")
                % {"file": self.name}
            ) from error

    def table(self) -> list[list[str]]:
        """Rows of a CSV or of the first sheet of an XLSX, cells as stripped text."""
        rows = self._sheet() if self.is_xlsx else self._csv()
        return [[_cell(value) for value in row] for row in rows]

    def json(self) -> Any:
        try:
            return json.loads(self.text())
        except json.JSONDecodeError as error:
            raise FileRefused(
                _(
                    "Файл %(file)s обірвано або це не JSON: рядок %(line)s, знак %(column)s. Завантажте його з джерела ще раз."
                )
                % {"file": self.name, "line": error.lineno, "column": error.colno}
            ) from error

    def _csv(self) -> list[list[str]]:
        text = self.text()
        head = text[:4096]
        if "\x00" in head or head.lstrip().lower().startswith(("<!doctype", "<html", "<?xml")):
            raise FileRefused(
                _("Файл %(file)s — не таблиця. Потрібен CSV (UTF-8) або XLSX з офіційного джерела.")
                % {"file": self.name}
            )
        delimiter = max(";,\t", key=head.split("\n", 1)[0].count)
        try:
            return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
        except csv.Error as error:
            raise FileRefused(
                _("Файл %(file)s обірвано або зіпсовано: %(error)s. Завантажте його з джерела ще раз.")
                % {"file": self.name, "error": error}
            ) from error

    def _sheet(self) -> list[tuple[Any, ...]]:
        try:
            book = load_workbook(io.BytesIO(self.content), read_only=True, data_only=True)
            try:
                return list(book.worksheets[0].iter_rows(values_only=True))
            finally:
                book.close()
        # openpyxl raises whatever its parsers meet in a damaged archive.
        except Exception as error:
            raise FileRefused(
                _("Файл %(file)s обірвано або це не книга Excel (XLSX). Завантажте його з джерела ще раз.")
                % {"file": self.name}
            ) from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()[:10]
    return str(value).strip()
