"""REG-3, a register of 100,000 cards as a sheet.

Ours is the product's own path: rights, masks, levels of fields, names of choices, typed cells, texts marked as texts,
progress told on the way, a file in the temporary folder. The limit is the bare writer over a bare SELECT of the same
columns. The peer is what most Django projects do: a queryset into openpyxl, in its fastest mode.
"""

from __future__ import annotations

import tempfile
import time
from typing import Any

import openpyxl
from django.db import connection
from rustpy_xlsxwriter import write_worksheet

from kernel.access.levels import Level
from kernel.registers.exporting.formats import FORMATS
from kernel.registers.exporting.keeping import written
from kernel.registers.exporting.selection import Selection
from kernel.registers.registry import register_named
from kernel.tenancy import TenantRef, tenant_context
from kernel.testing.access import make_person, make_role
from tenant_apps.territory.bus_stops.models import BusStop
from tests.benchmarks.measure import Result, interleaved, result, sized

COLUMNS = ("code", "name", "landmark", "settlement", "shelter", "accessible", "opened_on")
HEADS = ("Код", "Назва", "Орієнтир", "Населений пункт", "Укриття", "Безбарʼєрна", "Діє з")
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM bus_stops_busstop ORDER BY code, id"


def run(tenant: TenantRef, rows: int) -> Result:
    with tenant_context(tenant):
        _fill(rows)
        user = make_person(make_role("bench", bus_stops=Level.VIEW).code)
        selection = Selection(register_named("bus_stops.bus-stops"), user, "", COLUMNS)
        ours, limit = interleaved(lambda _n: _ours(selection), lambda _n: _bare(), sized(7, 1))
        began = time.perf_counter()
        _openpyxl()
        peer = time.perf_counter() - began
    note = f"{rows} зупинок, {len(COLUMNS)} стовпців; права, маски, типи клітинок, перебіг — у нашому"
    return result("REG-3", ours, limit, peer="openpyxl (write_only) над ORM", peer_s=peer, note=note)


def _fill(rows: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bus_stops_busstop (code, name, landmark, settlement, shelter, accessible, lit, opened_on, "
            "version, created_at, updated_at) SELECT 'ЗП-' || lpad(n::text, 6, '0'), 'Зупинка біля школи № ' || n, "
            "'навпроти будинку ' || n %% 400, 'село Вільне ' || n %% 40, "
            "(ARRAY['none','canopy','pavilion'])[1 + n %% 3], n %% 2 = 0, true, DATE '2001-01-01' + n %% 8000, 1, now(), "
            "now() FROM generate_series(1, %s) n",
            [rows],
        )
        cursor.execute("ANALYZE bus_stops_busstop")


def _ours(selection: Selection) -> None:
    # A selection remembers its rows; a new request begins from nothing.
    fresh = Selection(selection.register, selection.user, selection.query, selection.columns)
    written(fresh, FORMATS["xlsx"], lambda _number: None).close()


def _bare() -> None:
    with connection.cursor() as cursor, tempfile.TemporaryFile() as file:
        cursor.execute(_SELECT)
        write_worksheet((dict(zip(HEADS, row, strict=True)) for row in _fetched(cursor)), file)


def _fetched(cursor: Any) -> Any:
    while portion := cursor.fetchmany(2000):
        yield from portion


def _openpyxl() -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Зупинки")
    sheet.append(HEADS)
    for card in BusStop.objects.order_by("code", "pk").iterator():
        sheet.append([getattr(card, name) for name in COLUMNS])
    with tempfile.TemporaryFile() as file:
        book.save(file)
