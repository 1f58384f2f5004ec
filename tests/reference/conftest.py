"""Reference lists for the tests: the small ones per test, КАТОТТГ once per module."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from kernel.tenancy import platform_context
from kernel.tenancy.scope import scope_context
from shared_apps.reference.loading import LoadReport, load
from shared_apps.reference.loading.katottg import COLUMNS, packaged_file
from shared_apps.reference.loading.kinds import SEEDED
from tests import database

ROOT = Path(__file__).resolve().parents[2]
OFFICIAL = Path(os.environ.get("HROMADA_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
# Кременчуцька and Глобинська.
HROMADAS = ("UA53020110000092487", "UA53020010000035494")

Row = list[str]


@pytest.fixture
def official() -> Callable[[str], Path]:
    """A file as its publisher gives it; they are large and stay out of the repository."""

    def find(name: str) -> Path:
        path = OFFICIAL / name
        if not path.exists():
            pytest.skip(f"{name}: name the folder with official files in HROMADA_REFERENCE_DATA")
        return path

    return find


@pytest.fixture
def seeded(small_lists: None, platform: None, db: None) -> None:
    """The small lists that come with the product; what a test changes in them is rolled back."""


@cache
def packaged_rows() -> tuple[tuple[str, ...], ...]:
    """The rows under the header of the packaged edition."""
    table = packaged_file().table()
    header = next(index for index, row in enumerate(table) if row[:7] == list(COLUMNS))
    return tuple(tuple(row[:7]) for row in table[header + 1 :] if any(row))


@cache
def few_rows() -> tuple[tuple[str, ...], ...]:
    """What makes the smallest whole КАТОТТГ: every region with its districts, and two hromadas in full."""
    return tuple(
        row for row in packaged_rows() if row[5] in "OKP" or row[0].startswith(("UA80", "UA85")) or row[2] in HROMADAS
    )


@pytest.fixture
def edition(tmp_path: Path) -> Callable[..., Path]:
    """A small КАТОТТГ as a CSV, changed row by row."""

    def write(
        change: Callable[[Row], Row | None] = lambda row: row,
        *,
        extra: tuple[Row, ...] = (),
        name: str = "katottg-2030-01-01.csv",
    ) -> Path:
        rows = [change(list(row)) for row in few_rows()]
        lines = [";".join(row) for row in (list(COLUMNS), *filter(None, rows), *extra)]
        path = tmp_path / name
        path.write_text("\r\n".join([*lines, ""]), encoding="utf-8-sig")
        return path

    return write


@pytest.fixture
def first_edition(platform: None, db: None, edition: Callable[..., Path]) -> LoadReport:
    report = load("katottg", edition(name="katottg-2024-01-19.csv"), by="тест")
    assert report.ok, report.errors
    return report


@pytest.fixture(scope="module")
def small_lists(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    yield from _committed(django_db_blocker, SEEDED)


@pytest.fixture(scope="module")
def codifier(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The packaged КАТОТТГ."""
    yield from _committed(django_db_blocker, ("katottg",))


def _committed(blocker: Any, kinds: tuple[str, ...]) -> Iterator[None]:
    """Loaded once for the module's tests; after them the database is what it was."""
    with blocker.unblock():
        with platform_context():
            for kind in kinds:
                report = load(kind, by="тест")
                assert report.ok, report.errors
        yield
        for connection in connections.all(initialized_only=True):
            with scope_context(None):
                connection.close()
        database.restore_pristine()
