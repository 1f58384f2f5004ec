"""Calls of the functions of the database that let figures out of a tenant and the region in; see rollups."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection


def push(
    register: str, formulas: dict[str, int], figures: list[dict[str, Any]], digest: str, seconds: float, error: str
) -> int:
    """The current tenant's own figures of a register; how many rows changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public.hromada_push(%s, %s, %s, %s, %s, %s)",
            [register, json.dumps(formulas), json.dumps(figures, ensure_ascii=False), digest, seconds, error],
        )
        return int(cursor.fetchone()[0])


def push_outline(rings: list[list[list[float]]]) -> None:
    """Where the current tenant lies; no rings take its outline off the map."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.hromada_push_outline(%s)", [json.dumps(rings)])


def push_vitals(signed_in: datetime | None, failed_jobs: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.hromada_push_vitals(%s, %s)", [signed_in, failed_jobs])


def push_catalogue(sets: list[dict[str, Any]]) -> None:
    """The current tenant's sets of open data; what is not among them leaves the region's catalogue."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.hromada_push_catalogue(%s)", [json.dumps(sets, ensure_ascii=False)])


def push_traffic(first: date, rows: list[dict[str, Any]]) -> None:
    """What went over the current tenant's bus since that day; days told before are told anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.hromada_push_traffic(%s, %s)", [first, json.dumps(rows, ensure_ascii=False)])


def granted(request: UUID, viewer: str, place: int | None = None) -> list[tuple[int, str, dict[str, str]]]:
    """What a tenant lets the region see: (place, card, words by field); nothing when it does not, or no longer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT place, key, shown FROM public.hromada_granted(%s, %s, %s)", [request, viewer, place])
        return [
            (row[0], row[1], row[2] if isinstance(row[2], dict) else json.loads(row[2])) for row in cursor.fetchall()
        ]
