"""Clocks of devices are not ours: how far one is off is seen when its record comes."""

from __future__ import annotations

from datetime import datetime, timedelta

# Closer than this a clock is right, and the way through a network takes the rest.
TOLERANCE = timedelta(minutes=3)
MOST_SECONDS = 2_000_000_000


def clock_off(sent_at: datetime, now: datetime) -> int:
    """Seconds the device is ahead; negative when it is behind, zero when it is right."""
    ahead = sent_at - now
    if abs(ahead) <= TOLERANCE:
        return 0
    return max(-MOST_SECONDS, min(MOST_SECONDS, int(ahead.total_seconds())))


def true_moment(made_at: datetime, off: int, now: datetime) -> datetime:
    """When it was by our clock; never later than now."""
    try:
        return min(made_at - timedelta(seconds=off), now)
    except OverflowError:
        return now
