from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.access.levels import Level
from kernel.registers.importing import runs
from kernel.registers.importing.models import ImportLine, ImportRun
from kernel.registers.registry import register_named
from kernel.testing.access import make_person, make_role


@pytest.fixture
def stops() -> Any:
    return register_named("bus_stops.bus-stops")


@pytest.fixture
def clerk(in_alpha: Any) -> Any:
    make_role("stop_clerk", bus_stops=Level.EDIT)
    return make_person("stop_clerk")


@pytest.fixture
def media(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def csv_of(*rows: str, head: str = "Код;Назва;Орієнтир;Укриття;Безбарʼєрна;Діє з;Розташування") -> bytes:
    return "\n".join([head, *rows, ""]).encode()


def upload(content: bytes, name: str = "зупинки.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def begin(stops: Any, clerk: Any, media: Any) -> Callable[..., ImportRun]:
    def make(content: bytes, name: str = "зупинки.csv", **options: Any) -> ImportRun:
        return runs.begin(stops, upload(content, name), by=clerk, **options)

    return make


@pytest.fixture
def tried(begin: Any, clerk: Any) -> Callable[..., ImportRun]:
    """A file taken as far as the end of its trial."""

    def make(content: bytes, name: str = "зупинки.csv", mode: str = "both", columns: Any = None) -> ImportRun:
        run = begin(content, name)
        assert runs.match(run, columns or run.columns, mode, by=clerk) == []
        return runs.try_out(run, by=clerk)

    return make


def faults(run: ImportRun, number: int) -> list[dict[str, Any]]:
    return ImportLine.objects.get(run_id=run.pk, number=number).errors or []


def told(run: ImportRun, number: int) -> str:
    return " ".join(fault["message"] for fault in faults(run, number))


def workbook(rows: list[list[Any]], **sheets: list[list[Any]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for row in lines:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
