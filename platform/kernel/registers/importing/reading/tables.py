"""One face for all kinds of files: the head of the table, its rows, and what is worth knowing about the file."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

import python_calamine as calamine
from django.utils.translation import gettext as _

from kernel.registers.importing.reading import geojson, guards, plain
from kernel.registers.importing.reading.cells import cell_text, clean, clean_row
from kernel.registers.importing.reading.problems import Unreadable
from kernel.registers.importing.reading.readers import read_by_others

LARGEST_FILE = 60 * 1024 * 1024
MOST_ROWS = 1_000_000
GAP = 1000
_VISIBLE = calamine.SheetVisibleEnum.Visible
# What an uncounted formula leaves in its cell; nobody types it.
UNCOUNTED = "#ФОРМУЛА"

Row = tuple[int, list[str]]


@dataclass(slots=True)
class Table:
    """`rows` is read once; numbers are those people see in the file."""

    header: list[str]
    rows: Iterator[Row]
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    encoding: str = ""
    notes: list[str] = field(default_factory=list)


def open_table(stream: BinaryIO, name: str, *, sheet: str = "", beginning: bool = False) -> Table:
    """The table of a file; its `beginning`, where only the head and some rows are wanted, is read without the rest of a long one."""
    stream.seek(0, 2)
    size = stream.tell()
    if size > LARGEST_FILE:
        raise Unreadable(
            _("Файл завеликий: %(size)d МБ, а береться до %(limit)d МБ. Поділіть його на частини.")
            % {"size": size >> 20, "limit": LARGEST_FILE >> 20}
        )
    if (sheet_read := read_by_others(stream, name)) is not None:
        numbered = enumerate(sheet_read.rows, 1)
        cells = ((number, [cell_text(value) for value in row]) for number, row in numbered)
        return Table(_heads(sheet_read.header), cells, notes=sheet_read.notes)
    kind = guards.kind_of(stream, name)
    stream.seek(0)
    if kind == "plain":
        text, encoding = plain.decode(stream.read())
        table = _with_header(((number, row) for number, row in plain.rows_of(text, plain.separator_of(text))))
        table.encoding = encoding
        if "\ufffd" in text:
            table.notes.append(_("Частину знаків не вдалося прочитати; їх видно як «\ufffd». Звірте кодування файлу."))
        return table
    if kind == "geojson":
        header, found = geojson.features(stream.read())
        rows: Iterable[tuple[int, list[object]]] = enumerate(found, 1)
        return Table(_heads(header), ((number, [cell_text(value) for value in row]) for number, row in rows))
    return _workbook(stream, kind, sheet, beginning=beginning)


def _workbook(stream: BinaryIO, kind: str, wanted: str, *, beginning: bool) -> Table:
    try:
        book = calamine.CalamineWorkbook.from_filelike(stream)
        shown = [
            (position, one.name)
            for position, one in enumerate(book.sheets_metadata)
            if one.visible == _VISIBLE and one.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        hidden = len(book.sheets_metadata) - len(shown)
        if not shown:
            raise Unreadable(_("У файлі немає жодного видимого аркуша. Покажіть потрібний аркуш і збережіть файл."))
        position, name = next((one for one in shown if one[1] == wanted), shown[0])
        facts = guards.survey(stream, position) if kind == "xlsx" else guards.SheetFacts()
        guards.refuse_area(facts.last_row, 1)
        if beginning and kind == "xlsx" and (short := guards.beginning_of(stream, position)):
            book = calamine.CalamineWorkbook.from_filelike(short)
        stream.seek(0)
        sheet = book.get_sheet_by_index(position)
    except calamine.PasswordError:
        raise Unreadable(guards._locked()) from None
    except (calamine.CalamineError, zipfile.BadZipFile, OSError) as broken:
        raise Unreadable(
            _(
                "Таблицю не вдалося відкрити: файл пошкоджено. Відкрийте його в Excel, збережіть як XLSX і завантажте знову."
            )
        ) from broken
    guards.refuse_area(sheet.total_height, sheet.total_width)
    table = _with_header(_calamine_rows(sheet, facts.uncounted))
    table.sheet, table.sheets = name, [one for _position, one in shown]
    if merged := sheet.merged_cell_ranges:
        table.notes.append(
            _("Обʼєднаних клітинок: %(count)d (перша — рядок %(row)d). Значення є лише в першій клітинці кожної.")
            % {"count": len(merged), "row": merged[0][0][0] + 1}
        )
    if hidden:
        table.notes.append(_("Прихованих аркушів: %(count)d, їх не читаємо.") % {"count": hidden})
    return table


def _calamine_rows(sheet: calamine.CalamineSheet, uncounted: list[str]) -> Iterator[tuple[int, list[str]]]:
    start = sheet.start or (0, 0)
    holes: dict[int, list[int]] = {}
    for reference in uncounted:
        column, place = _place(reference)
        holes.setdefault(place, []).append(column)
    pad = [""] * start[1]
    for number, row in enumerate(sheet.iter_rows(), start[0] + 1):
        cells = [
            value if value.__class__ is str and value.isascii() and value.isalnum() else cell_text(value)
            for value in row
        ]
        if pad:
            cells = pad + cells
        for column in holes.get(number, ()):
            if column < len(cells):
                cells[column] = UNCOUNTED
        yield number, cells


def _place(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1, int(reference[len(letters) :])


def _with_header(found: Iterable[tuple[int, list[str]]]) -> Table:
    """The first row with two words or more, or the only one there is, names the columns."""
    rows = iter(found)
    head: list[str] = []
    where = 0
    for number, row in islice(rows, 100):
        cells = [clean(cell) for cell in row]
        filled = [cell for cell in cells if cell]
        if len(filled) >= 2 or (filled and len(row) == 1):
            head, where = cells, number
            break
    if not head:
        raise Unreadable(_("У файлі не знайдено заголовків стовпців. Перший рядок таблиці має їх називати."))
    if all(_looks_like_value(cell) for cell in head if cell):
        raise Unreadable(
            _("Рядок %(row)d схожий на дані, а не на заголовки. Додайте над ним рядок із назвами стовпців.")
            % {"row": where}
        )
    while head and not head[-1]:
        head.pop()
    guards.refuse_area(1, len(head))
    table = Table(_heads(head), iter(()))
    twice = sorted({cell for cell in head if cell and head.count(cell) > 1})
    if twice:
        table.notes.append(
            _("Однакові заголовки: %(names)s. Такі стовпці позначено номерами.") % {"names": ", ".join(twice)}
        )
    if any(not cell for cell in head):
        table.notes.append(_("Є стовпці без заголовка: їх можна зіставити за літерою стовпця."))
    table.rows = _body(rows, len(head), table.notes)
    return table


def _looks_like_value(cell: str) -> bool:
    return cell.replace(".", "").replace(",", "").replace("-", "").replace("/", "").replace(" ", "").isdigit()


def _heads(cells: list[str]) -> list[str]:
    """Every column has a name of its own, or two of them could not be told apart."""
    seen: dict[str, int] = {}
    named = []
    for position, cell in enumerate(cells):
        name = cell[:200] or _("Стовпець %(letter)s") % {"letter": _letters(position)}
        seen[name] = seen.get(name, 0) + 1
        named.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return named


def _letters(position: int) -> str:
    position, letters = position + 1, ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _body(rows: Iterable[tuple[int, list[str]]], width: int, notes: list[str]) -> Iterator[Row]:
    """Rows as long as the head; empty ones are passed by, cells beyond the head are told of."""
    last = count = 0
    beyond = False
    for number, row in rows:
        if not any(row):
            continue
        cells = clean_row(row) if row.__class__ is list else list(row)
        if len(cells) != width:
            if not beyond and any(cells[width:]):
                beyond = True
                notes.append(_("У рядку %(row)d даних більше, ніж заголовків: зайве не читаємо.") % {"row": number})
            cells = (cells + [""] * width)[:width]
        if not any(cells):
            continue
        if last and number - last > GAP:
            notes.append(_("Після рядка %(row)d багато порожніх рядків; дані під ними теж прочитано.") % {"row": last})
        last, count = number, count + 1
        if count > MOST_ROWS:
            raise Unreadable(_("У файлі понад %(count)d рядків. Поділіть його на частини.") % {"count": MOST_ROWS})
        yield number, cells
