"""What the trial page shows: figures per column, errors by value, the tape of rows, how cards will look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg import sql

from kernel.registers.importing.checking.stage import LINES
from kernel.registers.importing.checking.words import BY_NUMBER
from kernel.registers.importing.models import ImportLine, ImportRun
from kernel.registers.register import Register

MOST_ERRORS = 60
MARKS = 288
PREVIEWED = 5
_SHAPES = ("point", "geometry")
_TONES = {0: "idle", 1: "ok", 2: "info", 3: "warn", 4: "bad"}


@dataclass(frozen=True, slots=True)
class Fault:
    """The same trouble of the same value, in however many lines."""

    row: int
    count: int
    field: str
    label: str
    value: str
    message: str
    advice: str
    warn: bool

    @property
    def offered(self) -> str:
        return BY_NUMBER.sub("", self.advice).strip()


@dataclass(frozen=True, slots=True)
class Column:
    place: int
    head: str
    sample: str
    field: str
    label: str
    filled: int = 0
    wrong: int = 0
    warned: int = 0

    @property
    def sound(self) -> int:
        return self.filled - self.wrong


def _rows(text: str, run: ImportRun, *more: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(text).format(lines=LINES), [run.pk, *more])  # type: ignore[arg-type]
        return list(cursor.fetchall())


def faults(run: ImportRun, register: Register) -> list[Fault]:
    found = _rows(
        "SELECT min(l.number), count(*), e.field, e.value, e.message, e.advice, e.warn FROM {lines} l, "
        "jsonb_to_recordset(l.errors) AS e (field text, value text, message text, advice text, warn boolean) "
        "WHERE l.run_id = %s AND l.errors IS NOT NULL GROUP BY 3, 4, 5, 6, 7 ORDER BY e.warn, 1 LIMIT %s",
        run,
        MOST_ERRORS,
    )
    labels = {name: facet.label for name, facet in register.facets.items()}
    return [
        Fault(row, count, field or "", labels.get(field, ""), value or "", message, advice or "", warn)
        for row, count, field, value, message, advice, warn in found
    ]


def columns(run: ImportRun, register: Register) -> list[Column]:
    """Each column with an example, the field it goes to, and how many of its cells are sound."""
    filled: dict[int, int] = {}
    if run.rows:
        filled = dict(
            _rows(
                "SELECT c.place::int - 1, count(*) FROM {lines} l, unnest(l.cells) WITH ORDINALITY AS c (cell, place) "
                "WHERE l.run_id = %s AND c.cell <> '' GROUP BY 1",
                run,
            )
        )
    troubled = {
        field: (wrong, warned)
        for field, wrong, warned in _rows(
            "SELECT e.field, count(*) FILTER (WHERE NOT e.warn), count(*) FILTER (WHERE e.warn) FROM {lines} l, "
            "jsonb_to_recordset(l.errors) AS e (field text, value text, warn boolean) WHERE l.run_id = %s AND "
            "l.errors IS NOT NULL AND e.value <> '' GROUP BY 1",
            run,
        )
    }
    shown = []
    for place, head in enumerate(run.header):
        field = run.columns[place] if place < len(run.columns) else ""
        sample = next((row[place] for row in run.samples if place < len(row) and row[place]), "")
        label = register.facets[field].label if field in register.facets else ""
        wrong, warned = troubled.get(field, (0, 0)) if field else (0, 0)
        shown.append(Column(place, head, sample[:80], field, label, filled.get(place, 0), wrong, warned))
    return shown


def tape(run: ImportRun, url: str) -> list[tuple[int, str, str]]:
    """(row, tone, address) for the tape; a long file is folded here, so that the page never holds all of it."""
    size = max(1, -(-run.rows // MARKS))
    statement = sql.SQL(
        "SELECT min(number), max(weight) FROM (SELECT number, (row_number() OVER (ORDER BY number) - 1) / {size} AS share, "
        "CASE WHEN verdict = 'error' THEN 4 WHEN errors IS NOT NULL THEN 3 WHEN verdict = 'update' THEN 2 "
        "WHEN verdict = 'create' THEN 1 ELSE 0 END AS weight FROM {lines} WHERE run_id = {run}) w GROUP BY share ORDER BY share"
    ).format(size=sql.Literal(size), lines=LINES, run=sql.Literal(run.pk))
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found = list(cursor.fetchall())
    return [(number, _TONES[weight], f"{url}?row={number}#row-{number}") for number, weight in found]


def preview(run: ImportRun, register: Register) -> tuple[list[str], list[list[str]]]:
    """Heads and texts of a few cards as lists will show them."""
    # What tells a card first: a list may show it by a method that knows nothing until the card is written.
    named = dict.fromkeys([*register.key, *register.columns, *run.chosen])
    names = [name for name in named if name in run.chosen and register.facets[name].kind not in _SHAPES][:6]
    lines = ImportLine.objects.filter(run_id=run.pk, verdict__in=["create", "update"], version_now=None)
    fields = {field.column: field for field in register.model._meta.concrete_fields}
    rows = []
    for line in lines.order_by("number")[:PREVIEWED]:
        card = register.model()
        for column, value in (line.proposed or {}).items():
            field = fields.get(column)
            if field is None or register.facets.get(field.name, None) is None:
                continue
            if register.facets[field.name].kind in _SHAPES:
                continue
            setattr(card, field.attname, value if value is None or field.is_relation else field.to_python(value))
        rows.append([register.text_of(name, card) for name in names])
    return [register.facets[name].label for name in names], rows
