"""What else comes into an import: files that are two things at once, empty millions, letters that mislead."""

from __future__ import annotations

import errno
import html
import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from kernel.registers.importing import runs
from kernel.registers.importing.models import ImportLine, ImportRun
from kernel.registers.importing.reading import Unreadable, open_table
from kernel.testing.access import enter
from tenant_apps.territory.bus_stops.models import BusStop
from tests.importing.conftest import csv_of, told, upload, workbook

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def page(client_for, clerk, media):
    return enter(client_for("alpha"), clerk)


def sheet_of(xml: bytes) -> bytes:
    """A workbook whose only sheet is this."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["Код", "Назва"]]))) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else source.read(name))
    return made.getvalue()


def inline(*cells: str, row: int) -> str:
    texts = "".join(f'<c r="{"AB"[n]}{row}" t="inlineStr"><is><t>{text}</t></is></c>' for n, text in enumerate(cells))
    return f'<row r="{row}">{texts}</row>'


def test_all_rows_of_a_sheet_kept_and_empty(begin, clerk):
    """A colour given to a whole column leaves a million rows without a word in them."""
    empty = "".join(f'<row r="{number}" s="1"><c r="A{number}" s="1"/></row>' for number in range(4, 1_048_577, 4))
    xml = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{inline('Код', 'Назва', row=1)}{inline('Є-1', 'Ринок', row=2)}{inline('Є-2', 'Млин', row=3)}{empty}</sheetData></worksheet>"
    )
    content = sheet_of(xml.encode())
    run = begin(content, "порожні.xlsx")
    assert runs.match(run, run.columns, "both", by=clerk) == []
    runs.work_trial(run)
    assert (run.rows, run.to_create, run.wrong) == (2, 2, 0)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"GIF89a/*", b"", "не таблиця"),
        (b"%PDF-1.7\n", b"", "не таблиця"),
        (b"MZ\x90\x00", b"", "не таблиця"),
        (b"<html><script>alert(1)</script>", b"", "XML"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>", b"", "XML"),
    ],
    ids=["picture", "document", "program", "page", "drawing"],
)
def test_a_workbook_inside_something_else_is_not_opened(before, after, said):
    with pytest.raises(Unreadable, match=said):
        open_table(io.BytesIO(before + workbook([["Код", "Назва"], ["а", "б"]]) + after), "т.xlsx")


def test_a_page_behind_a_workbook_is_not_a_part_of_the_table(begin):
    """Its bytes are kept for the trial alone and no address gives them out."""
    content = workbook([["Код", "Назва"], ["Є-1", "Ринок"]])
    run = begin(content + f"\n<html>{SCRIPT}</html>".encode(), "т.xlsx")
    assert run.samples == [["Є-1", "Ринок"]] and SCRIPT not in str(run.header) + str(run.notes)


@pytest.mark.parametrize("megabytes", [2, 4], ids=["in memory", "on disk"])
def test_a_file_over_the_limit_is_dropped_while_it_comes(page, stops, settings, megabytes):
    """Two hundred megabytes are not waited for: the same with a limit of one."""
    settings.FILE_LIMIT_MB = 1
    answer = page.post(stops.url("import"), {"file": SimpleUploadedFile("т.csv", b"x;y\n" * (megabytes << 18))})
    assert answer.status_code == 422 and "більший за 1 МБ" in answer.content.decode()
    assert ImportRun.objects.count() == 0


def test_a_disk_that_ends_while_a_file_comes(page, stops, monkeypatch):
    def full(*_args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(TemporaryUploadedFile, "write", full)
    answer = page.post(stops.url("import"), {"file": SimpleUploadedFile("т.csv", b"x;y\n" * (3 << 18))})
    assert answer.status_code == 422 and "закінчилося місце" in answer.content.decode()
    assert ImportRun.objects.count() == 0


LETTERS = [
    (SCRIPT, SCRIPT),
    ("\u202eзупинка\u202c", "зупинка"),
    ("\u200fمحطة الحافلات", "محطة الحافلات"),
    ("Зупинка 🚌 біля ставка 👩‍👩‍👧", "Зупинка 🚌 біля ставка 👩‍👩‍👧"),
    ("=HYPERLINK(\"http://evil.example\";\"тут\")", '=HYPERLINK("http://evil.example";"тут")'),
    ("{{ settings.SECRET_KEY }}{% debug %}", "{{ settings.SECRET_KEY }}{% debug %}"),
]  # fmt: skip


def test_letters_that_mislead_are_text_on_every_page(page, stops, clerk, media):
    quoted = ['"' + given.replace('"', '""') + '"' for given, _kept in LETTERS]
    rows = [f"Л-{number};{text};{text};;;31.09.2026;" for number, text in enumerate(quoted)]
    run = runs.begin(stops, upload(csv_of(*rows), f"{SCRIPT}\u202exslx.csv"), by=clerk)
    assert runs.match(run, run.columns, "both", by=clerk) == []
    run = runs.try_out(run, by=clerk)
    assert run.wrong == len(LETTERS)
    for name in ("import-run", "import-lines"):
        shown = page.get(stops.url(name, run.pk)).content.decode()
        assert SCRIPT not in shown and html.escape(SCRIPT) in shown, name
    assert runs.accept_all(run, by=clerk) == len(LETTERS)
    run.refresh_from_db()
    runs.start_loading(run, by=clerk)
    for number, (_given, kept) in enumerate(LETTERS):
        stop = BusStop.objects.get(code=f"Л-{number}")
        assert (stop.name, stop.landmark) == (kept, kept)
        shown = page.get(stops.url("card", stop.pk)).content.decode()
        assert SCRIPT not in shown and html.escape(kept) in shown
    assert SCRIPT not in page.get(stops.url("import")).content.decode()


def test_a_text_of_ten_thousand_letters_is_told_and_kept(page, stops, tried):
    run = tried(csv_of(f"Д-1;Назва;{'о' * 10_000};;;;", f"Д-2;{'н' * 20_000};;;;;"))
    assert "знаків 10000, а вміщується 200" in told(run, 2)
    line = ImportLine.objects.get(run_id=run.pk, number=2)
    assert len(line.cells[2]) == 10_000 and len(line.errors[0]["value"]) == 500, "nothing typed is lost"
    for name in ("import-run", "import-lines"):
        answer = page.get(stops.url(name, run.pk))
        assert answer.status_code == 200 and len(answer.content) < 200_000
    assert page.get(stops.url("import-errors", run.pk)).status_code == 200


@pytest.mark.parametrize("steps", ["match", "load", "rollback", "abandon"])
def test_a_button_pressed_twice_does_its_work_once(page, stops, tried, steps):
    run = tried(csv_of("Я-1;Автостанція;;;;;", "Я-2;Ринок;;;;;"))
    given = {f"c{place}": name for place, name in enumerate(run.columns)} | {"mode": "both"}
    if steps == "rollback":
        page.post(stops.url("import-load", run.pk))
    for _press in range(2):
        assert page.post(stops.url(f"import-{steps}", run.pk), given).status_code == 302
    run.refresh_from_db()
    assert BusStop.objects.count() == (2 if steps == "load" else 0)
    wanted = {"match": "tried", "load": "loaded", "rollback": "rolled_back", "abandon": "failed"}
    assert run.state == wanted[steps]
