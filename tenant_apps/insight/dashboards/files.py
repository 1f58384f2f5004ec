"""A dashboard as a file: Excel with figures that count, PDF for a folder."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from kernel.registers.exporting.lists import signed
from kernel.registers.exporting.typesetting import typeset
from kernel.reports.files import PAPERS
from shared_apps.rollups import periods
from tenant_apps.insight.dashboards.showing import Board, Shown
from tenant_apps.insight.dashboards.wording import rounded, sentence

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
BOLD = Font(bold=True)


def file_of(board: Board, title: str, kind: str, user: Any) -> HttpResponse:
    write = {"xlsx": _xlsx, "pdf": _pdf}[kind]
    response = HttpResponse(write(board, title, user), content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{board.dashboard.code}-{board.span.code}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _heads(board: Board) -> list[str]:
    span = board.span
    return [
        _("Показник"),
        _("Одиниця"),
        periods.words(span.code),
        periods.words(span.former),
        periods.words(span.year_ago),
        _("План"),
    ]


def _values(one: Shown) -> list[Decimal | None]:
    return [one.value, one.former, one.year_ago, one.plan[1] if one.plan else None]


def _once(board: Board) -> list[Shown]:
    """A figure that stands as a tile and as a chart is one line."""
    return list({one.one.code: one for one in board.shown}.values())


def _xlsx(board: Board, title: str, user: Any) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Показники"))
    signs = signed(user)
    for letter, width in zip("ABCDEF", (44, 12, 18, 18, 18, 14), strict=True):
        sheet.column_dimensions[letter].width = width
    for text, font in ((signs["community"], None), (title, BOLD), (signs["made"], None), ("", None)):
        sheet.append([_text(sheet, text, font)])
    sheet.append([_text(sheet, head, BOLD) for head in _heads(board)])
    for one in _once(board):
        cells = [_text(sheet, one.title), _text(sheet, one.one.unit)]
        for value in _values(one):
            cell = WriteOnlyCell(sheet, value=None if value is None else rounded(value, one.one))
            cell.number_format = "#,##0.##" if value is not None and value % 1 else "#,##0"
            cells.append(cell)
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _text(sheet: Any, text: str, font: Font | None = None) -> Any:
    """A text is a text, whatever it begins with."""
    cell = WriteOnlyCell(sheet, value="")
    cell.value = "".join(sign for sign in text if sign.isprintable())
    cell.data_type = "s"
    if font:
        cell.font = font
    return cell


def _pdf(board: Board, title: str, user: Any) -> bytes:
    content = {
        **signed(user),
        "title": title,
        "conditions": [str(board.dashboard.question), board.span.words],
        "wide": True,
        "heads": _heads(board),
        "figures": [False, False, True, True, True, True],
        "list": True,
        "rows": [
            {
                "kind": "card",
                "level": 0,
                "cells": [one.title, one.one.unit, *(sentence(value, one.one) for value in _values(one))],
            }
            for one in _once(board)
        ],
        "nothing": "" if board.shown else _("Для вас тут показників немає."),
    }
    return bytes(typeset("report", content, folder=PAPERS))
