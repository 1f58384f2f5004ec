"""One selection in the formats people ask for, written into an open file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rustpy_xlsxwriter import Format, write_worksheet

from kernel.operations import Denied
from kernel.registers.exporting.lists import write_list
from kernel.registers.exporting.neutral import neutral
from kernel.registers.exporting.rows import Columns
from kernel.registers.exporting.selection import Selection
from kernel.registers.facets import Facet

XLSX_ROWS, XLSX_CELL = 1_048_575, 32_767
# Typesetting keeps all the pages in memory, about 140 kB for a row.
PDF_ROWS, PDF_AT_ONCE = 5_000, 1_000
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WIDTHS = {"long_text": 48, "date": 12, "moment": 17, "integer": 12, "decimal": 14, "money": 16, "boolean": 12}


@dataclass(frozen=True, slots=True)
class FileFormat:
    code: str
    title: Any
    about: Any
    media_type: str
    write: Callable[[Selection, Iterable[Columns], BinaryIO], None]
    extension: str
    most: int = 0
    at_once: int = 0
    wants_place: bool = False


# -- XLSX -----------------------------------------------------------------------------------------------


def _write_xlsx(selection: Selection, portions: Iterable[Columns], file: BinaryIO) -> None:
    """Days are days and figures are figures; texts are texts even where they look like formulas."""
    heads = selection.heads
    texts = [place for place, facet in enumerate(selection.facets) if _is_text(facet)]

    def records() -> Iterator[dict[str, Any]]:
        empty = True
        for columns in portions:
            empty = False
            for place in texts:
                columns[place] = _fitting(columns[place])
            for row in zip(*columns, strict=True):
                yield dict(zip(heads, row, strict=True))
        if empty:
            yield dict.fromkeys(heads)

    write_worksheet(
        records(),
        file,
        _NOT_IN_SHEET_NAME.sub(" ", selection.title)[:31].strip() or "1",
        freeze_row=1,
        autofilter=True,
        header_format=Format().set_bold().set_text_wrap(),
        column_formats={head: _cell_format(facet) for head, facet in zip(heads, selection.facets, strict=True)},
        column_widths={
            head: float(_WIDTHS.get(facet.kind, 28)) for head, facet in zip(heads, selection.facets, strict=True)
        },
    )


def _fitting(column: list[Any]) -> list[Any]:
    """What a sheet cannot hold at all is left out; seldom needed, so looked for in the whole column at once."""
    together = "".join(filter(None, column))
    if not together.isprintable() and _NOT_IN_XML.search(together):
        column = [text and _NOT_IN_XML.sub("", text) for text in column]
    if len(together) > XLSX_CELL and max(map(len, filter(None, column))) > XLSX_CELL:
        column = [text and text[:XLSX_CELL] for text in column]
    return column


def _is_text(facet: Facet) -> bool:
    return facet.kind not in ("integer", "decimal", "money", "date", "moment") and facet.method is None


def _cell_format(facet: Facet) -> Format:
    if facet.kind == "date":
        return Format().set_num_format("dd.mm.yyyy")
    if facet.kind == "moment":
        return Format().set_num_format("dd.mm.yyyy hh:mm")
    if facet.kind == "integer":
        return Format().set_num_format("0")
    if facet.kind in ("decimal", "money"):
        places = 2 if facet.kind == "money" else facet.decimals
        return Format().set_num_format("#,##0" + (f".{'0' * places}" if places else ""))
    # The sheet's own sign for «this is a text, whatever it begins with».
    return Format().set_quote_prefix()


# -- CSV ------------------------------------------------------------------------------------------------


def _write_csv(selection: Selection, portions: Iterable[Columns], file: BinaryIO) -> None:
    """As spreadsheets in Ukraine open it by a double click: a mark of UTF-8, semicolons, commas in figures."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutral(head) for head in selection.heads])
    for columns in portions:
        writer.writerows(zip(*(map(_csv_cell, column) for column in columns), strict=True))
    text.detach()


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, bool):
        return _("так") if value else _("ні")
    if isinstance(value, datetime):
        return value.strftime("%d.%m.%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, Decimal):
        return format(value, "f").replace(".", ",")
    if isinstance(value, float):
        return repr(value).replace(".", ",")
    return str(value)


# -- GeoJSON --------------------------------------------------------------------------------------------


def place_of(selection: Selection) -> str:
    """The geometry of the register: what its map layer draws, or the first there is, if this person sees it."""
    register = selection.register
    seen = register.seen(selection.user)
    names = [register.layer.geometry] if register.layer else []
    names += [name for name, facet in seen.items() if facet.kind in ("point", "geometry") and facet.is_own]
    return next((name for name in names if name in seen and name not in register.masked), "")


def _write_geojson(selection: Selection, portions: Iterable[Columns], file: BinaryIO) -> None:
    """RFC 7946: WGS 84, longitude first, contours against the clock."""
    place = place_of(selection)
    file.write(b'{"type":"FeatureCollection","features":[')
    between = "\n"
    for *columns, shapes in portions:
        told = [
            (name, map(_json_value, column))
            for name, column in zip(selection.names, columns, strict=True)
            if name != place
        ]
        names = [name for name, _column in told]
        values = zip(*(column for _name, column in told), strict=True) if told else ((),) * len(shapes)
        for shape, row in zip(shapes, values, strict=True):
            properties = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
            feature = f'{between}{{"type":"Feature","geometry":{shape or "null"},"properties":{properties}}}'
            file.write(feature.encode("utf-8", "replace"))
            between = ",\n"
    file.write(b"\n]}\n")


def _json_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


# -- all of them ----------------------------------------------------------------------------------------

FORMATS = {
    one.code: one
    for one in (
        FileFormat(
            "xlsx",
            "Excel (XLSX)",
            gettext_lazy("таблиця: дати й числа лишаються датами й числами"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            _write_xlsx,
            "xlsx",
            most=XLSX_ROWS,
        ),
        FileFormat(
            "csv", "CSV", gettext_lazy("для інших програм і завантаження назад"),
            "text/csv; charset=utf-8", _write_csv, "csv",
        ),
        FileFormat(
            "geojson", "GeoJSON", gettext_lazy("для мап і геоінформаційних систем"),
            "application/geo+json", _write_geojson, "geojson", wants_place=True,
        ),
        FileFormat(
            "pdf", "PDF", gettext_lazy("перелік для друку"), "application/pdf", write_list, "pdf",
            most=PDF_ROWS, at_once=PDF_AT_ONCE,
        ),
    )
}  # fmt: skip


def formats_for(selection: Selection) -> list[FileFormat]:
    return [one for one in FORMATS.values() if not one.wants_place or place_of(selection)]


def refuse_too_many(chosen: FileFormat, count: int) -> None:
    if chosen.most and count > chosen.most:
        raise Denied(
            _("У %(format)s вміщується не більше %(most)s рядків, а тут %(count)s. Звузьте умови або візьміть CSV.")
            % {"format": chosen.title, "most": chosen.most, "count": count}
        )
