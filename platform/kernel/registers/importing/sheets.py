"""Files given out: lines with their errors, to be mended and loaded again, and an empty table to begin from."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from kernel.registers.exporting.neutral import neutral
from kernel.registers.facets import Facet
from kernel.registers.importing.checking.words import BY_NUMBER, naming_columns
from kernel.registers.importing.mapping import fields_for
from kernel.registers.importing.models import ImportLine, ImportRun
from kernel.registers.register import Register

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_VALUES = 1000


def errors_file(run: ImportRun, register: Register) -> bytes:
    """Lines that were not taken, as they are now, with a column that says why."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Помилки"))
    sheet.freeze_panes = "A2"
    bad = PatternFill("solid", fgColor="FDE2DF")
    sheet.append([_bold(sheet, head) for head in [*run.header, _("Що не так"), _("Рядок файлу")]])
    lines = ImportLine.objects.filter(run_id=run.pk, verdict=ImportLine.Verdict.ERROR).order_by("number")
    labels = {name: facet.label for name, facet in register.facets.items()}
    for line in lines.iterator(chunk_size=2000):
        errors = line.errors or []
        places = {run.chosen.get(fault["field"]) for fault in errors}
        cells: list[Any] = []
        for place, text in enumerate(line.cells):
            cell = WriteOnlyCell(sheet, neutral(text))
            if place in places:
                cell.fill = bad
            cells.append(cell)
        cells += [neutral("; ".join(_told(fault, labels) for fault in errors)), line.number]
        sheet.append(cells)
    return _bytes(book)


def _told(fault: dict[str, Any], labels: dict[str, str]) -> str:
    label = labels.get(fault["field"], "")
    advice = BY_NUMBER.sub("", fault["advice"]).strip() if not fault["advice"].startswith("@") else ""
    offered = _("Порада: %(advice)s.") % {"advice": advice} if advice else ""
    return " ".join(part for part in (f"{label}:" if label else "", fault["message"], offered) if part)


def template_file(register: Register, user: Any) -> bytes:
    """Heads that are recognised by themselves, a line of example, and a sheet of allowed values."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(register.name[:31].translate(str.maketrans("[]:*?/\\", "       ")))
    sheet.freeze_panes = "A2"
    facets = fields_for(register, user)
    for place in range(1, len(facets) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 22
    sheet.append([_bold(sheet, f"{facet.label}*" if facet.required else facet.label) for facet in facets.values()])
    sheet.append([_example(facet) for facet in facets.values()])
    allowed = {facet.label: list(_allowed(facet, user)) for facet in facets.values()}
    allowed = {label: values for label, values in allowed.items() if values}
    if allowed:
        values = book.create_sheet(_("Дозволені значення"))
        values.append([_bold(values, label) for label in allowed])
        for number in range(max(map(len, allowed.values()))):
            values.append([neutral(column[number]) if number < len(column) else "" for column in allowed.values()])
    return _bytes(book)


def _allowed(facet: Facet, user: Any) -> Iterator[str]:
    if facet.choices:
        yield from facet.choices.values()
    elif facet.kind == "boolean":
        yield from (_("так"), _("ні"))
    elif facet.kind == "reference" and facet.reference is not None:
        names = naming_columns(facet.reference)
        if names:
            name = facet.reference.label_field if facet.reference.label_field in names else names[-1]
            yield from facet.reference.rows(user).order_by(name).values_list(name, flat=True)[:MOST_VALUES]


def _example(facet: Facet) -> str:
    if facet.choices:
        return next(iter(facet.choices.values()))
    return {
        "integer": "12",
        "decimal": "12,5",
        "money": "152,92",
        "date": f"{date(2026, 12, 31):%d.%m.%Y}",
        "moment": "31.12.2026 14:30",
        "boolean": _("так"),
        "point": "49.5883, 34.5514",
        "email": "pryklad@hromada.gov.ua",
        "phone": "067 123-45-67",
    }.get(facet.kind, "")


def _bold(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, neutral(text))
    cell.font = Font(bold=True)
    return cell


def _bytes(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
