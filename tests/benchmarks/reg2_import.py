"""REG-2, a file of 100,000 addresses into a register of a million: read, checked, written.

Ours is the whole path of the product: the file kept, read and tried, every line with its verdict, then loaded by portions
with rights, numbers of versions, history of every card and letters in the outbox. The limit is, in the settings the server has, the same file by the same
reader copied into a temporary table, the same checks and names found in SQL, one INSERT … SELECT into the same table with
its indexes and references, committed; no rights, no verdicts kept, no history, no way back. The peers are what one writes
first: openpyxl, a check per row, bulk_create by 5,000, measured on a tenth of the rows and multiplied; and a card saved after
a card, measured on a hundredth. Neither leaves a history.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Any

import psycopg
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from kernel.access.levels import Level
from kernel.tenancy import tenant_context
from kernel.tenancy.actor import Actor, acting
from kernel.testing.access import make_person, make_role
from tests.benchmarks import addresses, ground
from tests.benchmarks.measure import Result, interleaved, result, sized
from tests.benchmarks.reg1_list import ROWS, stand

if TYPE_CHECKING:
    from kernel.tenancy import TenantRef

HEAD = ("Населений пункт", "Вулиця", "Будинок", "Корпус", "Індекс", "Координати")
TENTH, HUNDREDTH = 10, 100
# Beyond the houses that stand on a street already.
FIRST_FREE = 1_001


@dataclass(frozen=True, slots=True)
class Town:
    """The streets that files name, and where each file's houses begin: no two have an address in common."""

    streets: list[tuple[str, str, str]]

    def rows(self, count: int, salt: int) -> Iterator[tuple[str, ...]]:
        spread = len(self.streets)
        begins = FIRST_FREE + salt * -(-sized(100_000, 2_000) // spread)
        for number in range(count):
            settlement, shown, name = self.streets[number % spread]
            house = f"{begins + number // spread}{'А' if number % 7 == 0 else ''}"
            place = f"49.{number % 1_000_000:06}, 34.{number * 7 % 1_000_000:06}"
            corpus = "2" if number % 11 == 0 else ""
            yield settlement, shown if number % 3 else name, house, corpus, f"{10_000 + number % 80_000}", place


def run(tenant: TenantRef) -> Result:
    """CSV is the row of the table; what a spreadsheet costs is in its note."""
    stand(tenant, ROWS)
    found, sheet = _of_kind(tenant, "csv"), _of_kind(tenant, "xlsx")
    return replace(
        found,
        note=f"{found.note}; XLSX: {sheet.ours_s:.2f} с, межа {sheet.limit_s:.2f} с, {sheet.ratio_to_limit:.2f}×",
    )


def _of_kind(tenant: TenantRef, kind: str) -> Result:
    from tenant_apps.territory.addresses.models import Street

    rows, pairs = sized(100_000, 2_000), sized(3, 1)
    write = as_csv if kind == "csv" else as_xlsx
    salt = 0 if kind == "csv" else 2 * pairs + 2
    parts: list[tuple[float, float]] = []
    with tenant_context(tenant), acting(Actor("operator", name="Стенд вимірювань")):
        town = Town(list(Street.objects.order_by("pk").values_list("settlement__name", "shown", "name")))
        files = [write(town.rows(rows, salt + number)) for number in range(2 * pairs)]
        person = make_person(make_role(f"bench_{kind}", addresses=Level.EDIT).code)

        def ours(number: int) -> float:
            parts.append(_product(files[2 * number], f"addresses.{kind}", person))
            return sum(parts[-1])

        def limit(number: int) -> float:
            with _without_history(tenant):
                return _bare(files[2 * number + 1], f"addresses.{kind}")

        mine, bare = interleaved(ours, limit, pairs)
        with _without_history(tenant):
            salt += 2 * pairs
            peer = TENTH * _peer(as_xlsx(town.rows(rows // TENTH, salt)))
            slowest = HUNDREDTH * _one_by_one(town.rows(rows // HUNDREDTH, salt + 1))
    trial, load = (median(column) for column in zip(*parts, strict=True))
    note = (
        f"{rows} рядків {kind} у реєстр на {ROWS} адрес; проба {trial:.2f} с, завантаження {load:.2f} с; рівню виміряно на "
        f"{rows // TENTH} рядках; ORM картка за карткою {slowest:.0f} с, {slowest / median(mine):.0f}×"
    )
    return result("REG-2", mine, bare, peer="openpyxl + bulk_create", peer_s=peer, note=note)


def as_csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerow(HEAD)
    writer.writerows(rows)
    return stream.getvalue().encode()


def as_xlsx(rows: Iterable[tuple[str, ...]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Адреси")
    sheet.append(HEAD)
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@contextmanager
def _without_history(tenant: TenantRef) -> Iterator[None]:
    with psycopg.connect(ground.superuser_url(connection.settings_dict["NAME"]), autocommit=True) as server:
        addresses.without_history(server, tenant.schema, off=True)
        try:
            yield
        finally:
            addresses.without_history(server, tenant.schema, off=False)


# -- ours -----------------------------------------------------------------------------------------------


def _product(content: bytes, name: str, person: Any) -> tuple[float, float]:
    from kernel.registers.importing import runs
    from kernel.registers.importing.models import ImportRun
    from kernel.registers.registry import register_named

    began = time.perf_counter()
    started = runs.begin(register_named("addresses.addresses"), SimpleUploadedFile(name, content), by=person)
    refused = runs.match(started, started.columns, "both", by=person)
    if refused:
        raise RuntimeError(refused)
    runs.work_trial(started)
    tried = time.perf_counter()
    started.state = ImportRun.State.LOADING
    started.save(update_fields=["state"])
    runs.work_load(started)
    if started.wrong or started.loaded != started.rows:
        raise RuntimeError(f"{started.wrong} lines of {started.rows} were refused")
    return tried - began, time.perf_counter() - tried


# -- the limit ------------------------------------------------------------------------------------------

_READY = """
CREATE TEMPORARY TABLE bench_ready ON COMMIT DROP AS
SELECT t.id AS settlement_id, s.id AS street_id, c[3] AS number, c[4] AS corpus, c[5] AS postcode,
    CASE WHEN c[6] ~ '^\\d+\\.\\d+, \\d+\\.\\d+$' THEN ST_SetSRID(ST_MakePoint(split_part(c[6], ', ', 2)::float8,
        split_part(c[6], ', ', 1)::float8), 4326) END AS location,
    t.shown || ', ' || s.shown || ', ' || c[3] || CASE WHEN c[4] = '' THEN '' ELSE ', корп. ' || c[4] END AS shown,
    t.name || '|' || s.name || '|' || s.kind || '|' || lpad(rtrim(c[3], 'А'), 5, '0') || '0000'
        || CASE WHEN c[3] LIKE '%А' THEN '01' ELSE '00' END || '00' || lpad(c[4], 3, '0') || '00' AS place,
    s.also || ' ' || t.also || ' ' || regexp_replace(c[3], '(А)', '-\\1', 'g') || ' '
        || regexp_replace(c[3], '(А)', ' \\1', 'g') || CASE WHEN c[4] = '' THEN '' ELSE ' корпус к' || c[4] END AS also,
    row_number() OVER (PARTITION BY c[1], s.id, c[3], c[4]) AS again
FROM bench_raw LEFT JOIN addresses_settlement t ON t.name = c[1] AND t.archived_at IS NULL
LEFT JOIN (SELECT *, shown AS called FROM addresses_street UNION ALL SELECT *, name FROM addresses_street) s
    ON s.settlement_id = t.id AND s.called = c[2] AND s.archived_at IS NULL
"""
_BAD = """
SELECT count(*) FROM bench_ready r LEFT JOIN addresses_building b ON b.settlement_id = r.settlement_id
    AND b.street_id = r.street_id AND b.number = r.number AND b.corpus = r.corpus AND b.archived_at IS NULL
WHERE r.settlement_id IS NULL OR r.street_id IS NULL OR r.location IS NULL OR r.again > 1 OR b.id IS NOT NULL
    OR r.number !~ '^[1-9][0-9]{0,3}[А-ЯҐЄІЇ]?$' OR r.corpus !~ '^[0-9]{0,3}[А-ЯҐЄІЇ]?$'
    OR r.postcode !~ '^(?!00)[0-9]{5}$'
"""
_WRITE = """
INSERT INTO addresses_building (settlement_id, street_id, number, corpus, postcode, purpose, location, shown, place, also,
    version, created_at, updated_at)
SELECT settlement_id, street_id, number, corpus, postcode, 'house', location, shown, place, also, 1, now(), now()
FROM bench_ready
"""


def _bare(content: bytes, name: str) -> float:
    from kernel.registers.importing.reading import open_table

    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_raw (c text[]) ON COMMIT DROP")
        with cursor.copy("COPY bench_raw FROM STDIN") as copy:
            for _number, cells in open_table(io.BytesIO(content), name).rows:
                copy.write_row((cells,))
        cursor.execute(_READY)
        cursor.execute(_BAD)
        if cursor.fetchone()[0]:
            raise RuntimeError("the limit found errors in good rows")
        cursor.execute(_WRITE)
    return time.perf_counter() - began


# -- peers ----------------------------------------------------------------------------------------------


def _peer(content: bytes) -> float:
    from openpyxl import load_workbook

    from tenant_apps.territory.addresses.models import Building

    began = time.perf_counter()
    made = []
    for building in _buildings(load_workbook(io.BytesIO(content), read_only=True).active):
        building.clean_fields(exclude=["created_by"])
        made.append(building)
    with transaction.atomic():
        Building.objects.bulk_create(made, batch_size=5000)
    return time.perf_counter() - began


def _one_by_one(rows: Iterable[tuple[str, ...]]) -> float:
    from openpyxl import load_workbook

    content = as_xlsx(rows)
    began = time.perf_counter()
    with transaction.atomic():
        for building in _buildings(load_workbook(io.BytesIO(content), read_only=True).active):
            building.full_clean(exclude=["created_by"])
            building.save()
    return time.perf_counter() - began


def _buildings(sheet: Any) -> Iterator[Any]:
    from django.contrib.gis.geos import Point

    from tenant_apps.territory.addresses.models import Building, Street

    streets = {}
    for street in Street.objects.select_related("settlement"):
        streets[street.settlement.name, street.shown] = streets[street.settlement.name, street.name] = street
    for settlement, street_name, number, corpus, postcode, place in sheet.iter_rows(min_row=2, values_only=True):
        street = streets[settlement, street_name]
        lat, lon = map(float, place.split(", "))
        shown = f"{street.settlement.shown}, {street.shown}, {number}" + (f", корп. {corpus}" if corpus else "")
        yield Building(
            settlement=street.settlement, street=street, number=number, corpus=corpus or "", postcode=postcode,
            location=Point(lon, lat, srid=4326), shown=shown, place=f"{street.settlement.name}|{street.name}|{number}",
        )  # fmt: skip
