"""What people upload: encodings, separators, spreadsheets of every kind, and files that are none."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from kernel.registers.importing.reading import Unreadable, guards, open_table
from kernel.registers.importing.reading.cells import clean
from tests.importing.conftest import workbook

TEXT = "Назва;Площа;Діє з\nЗупинка «Їжак»;12,5;31.12.2026\nПшеничне;3;01.01.26\n"


def table(content: bytes, name: str = "файл.csv", **options):
    opened = open_table(io.BytesIO(content), name, **options)
    rows = list(opened.rows)
    return opened, rows


def refused(content: bytes, name: str = "файл.csv") -> str:
    with pytest.raises(Unreadable) as caught:
        table(content, name)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "koi8-u"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_in_any_encoding_with_any_separator(encoding, separator, end):
    # KOI8-U has no guillemets; the letters are what tells it.
    text = TEXT.replace("«", "'").replace("»", "'").replace("12,5", '"12,5"').replace(";", separator).replace("\n", end)
    opened, rows = table(text.encode(encoding))
    assert opened.header == ["Назва", "Площа", "Діє з"] and opened.encoding == encoding
    assert rows == [(2, ["Зупинка 'Їжак'", "12,5", "31.12.2026"]), (3, ["Пшеничне", "3", "01.01.26"])]


def test_quotes_may_hold_lines_and_separators_and_rows_keep_their_numbers():
    _opened, rows = table('Назва;Примітка\n"а;б";"два\nрядки"\n\n;;\nв;г\n'.encode())
    assert rows == [(2, ["а;б", "два\nрядки"]), (6, ["в", "г"])]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('a;b\nдобре;1\n"не закрито;2\nще;3\n'.encode(), "Рядок 3 файлу зламаний"),
        ('a;b\n"х"у;2\n'.encode(), "Рядок 2 файлу зламаний"),
        (b"", "порожній"),
        (b" \r\n \n", "порожній"),
        (b"1;2\n3;4\n", "схожий на дані"),
        (b"%PDF-1.7 ...", "не таблиця"),
        (b"\x89PNG\r\n\x1a\n....", "не таблиця"),
        (b"<html><table></table></html>", "XML"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "XML"),
        (b"PK\x03\x04broken", "пошкоджено"),
        (bytes(range(128, 256)) * 50, "кодування"),
        (b"\xef\xbb\xbfa;b\n1;\xff\n", "пошкоджено"),
        (b'{"type": "Feature"}', "FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": [1]}', "не обʼєкт"),
        (b'{"type": ', "GeoJSON (рядок 1)"),
        (b"[" * 5 + b"{" * 0 + b";", "не знайдено заголовків"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(content, said):
    assert said in refused(content)


def test_workbook_gives_texts_dates_numbers_and_its_own_row_numbers():
    content = workbook(
        [["Назва", "Площа", "Діє з", "Час", "Є"], [], ["А", 12.5, date(2026, 12, 31), datetime(2026, 1, 2, 3, 4), True], ["Б", 3.0, None, None, None]]  # noqa: DTZ001
    )  # fmt: skip
    _opened, rows = table(content, "т.xlsx")
    assert rows == [(3, ["А", "12.5", "2026-12-31", "2026-01-02 03:04:00", "так"]), (4, ["Б", "3", "", "", ""])]


def test_wrong_extension_is_no_obstacle():
    assert table(workbook([["Назва", "Б"], ["а", "б"]]), "насправді.csv")[1] == [(2, ["а", "б"])]
    assert table(TEXT.encode(), "насправді.xlsx")[1][0][0] == 2


def test_merged_cells_formulas_hidden_and_several_sheets_are_told():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Назва", "Сума"], ["А", "=1+1"], ["Б", 2]):
        sheet.append(row)
    sheet.merge_cells("A3:B3")
    book.create_sheet("Схований").sheet_state = "hidden"
    book.create_sheet("Другий").append(["Код", "Ще"])
    stream = io.BytesIO()
    book.save(stream)
    opened, rows = table(stream.getvalue(), "т.xlsx")
    assert rows[0] == (2, ["А", "#ФОРМУЛА"])
    assert opened.sheets == ["Sheet", "Другий"]
    assert any("Обʼєднаних клітинок: 1" in note for note in opened.notes)
    assert any("Прихованих аркушів: 1" in note for note in opened.notes)
    assert table(stream.getvalue(), "т.xlsx", sheet="Другий")[0].header == ["Код", "Ще"]


def test_the_beginning_of_a_long_workbook_is_read_without_the_rest(monkeypatch):
    book = openpyxl.Workbook()
    book.create_sheet("Перший", 0).append(["Не", "той"])
    for number in range(3000):
        book["Sheet"].append(["Назва", "Код"] if not number else [f"Зупинка «Їжак» & {number}", number])
    stream = io.BytesIO()
    book.save(stream)
    whole, rows = table(stream.getvalue(), "т.xlsx", sheet="Sheet")
    monkeypatch.setattr(guards, "LONG", 10_000)
    monkeypatch.setattr(guards, "_PIECE", 10_000)
    short, first = table(stream.getvalue(), "т.xlsx", sheet="Sheet", beginning=True)
    assert (short.header, short.sheet, short.sheets) == (whole.header, whole.sheet, whole.sheets)
    assert 20 < len(first) < 500 and first == rows[: len(first)] and len(rows) == 2999
    # Who asks for the whole gets the whole.
    assert table(stream.getvalue(), "т.xlsx", sheet="Sheet")[1] == rows


def test_duplicate_and_empty_heads_are_told_apart():
    opened, _rows = table("Назва;Назва;;Код\nа;б;в;г\n".encode())
    assert opened.header == ["Назва", "Назва (2)", "Стовпець C", "Код"]
    assert "Однакові заголовки: Назва" in opened.notes[0] and "без заголовка" in opened.notes[1]


def test_a_value_in_the_last_cell_does_not_take_the_memory():
    book = openpyxl.Workbook()
    book.active.append(["Назва", "Код"])
    book.active.cell(1_048_576, 16_384, "х")
    stream = io.BytesIO()
    book.save(stream)
    assert "стовпців" in refused(stream.getvalue(), "т.xlsx")
    wide = workbook([[f"С{n}" for n in range(300)], ["а"] * 300])
    assert "стовпців" in refused(wide, "т.xlsx")


def test_rows_down_to_the_last_one_are_read_only_where_they_say_something():
    book = openpyxl.Workbook()
    for row in (["Назва", "Код"], ["а", "1"]):
        book.active.append(row)
    book.active.cell(1_048_576, 2, "хвіст")
    stream = io.BytesIO()
    book.save(stream)
    opened, rows = table(stream.getvalue(), "т.xlsx")
    assert rows == [(2, ["а", "1"]), (1_048_576, ["", "хвіст"])]
    assert any("багато порожніх рядків" in note for note in opened.notes)
    for column in range(3, 15):
        book.active.cell(1_048_576, column, "х")
        book.active.cell(1, column, f"С{column}")
    stream = io.BytesIO()
    book.save(stream)
    assert "порожньо" in refused(stream.getvalue(), "т.xlsx")


def test_bombs_and_locked_files_are_refused_before_they_are_opened():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (40 << 20))
    assert "розпаковується у 40 МБ" in refused(stream.getvalue(), "т.xlsx")
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(2_100):
            archive.writestr(f"xl/{number}.xml", b"")
    assert "розпаковується" in refused(many.getvalue(), "т.xlsx")
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")
    assert "захищено паролем" in refused(locked, "т.xlsx")
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("readme.txt", b"x")
    assert "архів" in refused(plain.getvalue(), "т.zip")


def test_opendocument_that_repeats_a_row_a_million_times():
    row = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="string"/></table:table-row>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("content.xml", row)
    assert "порожньо" in refused(stream.getvalue(), "т.ods")


def test_map_is_a_table_with_a_geometry():
    feature = {
        "type": "Feature",
        "properties": {"Назва": "А", "теги": {"а": 1}},
        "geometry": {"type": "Point", "coordinates": [34.5, 49.5]},
    }
    opened, rows = table(json.dumps({"type": "FeatureCollection", "features": [feature]}).encode(), "к.geojson")
    assert opened.header == ["Назва", "теги", "геометрія"]
    assert rows == [(1, ["А", '{"а": 1}', '{"type":"Point","coordinates":[34.5,49.5]}'])]


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("\u200fЗупинка\ufeff", "Зупинка"),
        ("а\x00б", "аб"),
        ("12\u00a0500,5", "12 500,5"),
        ("  два   слова ", "два слова"),
        ("рядок\r\n другий\n\n", "рядок\nдругий"),
        ("\ud83d біле", "біле"),
        ("емодзі 🚌 лишається", "емодзі 🚌 лишається"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_cells_are_cleaned_of_what_nobody_sees(dirty, tidy):
    assert clean(dirty) == tidy
