"""As many addresses as asked, by three statements; in the scope of a tenant. For REG-1…REG-3 a million of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from tenant_apps.territory.addresses.calc import ALPHABET, KINDS
from tenant_apps.territory.addresses.models import Building, Street
from tenant_apps.territory.addresses.shown import refresh_streets

SETTLEMENTS = 10
HOUSES_ON_A_STREET = 9_999
FIRST = (
    *("Нова", "Стара", "Верхня", "Нижня", "Велика", "Мала", "Тиха", "Сонячна", "Зелена", "Яблунева", "Вишнева"),
    *("Калинова", "Липова", "Кленова", "Тополина", "Джерельна", "Польова", "Лугова", "Степова", "Гірська", "Козацька"),
    *("Січова", "Соборна", "Садова", "Лісова", "Річкова", "Набережна", "Шкільна", "Млинова", "Ярмаркова", "Гончарна"),
)
SECOND = (
    *("Слобідка", "Дорога", "Гора", "Долина", "Криниця", "Брама", "Левада", "Застава", "Балка", "Діброва", "Гребля"),
    *("Хвиля", "Зоря", "Пристань", "Круча", "Затока", "Поляна", "Греблянка", "Стежка", "Околиця", "Криничка"),
)

_SETTLEMENTS = """
INSERT INTO addresses_settlement (katottg, kind, name, also, version, created_at, updated_at)
SELECT 'UA99' || lpad((900000 + n)::text, 15, '0'), (ARRAY['M', 'X', 'C'])[least(n, 3)], 'Стендове ' || n, '', 1, now(), now()
FROM generate_series(1, %(settlements)s) n
ON CONFLICT (katottg) DO UPDATE SET name = excluded.name
RETURNING id
"""
_STREETS = """
INSERT INTO addresses_street (settlement_id, kind, name, act, also, version, created_at, updated_at)
SELECT (%(settlement_ids)s::bigint[])[1 + n %% %(settlements)s],
       (%(kinds)s::text[])[1 + n %% array_length(%(kinds)s::text[], 1)],
       (%(first)s::text[])[1 + n %% array_length(%(first)s::text[], 1)] || ' '
         || (%(second)s::text[])[1 + n / 31 %% array_length(%(second)s::text[], 1)] || ' '
         || n + (SELECT coalesce(max(id), 0) FROM addresses_street),
       '', '', 1, now(), now()
FROM generate_series(1, %(streets)s) n
RETURNING id
"""
_BUILDINGS = """
INSERT INTO addresses_building (settlement_id, street_id, number, corpus, postcode, purpose, location, shown, place, also,
                                version, created_at, updated_at)
SELECT s.settlement_id, s.id, h.number, h.corpus, lpad((10000 + s.place %% 80000)::text, 5, '0'),
       CASE WHEN h.house %% 5 = 0 THEN 'flats' ELSE 'house' END,
       ST_SetSRID(ST_MakePoint(33.0 + (h.n %% 1000) * 0.0004, 49.0 + (h.n / 1000) * 0.0004), 4326),
       t.shown || ', ' || s.shown || ', ' || h.number || CASE WHEN h.corpus = '' THEN '' ELSE ', корп. ' || h.corpus END,
       t.name || '|' || s.name || '|' || s.kind || '|' || h.key,
       s.also || ' ' || t.also || ' ' || regexp_replace(h.number, %(letter)s, '-\\1', 'g') || ' '
         || regexp_replace(h.number, %(letter)s, ' \\1', 'g')
         || CASE WHEN h.corpus = '' THEN '' ELSE ' корпус к' || h.corpus END,
       1, now(), now()
FROM (
  SELECT *, lpad(house::text, 5, '0') || CASE WHEN number LIKE '%%/1' THEN '0001' ELSE '0000' END
            || CASE WHEN number LIKE '%%А' THEN '01' ELSE '00' END || '00'
            || CASE WHEN corpus = '' THEN '000' ELSE '002' END || '00' AS key
  FROM (SELECT n, (n - 1) %% %(streets)s + 1 AS place, (n - 1) / %(streets)s + 1 AS house,
         ((n - 1) / %(streets)s + 1)::text || CASE WHEN n %% 7 = 0 THEN 'А' WHEN n %% 11 = 0 THEN '/1' ELSE '' END AS number,
         CASE WHEN n %% 50 = 0 THEN '2' ELSE '' END AS corpus
  FROM generate_series(1, %(rows)s) n) numbered
) h
JOIN (SELECT *, row_number() OVER (ORDER BY id) AS place FROM addresses_street WHERE id = ANY(%(street_ids)s)) s
  ON s.place = h.place
JOIN addresses_settlement t ON t.id = s.settlement_id
"""


@dataclass(frozen=True, slots=True)
class Filled:
    settlements: list[int]
    streets: list[int]
    rows: int


def fill(rows: int, *, streets: int = 0) -> Filled:
    """`rows` buildings on `streets` streets (one for 250 houses, unless told), all words written.

    Every row leaves a line of history, as it would from a person; see `without_history`.
    """
    streets = streets or max(1, rows // 250)
    if rows > streets * HOUSES_ON_A_STREET:
        raise ValueError(f"{rows} houses do not fit on {streets} streets.")
    kinds = [kind.code for kind in KINDS[:8]]
    given: dict[str, Any] = {
        "rows": rows, "streets": streets, "settlements": SETTLEMENTS, "kinds": kinds, "letter": f"([{ALPHABET}])",
        "first": list(FIRST), "second": list(SECOND),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SETTLEMENTS, given)
        given["settlement_ids"] = [key for (key,) in cursor.fetchall()]
        cursor.execute(_STREETS, given)
        given["street_ids"] = [key for (key,) in cursor.fetchall()]
        refresh_streets(Street.objects.filter(pk__in=given["street_ids"]))
        cursor.execute(_BUILDINGS, given)
        if rows >= 10_000:
            for model in (Street, Building):
                cursor.execute(f"ANALYZE {model._meta.db_table}")
    return Filled(given["settlement_ids"], given["street_ids"], rows)


def without_history(superuser: object, schema: str, *, off: bool) -> None:
    """Around a large fill: the row triggers of the addresses rest. `superuser` is a psycopg connection."""
    verb = "DISABLE" if off else "ENABLE"
    for model in (Street, Building):
        superuser.execute(f'ALTER TABLE "{schema}".{model._meta.db_table} {verb} TRIGGER USER')  # type: ignore[attr-defined]
