"""One field of a built-in register and one register of the community's own."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.gis.geos import Point

from kernel.access.levels import Level
from kernel.designer.designing import add_field
from kernel.designer.models import Definition, Record
from kernel.designer.registering import make_register
from kernel.operations import Who
from kernel.registers.registry import UnknownRegister, register_named
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor

STOPS = "bus_stops.bus-stops"
DESIGNER = Actor("operator", name="Демонстрація")
MATERIALS = [["wood", "дерево"], ["metal", "метал"], ["concrete", "бетон"]]
POINTS = (
    ("Будинок культури", 120, "gas", 33.601, 49.221, True), ("Ліцей № 1", 200, "gas", 33.612, 49.226, True),
    ("Бібліотека", 40, "wood", 33.607, 49.229, False), ("Амбулаторія", 25, "electric", 33.62, 49.231, True),
    ("Пожежна частина", 30, "wood", 33.596, 49.224, False),
)  # fmt: skip


def load(by: Who) -> int:
    """Once: what is already designed stays as it is."""
    if Definition.objects.exists():
        return 0
    return _bench() + _points()


def _bench() -> int:
    try:
        stops = register_named(STOPS)
    except UnknownRegister:
        return 0
    add_field(STOPS, {"title": "Матеріал лави", "kind": "choice", "options": MATERIALS, "public": True}, by=DESIGNER)
    made = 0
    for place, card in enumerate(stops.queryset().order_by("pk")[:12]):
        stops.added.keeping.put(card, "x_material_lavy", MATERIALS[place % 3][0])  # type: ignore[union-attr]
        save_card(stops, card, by=DESIGNER)
        made += 1
    return made


def _points() -> int:
    label = make_register(
        {"title": "Пункти обігріву", "singular": "пункт обігріву", "area": "services", "icon": "home",
         "numbering": "ПО-{number:03}", "placed": True},
        by=DESIGNER,
    ).register  # fmt: skip
    add_field(
        label, {"title": "Місць", "kind": "number", "unit": "осіб", "required": True, "public": True}, by=DESIGNER
    )
    options = [["gas", "газове"], ["wood", "дрова"], ["electric", "електричне"]]
    add_field(label, {"title": "Опалення", "kind": "choice", "options": options}, by=DESIGNER)
    add_field(label, {"title": "Генератор", "kind": "boolean", "public": True}, by=DESIGNER)
    add_field(label, {"title": "Телефон чергового", "kind": "text", "level": Level.EDIT}, by=DESIGNER)
    points = register_named(label)
    for name, seats, heating, longitude, latitude, generator in POINTS:
        card = Record(name=name, place=Point(longitude, latitude, srid=4326))
        for code, value in (("mists", Decimal(seats)), ("opalennia", heating), ("henerator", generator)):
            points.added.keeping.put(card, f"x_{code}", value)  # type: ignore[union-attr]
        save_card(points, card, by=DESIGNER)
    return len(POINTS)
