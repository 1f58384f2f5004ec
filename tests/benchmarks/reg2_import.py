"""REG-2, a file of 100,000 stops into a register: read, checked, written.

Ours is the whole path of the product: the file kept, read and tried, every line with its verdict, then loaded by portions
with rights, numbers of versions, history of every card and letters in the outbox. The limit is the same file by the same
reader copied into a temporary table, the same checks in SQL, one INSERT … SELECT into a lasting table with the same columns
and indexes, committed; no rights, no verdicts kept, no history, no way back. The peer is what one writes first: openpyxl, a check
per row, bulk_create by 5,000; it is measured on a tenth of the rows and multiplied.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any

import psycopg
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from psycopg import sql

from kernel.tenancy import tenant_context
from kernel.tenancy.actor import Actor, acting
from tests.benchmarks import ground
from tests.benchmarks.measure import Result, interleaved, result, sized

if TYPE_CHECKING:
    from kernel.tenancy import TenantRef

HEAD = ["Код", "Назва", "Орієнтир", "Укриття", "Безбар'єрна", "Діє з", "Розташування"]
SHELTERS = {"немає": "none", "навіс": "canopy", "павільйон": "pavilion"}
TENTH = 10


def row(number: int) -> list[str]:
    day = f"{number % 28 + 1:02}.{number % 12 + 1:02}.{2000 + number % 26}"
    place = f"49.{number % 1_000_000:06}, 34.{number * 7 % 1_000_000:06}"
    return [
        f"ЗП-{number:08}", f"Зупинка {number}", f"біля будинку {number % 500}", list(SHELTERS)[number % 3],
        "так" if number % 2 else "ні", day, place,
    ]  # fmt: skip


def as_csv(rows: int, salt: int) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerow(HEAD)
    writer.writerows(row(salt * 1_000_000 + number) for number in range(rows))
    return stream.getvalue().encode("cp1251", "replace")


def as_xlsx(rows: int, salt: int) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Зупинки")
    sheet.append(HEAD)
    for number in range(rows):
        sheet.append(row(salt * 1_000_000 + number))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def run(tenant: TenantRef) -> Result:
    """CSV is the row of the table; what a spreadsheet costs is in its note."""
    found = of_kind(tenant, "csv")
    sheet = of_kind(tenant, "xlsx")
    return replace(
        found,
        note=f"{found.note}; XLSX: {sheet.ours_s:.2f} с, межа {sheet.limit_s:.2f} с, {sheet.ratio_to_limit:.2f}×",
    )


def of_kind(tenant: TenantRef, kind: str) -> Result:
    rows, pairs = sized(100_000, 2_000), sized(3, 1)
    make = as_csv if kind == "csv" else as_xlsx
    # Every file has codes of its own, or the second would find all its stops already there.
    first = 0 if kind == "csv" else 2 * pairs
    files = {number: make(rows, first + number) for number in range(2 * pairs)}
    parts: list[tuple[float, float]] = []
    with _table_of_the_limit(tenant), tenant_context(tenant), acting(Actor("operator", name="Стенд вимірювань")):
        person = _person()

        def ours(number: int) -> float:
            began = time.perf_counter()
            parts.append(_product(files[2 * number], f"stops.{kind}", person))
            return time.perf_counter() - began

        def limit(number: int) -> float:
            return _bare(files[2 * number + 1], f"stops.{kind}")

        mine, bare = interleaved(ours, limit, pairs)
        peer = TENTH * _peer(as_xlsx(rows // TENTH, 900 if kind == "csv" else 901))
    trial, load = (median(column) for column in zip(*parts, strict=True))
    note = f"{rows} рядків {kind}; проба {trial:.2f} с, завантаження {load:.2f} с; рівню виміряно на {rows // TENTH} рядках"
    return result("REG-2", mine, bare, peer="openpyxl + bulk_create", peer_s=peer, note=note)


@contextmanager
def _table_of_the_limit(tenant: TenantRef) -> Iterator[None]:
    """As lasting as the product's own, which the tenant's role may fill and not make."""
    names = {"schema": sql.Identifier(tenant.schema)}
    with psycopg.connect(ground.superuser_url(connection.settings_dict["NAME"]), autocommit=True) as server:
        server.execute(
            sql.SQL("CREATE TABLE {schema}.bench_stop (LIKE {schema}.bus_stops_busstop INCLUDING ALL)").format(**names)
        )
        server.execute(sql.SQL("GRANT ALL ON {schema}.bench_stop TO {schema}").format(**names))
        try:
            yield
        finally:
            server.execute(sql.SQL("DROP TABLE {schema}.bench_stop").format(**names))


def _person() -> Any:
    from kernel.access.models import Role, RoleAssignment, RoleLevel, User

    found = User.objects.filter(email="import@bench.example").first()
    if found is None:
        found = User.objects.create_user("import@bench.example", None, last_name="С", first_name="В")
        role = Role.objects.create(code="bench_import", title="Стенд")
        RoleLevel.objects.create(role=role, module="bus_stops", level=2, rule="all")
        RoleAssignment.objects.create(user=found, role=role, valid_from="2020-01-01", given_by="стенд")
    return found


def _product(content: bytes, name: str, person: Any) -> tuple[float, float]:
    from kernel.registers.importing import runs
    from kernel.registers.importing.models import ImportRun
    from kernel.registers.registry import register_named

    began = time.perf_counter()
    started = runs.begin(register_named("bus_stops.bus-stops"), SimpleUploadedFile(name, content), by=person)
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


_CHECKED = """
CREATE TEMPORARY TABLE bench_ready ON COMMIT DROP AS
SELECT c[1] AS code, c[2] AS name, c[3] AS landmark, k.code AS shelter, c[5] = 'так' AS accessible,
    CASE WHEN c[6] ~ '^\\d\\d\\.\\d\\d\\.\\d{4}$' THEN to_date(c[6], 'DD.MM.YYYY') END AS opened_on,
    CASE WHEN c[7] ~ '^\\d+\\.\\d+, \\d+\\.\\d+$' THEN ST_SetSRID(ST_MakePoint(split_part(c[7], ', ', 2)::float8,
        split_part(c[7], ', ', 1)::float8), 4326) END AS location,
    row_number() OVER (PARTITION BY c[1]) AS again
