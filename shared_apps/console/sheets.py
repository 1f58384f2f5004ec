"""Figures as files: a sheet with the time of data beside every value, a drawing of the map."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from tempfile import NamedTemporaryFile
from typing import Any

from django.http import HttpResponse
from django.utils.html import escape
from django.utils.text import slugify
from rustpy_xlsxwriter import write_worksheet, write_worksheets

from shared_apps.console.tiles import SIDE, Shape

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHADES = ("#dcecef", "#abd1d9", "#6fafbb", "#237d8c", "#00525f")


def sheet(name: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> HttpResponse:
    records = [dict(zip(heads, map(_cell, row), strict=True)) for row in rows] or [dict.fromkeys(heads, "")]
    with NamedTemporaryFile(suffix=".xlsx") as file:
        write_worksheet(records, file.name)
        body = file.read()
    return attached(body, XLSX, name, "xlsx")


def sheets(name: str, parts: Mapping[str, tuple[Sequence[str], Sequence[Sequence[Any]]]]) -> HttpResponse:
    """Several sheets of one book."""
    book: list[Any] = [
        (title, [dict(zip(heads, map(_cell, row), strict=True)) for row in rows] or [dict.fromkeys(heads, "")])
        for title, (heads, rows) in parts.items()
    ]
    with NamedTemporaryFile(suffix=".xlsx") as file:
        write_worksheets(book, file.name)
        body = file.read()
    return attached(body, XLSX, name, "xlsx")


def text_sheet(name: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> HttpResponse:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerow(heads)
    # A formula in a name must not run in somebody's spreadsheet.
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return attached(("\ufeff" + file.getvalue()).encode(), "text/csv; charset=utf-8", name, "csv")


def drawing(name: str, shapes: Sequence[Shape], box: str) -> HttpResponse:
    return attached(as_svg(name, shapes, box).encode(), "image/svg+xml", name, "svg")


def as_svg(name: str, shapes: Sequence[Shape], box: str) -> str:
    """The map by itself, with its colours inside: for a report or a slide."""
    known = sorted(float(value) for _name_, _path, value in shapes if value is not None)

    def shade(value: Any) -> str:
        if value is None:
            return "url(#hatch)"
        place = sum(one < float(value) for one in known) * len(SHADES) // max(len(known), 1)
        return SHADES[min(place, len(SHADES) - 1)]

    drawn = "".join(
        f'<path d="{path}" fill="{shade(value)}" stroke="#fff"><title>{escape(title)}</title></path>'
        for title, path, value in shapes
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{SIDE * 30}"><title>{escape(name)}</title>'
        '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<path d="M0 0V5" stroke="#8a949c" stroke-width="1.6"/></pattern></defs>{drawn}</svg>'
    )


def attached(body: bytes, kind: str, name: str, ending: str) -> HttpResponse:
    named = f"{slugify(name)[:60] or 'figures'}.{ending}"
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{named}"'})


def _cell(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else "" if value is None else value


def _harmless(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
