"""stops.txt of GTFS (gtfs.org/documentation/schedule/reference): what trip planners read of stops.

A stop without a place on the map is left out: the format knows no such stop.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any, BinaryIO

from kernel.registers.declarations import TransitStops
from kernel.registers.exporting.neutral import neutral

COLUMNS = ("stop_id", "stop_code", "stop_name", "stop_desc", "stop_lat", "stop_lon", "wheelchair_boarding")
BOARDING = {None: "0", True: "1", False: "2"}


def write_stops(stops: TransitStops, place: str, cards: Iterable[Any], file: BinaryIO) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for card in cards:
        point, code = getattr(card, place), _line(getattr(card, stops.code))
        if point is None or not code:
            continue
        about = _line(getattr(card, stops.about)) if stops.about else ""
        boarding = BOARDING[getattr(card, stops.accessible) if stops.accessible else None]
        name = _line(getattr(card, stops.name))
        writer.writerow([code, code, name, about, f"{point.y:.7f}", f"{point.x:.7f}", boarding])
    text.detach()


def _line(value: Any) -> str:
    """The format has no new lines and no tabs inside a value."""
    return neutral(" ".join(str(value or "").split()))