FROM bench_raw LEFT JOIN (VALUES ('немає', 'none'), ('навіс', 'canopy'), ('павільйон', 'pavilion')) k (label, code)
    ON k.label = c[4]
"""
_BAD = """
SELECT count(*) FROM bench_ready r LEFT JOIN bench_stop s ON s.code = r.code AND s.archived_at IS NULL
WHERE r.code = '' OR r.name = '' OR length(r.code) > 20 OR length(r.name) > 120 OR length(r.landmark) > 200 OR r.again > 1
    OR r.shelter IS NULL OR r.opened_on IS NULL OR r.location IS NULL OR s.code IS NOT NULL
"""


def _bare(content: bytes, name: str) -> float:
    from kernel.registers.importing.reading import open_table

    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_raw (c text[]) ON COMMIT DROP")
        with cursor.copy("COPY bench_raw FROM STDIN") as copy:
            for _number, cells in open_table(io.BytesIO(content), name).rows:
                copy.write_row((cells,))
        cursor.execute(_CHECKED)
        cursor.execute(_BAD)
        if cursor.fetchone()[0]:
            raise RuntimeError("the limit found errors in good rows")
        cursor.execute(
            "INSERT INTO bench_stop (code, name, landmark, settlement, location, shelter, accessible, lit, opened_on, version, "
            "created_at, updated_at) SELECT code, name, landmark, '', location, shelter, accessible, false, opened_on, 1, now(), "
            "now() FROM bench_ready"
        )
    return time.perf_counter() - began


def _peer(content: bytes) -> float:
    from datetime import datetime

    from django.contrib.gis.geos import Point
    from openpyxl import load_workbook

    from tenant_apps.territory.bus_stops.models import BusStop

    began = time.perf_counter()
    made = []
    lines = load_workbook(io.BytesIO(content), read_only=True).active.iter_rows(min_row=2, values_only=True)
    for code, name, landmark, shelter, accessible, day, place in lines:
        lat, lon = map(float, place.split(", "))
        stop = BusStop(
            code=code, name=name, landmark=landmark, shelter=SHELTERS[shelter], accessible=accessible == "так",
            opened_on=datetime.strptime(day, "%d.%m.%Y").date(), location=Point(lon, lat, srid=4326),  # noqa: DTZ007
        )  # fmt: skip
        stop.clean_fields(exclude=["created_by"])
        made.append(stop)
    with transaction.atomic():
        BusStop.objects.bulk_create(made, batch_size=5000)
    return time.perf_counter() - began
