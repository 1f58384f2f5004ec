"""In which months a zone is open; a season may go over the New Year (a skating rink: from November to March)."""

from __future__ import annotations


def in_season(first: int | None, last: int | None, month: int) -> bool:
    if first is None or last is None:
        return True
    if first <= last:
        return first <= month <= last
    return month >= first or month <= last
