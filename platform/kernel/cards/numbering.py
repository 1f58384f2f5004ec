"""Numbers without gaps: a number is taken in the transaction of the card, and given back with it."""

from __future__ import annotations

from django.db import connection


def take_number(series: str) -> int:
    return take_numbers(series, 1)


def take_numbers(series: str, count: int) -> int:
    """The first of `count` consecutive numbers; the row stays locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cards_counter (series, last) VALUES (%(series)s, %(count)s) "
            "ON CONFLICT (series) DO UPDATE SET last = cards_counter.last + %(count)s RETURNING last",
            {"series": series, "count": count},
        )
        (last,) = cursor.fetchone()
    return int(last) - count + 1
