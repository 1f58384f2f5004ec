"""A report as a file: Excel, CSV, PDF; a long one is written in the background by the keeping of exports."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require
from kernel.files.made import keep_made
from kernel.jobs.models import Job
from kernel.jobs.queue import enqueue
from kernel.jobs.registry import JobRun, job
from kernel.operations import Denied
from kernel.registers.exporting.keeping import KEPT_FOR, SPOOLED
from kernel.registers.exporting.lists import signed
from kernel.registers.exporting.neutral import neutral
from kernel.registers.exporting.typesetting import typeset
from kernel.registers.registry import register_named
from kernel.reports.computing import MOST_IN_FILE
from kernel.reports.layout import Layout
from kernel.reports.ready import report_named
from kernel.reports.tables import Table

JOB = "reports.file"
PAPERS = Path(__file__).parent / "papers"
AT_ONCE = 5_000
PDF_LINES = 4_000
XLSX_LINES = 1_000_000
XLSX_CELL = 32_767
BOLD, SMALL = Font(bold=True), Font(size=9, color="666666")


@dataclass(frozen=True, slots=True)
class Kind:
    code: str
    title: str
    media_type: str
    most: int
    write: Callable[[Table, BinaryIO], None]


def told_of(table: Table) -> list[str]:
    """The block under the title: conditions with their span."""
    layout = table.layout
    lines = [f"{chip.label}: {chip.value}" for chip in layout.listing.chips]
    if layout.listing.text:
        lines.insert(0, _("Пошук: «%(text)s»") % {"text": layout.listing.text})
    return lines or [_("Без умов: усі картки, які вам видно.")]


# -- XLSX -----------------------------------------------------------------------------------------------


def _xlsx(table: Table, file: BinaryIO) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Звіт"))
    heads = table.heads
    for place, head in enumerate(heads):
        sheet.column_dimensions[_letter(place)].width = 16 if head.figure else 32
    signs = signed(table.layout.user)
    above = [(signs["community"], SMALL), (table.layout.title, Font(bold=True, size=14))]
    above += [(line, None) for line in (*told_of(table), *table.layout.mistakes)] + [(signs["made"], SMALL), ("", None)]
    for text, font in above:
        sheet.append([_text(sheet, text, font)])
    sheet.freeze_panes = f"A{len(above) + 2}"
    row = [_text(sheet, head.text, BOLD) for head in heads]
    for cell in row:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.append(row)
    for line in table.whole():
        bold = BOLD if line.kind == "total" or (table.is_list and line.kind == "group") else None
        cells = []
        for place, one in enumerate(line.cells):
            head = heads[place] if place < len(heads) else heads[-1]
            if one.value is None or isinstance(one.value, str | bool):
                text = one.text if one.value is None and not one.figure else str(one.value or "")
                # The names of outer groups again, so that the sheet can be filtered and pivoted.
                text = text or (line.path[place] if not one.figure and place < len(line.path) else "")
                cells.append(_text(sheet, text, bold))
                continue
            cell = WriteOnlyCell(sheet, value=one.value)
            cell.number_format = _format(one.value, head.decimals)
            if bold:
                cell.font = bold
            cells.append(cell)
        sheet.append(cells)
    book.save(file)


def _text(sheet: Any, text: str, font: Font | None) -> Any:
    """A text is a text, whatever it begins with."""
    cell = WriteOnlyCell(sheet, value="")
    cell.value = "".join(sign for sign in text if sign.isprintable() or sign == "\n")[:XLSX_CELL]
    cell.data_type = "s"
    if font:
        cell.font = font
    return cell


def _format(value: Any, decimals: int) -> str:
    if isinstance(value, datetime):
        return "dd.mm.yyyy hh:mm"
    if isinstance(value, date):
        return "dd.mm.yyyy"
    return "#,##0" + (f".{'0' * decimals}" if decimals else "")


def _letter(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# -- CSV ------------------------------------------------------------------------------------------------


def _csv(table: Table, file: BinaryIO) -> None:
    """Only the table: other programs read it. Lines of groups keep the names of the groups above them."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutral(head.text) for head in table.heads])
    for line in table.whole():
        row = []
        for place, one in enumerate(line.cells):
            if isinstance(one.value, Decimal | int) and not isinstance(one.value, bool):
                row.append(format(Decimal(one.value), "f").replace(".", ","))
                continue
            shown = "" if one.figure and one.value is None else one.text
            row.append(neutral(shown or (line.path[place] if place < len(line.path) else "")))
        writer.writerow(row)
    text.detach()


