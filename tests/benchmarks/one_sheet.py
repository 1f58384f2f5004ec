"""REG-3, 100,000 addresses of a million as a sheet: the settlement one asked for.

Ours is the product's own path: rights, the condition, masks, levels of fields, names of choices and of cards pointed to,
typed cells, texts marked as texts, progress told on the way, a file in the temporary folder. The limit is the bare writer
over a bare SELECT of the same columns and rows. The peer is what most Django projects do: a queryset into openpyxl, as its
manual begins; its mode for writing only is measured too and told in the note.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from typing import Any

import openpyxl
from django.db import connection
from django.db.models import Count
from rustpy_xlsxwriter import write_worksheet

from kernel.access.levels import Level
from kernel.registers.exporting.formats import FORMATS
from kernel.registers.exporting.keeping import written
from kernel.registers.exporting.selection import Selection
from kernel.registers.registry import register_named
from kernel.tenancy import TenantRef, tenant_context
from kernel.testing.access import make_person, make_role
from tenant_apps.territory.addresses.models import Building
from tests.benchmarks.measure import Result, interleaved, result, sized
from tests.benchmarks.reg1_list import ROWS, stand

COLUMNS = ("shown", "settlement", "street", "number", "corpus", "postcode", "purpose", "location")
HEADS = ("Адреса", "Населений пункт", "Вулиця", "Номер", "Корпус", "Індекс", "Призначення", "На мапі")
_SELECT = """
SELECT b.shown, t.shown, s.shown, b.number, b.corpus, b.postcode, b.purpose,
       round(ST_Y(b.location)::numeric, 6) || ', ' || round(ST_X(b.location)::numeric, 6)
FROM addresses_building b JOIN addresses_settlement t ON t.id = b.settlement_id JOIN addresses_street s ON s.id = b.street_id
WHERE b.archived_at IS NULL AND b.settlement_id = %s ORDER BY b.place, b.id
"""


def run(tenant: TenantRef, rows: int = ROWS) -> Result:
    stand(tenant, rows)
    with tenant_context(tenant):
        place = Building.objects.order_by().values_list("settlement").annotate(count=Count("pk")).latest("count")[0]
        user = make_person(make_role("bench_sheet", addresses=Level.VIEW).code)
        selection = Selection(register_named("addresses.addresses"), user, f"settlement={place}", COLUMNS)
        ours, limit = interleaved(lambda _n: _ours(selection), lambda _n: _bare(place), sized(7, 1))
        ordinary, quickest = (_openpyxl(place, write_only=mode) for mode in (False, True))
        count = selection.listing.rows.count()
    note = (
        f"{count} адрес із {rows}, {len(COLUMNS)} стовпців; права, умова, маски, назви, типи клітинок, "
        f"перебіг — у нашому; openpyxl у режимі лише запису {quickest:.1f} с"
    )
    return result("REG-3", ours, limit, peer="openpyxl над ORM", peer_s=ordinary, note=note)


def _ours(selection: Selection) -> None:
    # A selection remembers its rows; a new request begins from nothing.
    fresh = Selection(selection.register, selection.user, selection.query, selection.columns)
    written(fresh, FORMATS["xlsx"], lambda _number: None).close()


def _bare(place: int) -> None:
    with connection.cursor() as cursor, tempfile.TemporaryFile() as file:
        cursor.execute(_SELECT, [place])
        write_worksheet((dict(zip(HEADS, row, strict=True)) for row in _fetched(cursor)), file)


def _fetched(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while portion := cursor.fetchmany(2000):
        yield from portion


def _openpyxl(place: int, *, write_only: bool) -> float:
    began = time.perf_counter()
    book = openpyxl.Workbook(write_only=write_only)
    sheet = book.create_sheet("Адреси")
    sheet.append(HEADS)
    cards = Building.objects.filter(settlement=place, archived_at=None).select_related("settlement", "street")
    for card in cards.order_by("place", "pk").iterator():
        sheet.append(
            (
                card.shown, card.settlement.shown, card.street.shown if card.street else "", card.number, card.corpus,
                card.postcode, card.get_purpose_display(), f"{card.location.y}, {card.location.x}" if card.location else "",
            )
        )  # fmt: skip
    with tempfile.TemporaryFile() as file:
        book.save(file)
    return time.perf_counter() - began
