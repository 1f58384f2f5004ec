"""Rows written together leave the same history as rows written alone, and nobody else silences it."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from kernel.audit.chain import seal_history, verify_chain
from kernel.audit.models import History
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor, acting
from tenant_apps.territory.bus_stops.models import BusStop

TABLE = "bus_stops_busstop"
COLUMNS = [
    "code",
    "name",
    "landmark",
    "settlement",
    "location",
    "shelter",
    "accessible",
    "lit",
    "version",
    "created_at",
    "updated_at",
]
OLENA = Actor("user", "7", "Коваленко Олена Петрівна", "10.0.0.5", "запит-1", "рішення № 12")


def bulk(schema: str, verb: str, rows: list[dict[str, object]], columns: list[str] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public.hromada_bulk(%s, %s, %s, %s, %s)",
            [schema, TABLE, verb, [Jsonb(row) for row in rows], columns],
        )
        return cursor.fetchone()[0]


def row_of(stop: BusStop, **changes: object) -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t) FROM bus_stops_busstop t WHERE id = %s", [stop.pk])
        found = cursor.fetchone()[0]
    import json

    return {**(json.loads(found) if isinstance(found, str) else found), **changes}


def entries(**conditions: object) -> list[History]:
    return list(History.objects.filter(table_name=TABLE, **conditions).order_by("id"))


@pytest.fixture
def stop(in_alpha, clerk, stops):
    return save_card(stops, BusStop(code="А-1", name="Ринок", location="SRID=4326;POINT(34.5 49.5)"), by=clerk)


def test_insert_update_and_delete_are_recorded_as_the_trigger_would(in_alpha, stop):
    alone = entries(action="insert")[0].after
    with acting(OLENA):
        assert bulk(in_alpha.schema, "insert", [row_of(stop, code="А-2", name="Млин")], COLUMNS) == 1
        made = BusStop.objects.get(code="А-2")
        assert bulk(in_alpha.schema, "update", [row_of(made, name="Вітряк")], ["name"]) == 1
        assert bulk(in_alpha.schema, "delete", [{"id": made.pk}]) == 1
    created, changed, gone = entries(row_id=str(made.pk))
    assert created.after.keys() == alone.keys() and created.after["location"] == alone["location"]
    assert (changed.before, changed.after) == ({"name": "Млин"}, {"name": "Вітряк"})
    assert gone.action == "delete" and gone.before["name"] == "Вітряк" and gone.after is None
    for entry in (created, changed, gone):
        assert (entry.actor_id, entry.address, entry.request_id, entry.reason) == (
            "7",
            "10.0.0.5",
            "запит-1",
            "рішення № 12",
        )
        assert entry.db_role == in_alpha.schema and entry.xact > 0


def test_the_flag_silences_nobody_but_the_function(in_alpha, stop):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL hromada.bulk = 'on'")
        cursor.execute("UPDATE bus_stops_busstop SET name = 'тихцем'")
    assert entries(action="update")[-1].after == {"name": "тихцем"}
    bulk(in_alpha.schema, "update", [row_of(stop, name="Ринок 2")], ["name"])
    BusStop.objects.update(name="після гурту")
    assert [entry.after["name"] for entry in entries(action="update")][-2:] == ["Ринок 2", "після гурту"]


def test_nobody_writes_into_a_schema_or_a_table_that_is_not_theirs(in_alpha, beta, stop):
    for schema, table in (
        (beta.schema, TABLE),
        (in_alpha.schema, "audit_history"),
        ("public", "communities_community"),
    ):
        with pytest.raises(Exception) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT public.hromada_bulk(%s, %s, 'delete', %s, NULL)", [schema, table, [Jsonb({"id": stop.pk})]]
            )
        assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_rows_are_never_run(in_alpha, stop):
    evil = "x'); DROP TABLE bus_stops_busstop; --"
    assert bulk(in_alpha.schema, "insert", [row_of(stop, code="А-3", name=evil)], COLUMNS) == 1
    assert BusStop.objects.get(code="А-3").name == evil
    with pytest.raises(Exception, match="does not exist"), transaction.atomic():
        bulk(in_alpha.schema, "update", [row_of(stop)], ['name" = 1; --'])


def test_the_chain_holds_over_rows_written_together(transactional_db, alpha):
    from kernel.tenancy import tenant_context

    with tenant_context(alpha):
        BusStop.objects.create(code="А-1", name="Ринок")
        first = BusStop.objects.get()
        bulk(alpha.schema, "insert", [row_of(first, code=f"Г-{n}") for n in range(50)], COLUMNS)
        assert seal_history() >= 1
        assert verify_chain().ok
