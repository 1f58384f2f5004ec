"""What stands in the files: types, harmless texts, places, words that can be copied."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from urllib.parse import unquote

import openpyxl
import pytest
from django.contrib.gis.geos import Point

from kernel.access.levels import Level
from kernel.registers.exporting.neutral import neutral, restored
from kernel.registers.exporting.rows import _exact
from kernel.registers.importing.reading.plain import decode, rows_of
from tenant_apps.territory.bus_stops.models import BusStop
from tests.exporting.pdf_text import pages_of

EXPORT = "/bus-stops/export/"
FORMULAS = ["=1+1", "+380671234567", "-2", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''@x", "'звичайний", "a=b"]


def take(browser, **given) -> bytes:
    response = browser.get(EXPORT, {"columns": "code,name,landmark,shelter,accessible,opened_on", **given})
    assert response.status_code == 200, response.content[:500]
    return b"".join(response.streaming_content)


def sheet(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content)).active


def table(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.fixture
def stop(in_alpha):
    return BusStop.objects.create(
        code="ЗП-001", name="Об’їзна", landmark="за 5 ₴", shelter="canopy", accessible=True,
        opened_on=date(2024, 5, 1), location=Point(33.4204, 49.0712, srid=4326),
    )  # fmt: skip


def test_sheet_has_days_and_texts(browser, stop):
    page = sheet(take(browser, format="xlsx"))
    heads, row = list(page.iter_rows())
    assert [cell.value for cell in heads] == ["Код", "Назва", "Орієнтир", "Укриття", "Безбарʼєрна", "Діє з"]
    assert [cell.value for cell in row[:5]] == ["ЗП-001", "Об’їзна", "за 5 ₴", "навіс", "так"]
    assert row[5].is_date and row[5].value.date() == date(2024, 5, 1) and row[5].number_format == "dd.mm.yyyy"
    assert page.title == "Зупинки" and page.freeze_panes == "A2"


def test_table_opens_by_a_double_click(browser, stop):
    content = take(browser, format="csv")
    assert table(content) == [
        ["Код", "Назва", "Орієнтир", "Укриття", "Безбарʼєрна", "Діє з"],
        ["ЗП-001", "Об’їзна", "за 5 ₴", "навіс", "так", "01.05.2024"],
    ]
    assert content.endswith(b"\r\n")


def test_points_are_told_by_the_database_as_exactly_as_by_cards(browser, stop):
    BusStop.objects.create(code="ЗП-002", name="Далека", location=Point(-0.5, 50.123456499, srid=4326))
    BusStop.objects.create(code="ЗП-003", name="Без місця")
    places = [card.location for card in BusStop.objects.order_by("code")]
    shown = [_exact(place) if place else "" for place in places]
    assert shown == ["49.071200, 33.420400", "50.123456499, -0.500000", ""]
    assert [row[1] for row in table(take(browser, format="csv", columns="code,location"))[1:]] == shown


def test_map_is_by_rfc_7946(browser, stop):
    BusStop.objects.create(code="ЗП-002", name="Без місця")
    found = json.loads(take(browser, format="geojson"))
    first, second = found["features"]
    assert found["type"] == "FeatureCollection" and "crs" not in found
    assert first["geometry"] == {"type": "Point", "coordinates": [33.4204, 49.0712]}
    assert first["properties"]["name"] == "Об’їзна" and first["properties"]["opened_on"] == "2024-05-01"
    assert second["geometry"] is None


def test_paper_can_be_read_and_copied(browser, stop, viewer):
    (text,) = pages_of(take(browser, format="pdf", query="shelter=canopy"))
    said = text.replace(" ", "")
    for words in (
        "Зупинки",
        "Об’їзна",
        "Безбарʼєрна",
        "за5₴",
        "Укриття:навіс",
        "Усьогозаписів:1",
        "1із1",
        "Альфівськагромада",
    ):
        assert words in said, f"{words} is not in {text}"
    assert viewer.full_name.replace(" ", "") in said


def test_long_paper_numbers_its_pages_and_repeats_the_head(browser, many):
    many(120)
    pages = pages_of(take(browser, format="pdf"))
    assert len(pages) > 1
    for number, text in enumerate(pages, start=1):
        assert "Назва" in text and f"{number} із {len(pages)}".replace(" ", "") in text.replace(" ", "")


@pytest.mark.parametrize("word", ["#panic()", "$x$", "*а*", "<мітка>", "\\u{1F600}", "😀", "= заголовок", "\x01"])
def test_paper_takes_words_for_words(browser, in_alpha, word):
    BusStop.objects.create(code="1", name=word)
    assert take(browser, format="pdf").startswith(b"%PDF-")


# -- formulas -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", FORMULAS)
def test_neutral_text_is_no_formula_and_comes_back(word):
    safe = neutral(word)
    assert safe[0] not in "=+-@\t\r" and restored(safe) == word


def test_table_holds_no_formula_and_reads_back_unchanged(browser, in_alpha):
    for number, word in enumerate(FORMULAS):
        BusStop.objects.create(code=f"{number:02}", name=word)
    content = take(browser, format="csv")
    cells = [row[1] for row in table(content)[1:]]
    assert all(cell[0] not in "=+-@\t\r" for cell in cells)
    text, _encoding = decode(content)
    assert [cells[1] for _line, cells in rows_of(text, ";")][1:] == FORMULAS


def test_sheet_holds_texts_marked_as_texts(browser, in_alpha):
    for number, word in enumerate(["=1+1", "+380671234567", "@SUM(A1)", "-2"]):
        BusStop.objects.create(code=f"{number:02}", name=word)
    cells = [row[1] for row in sheet(take(browser, format="xlsx")).iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == ["=1+1", "+380671234567", "@SUM(A1)", "-2"]
    assert {(cell.data_type, cell.quotePrefix) for cell in cells} == {("s", True)}


@pytest.mark.parametrize("word", ["а\x01б", "а" * 121, "<script>", "\u202eабв", "😀"])
def test_strange_text_spoils_no_file(browser, in_alpha, word):
    BusStop.objects.create(code="1", name=word[:120])
    for kind in ("xlsx", "csv", "geojson", "pdf"):
        assert take(browser, format=kind)


# -- the same as the list -------------------------------------------------------------------------------


def test_rows_columns_and_order_are_those_of_the_list(browser, many):
    many(6)
    rows = table(take(browser, format="csv", columns="name,code", query="accessible=yes&sort=-name"))
    assert rows == [["Назва", "Код"], *([f"Зупинка {n}", f"ЗП-{n:05}"] for n in (5, 3, 1))]


def test_only_chosen_cards_come(browser, many):
    many(6)
    keys = list(BusStop.objects.order_by("code").values_list("pk", flat=True))
    rows = table(take(browser, format="csv", id=[keys[4], keys[1], "x"]))
    assert [row[0] for row in rows[1:]] == ["ЗП-00001", "ЗП-00004"]


def test_nothing_found_is_a_file_with_heads(browser, in_alpha):
    assert table(take(browser, format="csv")) == [["Код", "Назва", "Орієнтир", "Укриття", "Безбарʼєрна", "Діє з"]]
    assert sheet(take(browser, format="xlsx")).cell(1, 2).value == "Назва"
    assert json.loads(take(browser, format="geojson"))["features"] == []


def test_file_is_named_in_ukrainian(browser, stop):
    response = browser.get(EXPORT, {"format": "csv"})
    name = response["Content-Disposition"]
    assert name.startswith("attachment; filename*=utf-8''") and unquote(name).rpartition("''")[2].startswith(
        "Зупинки 20"
    )
    assert response["X-Content-Type-Options"] == "nosniff" and "no-store" in response["Cache-Control"]


# -- what a person may not see --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["xlsx", "csv", "geojson", "pdf"])
def test_masked_stays_masked(browser, stop, stops, monkeypatch, kind):
    stop.landmark = "Коваленко Олена"
    stop.save()
    monkeypatch.setattr(stops, "masked", ("landmark",))
    content = take(browser, format=kind)
    text = {
        "xlsx": lambda: sheet(content).cell(2, 3).value,
        "csv": lambda: table(content)[1][2],
        "geojson": lambda: json.loads(content)["features"][0]["properties"]["landmark"],
        "pdf": lambda: pages_of(content)[0],
    }[kind]()
    assert "ена" in text and "Олена" not in text and "Коваленко" not in text


def test_column_above_ones_level_is_not_there_even_when_asked_for(browser, stop, stops, monkeypatch):
    monkeypatch.setattr(stops, "field_levels", {"landmark": Level.MANAGE, "location": Level.MANAGE})
    assert table(take(browser, format="csv", columns="name,landmark")) == [["Назва"], ["Об’їзна"]]
    page = browser.get(EXPORT).content.decode()
    assert "Орієнтир" not in page and "GeoJSON" not in page
    assert "Такого формату тут немає" in browser.get(EXPORT, {"format": "geojson"}).content.decode()
