"""What follows from figures of a house: its condition by wear, heat per metre, the season of an inspection."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

KWH_IN_GCAL = Decimal("1163")
# The upper end of wear in per cent, and the condition it means.
CONDITIONS = ((20, "good"), (40, "fair"), (60, "poor"), (80, "shabby"), (100, "unfit"))
# Months of the regular inspections of a year.
SEASONS = {"spring": (3, 4, 5), "autumn": (8, 9, 10)}


def condition_by_wear(wear: int) -> str:
    if not 0 <= wear <= 100:
        raise ValueError(f"Wear is a share of the house in per cent, and {wear} is not.")
    return next(condition for limit, condition in CONDITIONS if wear <= limit)


def heat_per_metre(gcal: Decimal, area: Decimal) -> Decimal | None:
    """kWh of heat a year for a square metre; nothing where the area is not known."""
    if not area:
        return None
    return (gcal * KWH_IN_GCAL / area).quantize(Decimal("0.1"), ROUND_HALF_UP)


def is_in_season(season: str, day: date) -> bool:
    months = SEASONS.get(season)
    return months is None or day.month in months
