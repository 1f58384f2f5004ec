"""Codes of periods — «», 2026-10-15, 2026-10, 2026-Q4, 2026 — and what is before and after them."""

from __future__ import annotations

from datetime import date, timedelta

from kernel.indicators.computing import period_code
from kernel.indicators.spans import day_after, first_day, is_period, length_of, words

__all__ = [
    "day_after",
    "first_day",
    "is_period",
    "is_running",
    "last",
    "length_of",
    "words",
    "year_before",
]


def last(length: str, today: date, how_many: int) -> list[str]:
    """The latest so many periods, the present one the last."""
    if not length:
        return [""]
    step, found = period_code(today, length), []
    for _number in range(how_many):
        found.append(step)
        step = period_code(first_day(step) - timedelta(days=1), length)
    return found[::-1]


def year_before(period: str) -> str:
    if not period:
        return ""
    began = first_day(period)
    try:
        return period_code(began.replace(year=began.year - 1), length_of(period))
    except ValueError:
        # 29 February has no namesake.
        return period_code(began - timedelta(days=366), "day")


def is_running(period: str, today: date) -> bool:
    return bool(period) and first_day(period) <= today < day_after(period)
