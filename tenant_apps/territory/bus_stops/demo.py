"""Stops of a small town: enough of them for a list with pages, with and without a shelter."""

from __future__ import annotations

from datetime import date

from django.contrib.gis.geos import Point

from kernel.access.models import User
from kernel.registers.showing import add_missing
from tenant_apps.territory.bus_stops.models import BusStop

PLACES = (
    *("Автостанція", "Площа Свободи", "Ринок", "Вулиця Козацька", "Лікарня", "Ліцей № 1", "Стадіон", "Млин"),
    *("Хутір Вишневий", "Елеватор", "Кладовище", "Залізничний вокзал", "Будинок культури", "Сільрада", "Озеро"),
)
LANDMARKS = ("біля крамниці", "навпроти аптеки", "коло мосту", "", "за перехрестям")
SHELTERS = list(BusStop.Shelter)


def load(by: User) -> int:
    return add_missing((_stop(number, side) for number in range(1, len(PLACES) + 1) for side in (0, 1)), by=by)


def _stop(number: int, side: int) -> BusStop:
    """Both sides of the road at each place."""
    return BusStop(
        code=f"ЗП-{number * 2 - 1 + side:03}",
        name=f"{PLACES[number - 1]} ({'з центру' if side else 'до центру'})",
        landmark=LANDMARKS[(number + side) % len(LANDMARKS)],
        settlement="Дубогір" if number < 12 else "Вербопіль",
        location=Point(33.60 + number * 0.004, 49.22 + side * 0.001 + number * 0.002, srid=4326),
        shelter=SHELTERS[(number + side) % len(SHELTERS)],
        accessible=(number + side) % 3 == 0,
        lit=number % 2 == 0,
        opened_on=date(2015 + number % 9, number % 12 + 1, number),
    )