# -- PDF ------------------------------------------------------------------------------------------------


def _pdf(table: Table, file: BinaryIO) -> None:
    heads = table.heads
    lines = list(table.whole())
    content = {
        **signed(table.layout.user),
        "title": table.layout.title,
        "conditions": [*told_of(table), *table.layout.mistakes],
        "wide": len(heads) > 5,
        "heads": [head.text for head in heads],
        "figures": [head.figure for head in heads],
        "list": table.is_list,
        "rows": [
            {"kind": one.kind, "level": one.level, "cells": [cell.text.replace("\x00", "") for cell in one.cells]}
            for one in lines
        ],
        "nothing": "" if table.lines else _("За цими умовами нічого немає."),
    }
    file.write(typeset("report", content, folder=PAPERS))


KINDS = {
    one.code: one
    for one in (
        Kind(
            "xlsx", "Excel (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            XLSX_LINES, _xlsx,
        ),
        Kind("csv", "CSV", "text/csv; charset=utf-8", XLSX_LINES, _csv),
        Kind("pdf", "PDF", "application/pdf", PDF_LINES, _pdf),
    )
}  # fmt: skip


def written(layout: Layout, kind: Kind) -> Any:
    table = Table(layout, most=MOST_IN_FILE, cards=kind.most)
    if table.is_list and (count := layout.listing.rows.order_by()[: kind.most + 1].count()) > kind.most:
        raise Denied(
            _("У %(format)s вміщується не більше %(most)s рядків, а тут %(count)s. Звузьте умови або візьміть Excel.")
            % {"format": kind.title, "most": kind.most, "count": f"{count - 1}+"}
        )
    if kind.code == "pdf" and not table.is_list and len(table.lines) > kind.most:
        raise Denied(_("Для друку рядків забагато. Приберіть рівень групування або візьміть Excel."))
    file: Any = tempfile.SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 - whoever gets it closes it
    try:
        kind.write(table, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def is_large(layout: Layout) -> bool:
    """A list too long to be written while somebody waits."""
    return bool(layout.columns) and layout.listing.counted > AT_ONCE


def file_name(layout: Layout, kind: Kind) -> str:
    name = get_valid_filename(layout.title[:80]).replace("_", " ")
    return f"{name} {timezone.localdate():%Y-%m-%d}.{kind.code}"


def queue_file(layout: Layout, kind: Kind) -> Job:
    register = layout.register
    queued, _new = enqueue(
        JOB,
        subject=f"{register.label} {uuid4().hex[:12]}",
        title=_("Звіт: %(title)s, %(format)s") % {"title": layout.title, "format": kind.title},
        register=register.label,
        report=layout.base.code if layout.base else "",
        query=layout.query.urlencode(),
        format=kind.code,
        user=str(layout.user.pk),
    )
    return queued


@job(JOB)
def run_file(run: JobRun, *, register: str, report: str, query: str, format: str, user: str) -> None:
    """With the rights its author has when it runs; a repeated run writes the file anew."""
    here, person, kind = register_named(register), User.objects.get(pk=user, is_active=True), KINDS[format]
    require(person, here.module, Level.VIEW)
    layout = Layout(here, person, QueryDict(query), report_named(here, report))
    with written(layout, kind) as file:
        keep_made(
            file,
            key=run.job_id,
            name=file_name(layout, kind),
            media_type=kind.media_type,
            by=person,
            for_time=KEPT_FOR,
        )
    run.finish(reverse("reports:ready", args=[run.job_id]), _("Файл чекатиме три дні."))


def ready_file(user: Any, job_id: UUID) -> tuple[Job, Kind] | None:
    found = Job.objects.filter(pk=job_id, kind=JOB, queued_by_id=user.pk, status=Job.Status.DONE).first()
    return (found, KINDS[found.arguments["format"]]) if found else None
