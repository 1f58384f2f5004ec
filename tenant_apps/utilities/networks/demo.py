"""Five networks of a small town: a source, streets with valves, an inlet at each house; the water goes round in a ring."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import LineString, Point

from kernel.access.models import User
from tenant_apps.utilities.networks.models import Line, Node, Resource

Kind = Node.Kind
HOUSES = 12
BESIDE = 0.00008


@dataclass(frozen=True)
class Plan:
    """How one network is called, where it begins, what it is made of."""

    resource: str
    prefix: str
    source: str
    name: str
    capacity: tuple[str, str]
    knot: str
    diameter: int
    material: str
    pressure: str
    shift: float
    one_way: bool = False
    ring: bool = False


PLANS = (
    Plan("water", "В", Kind.WELL, "Свердловина № 3", ("25", "м³/год"), Kind.MANHOLE, 110, "polyethylene", "0,6 МПа", 0.0001, ring=True),
    Plan("sewer", "К", Kind.TREATMENT, "Очисні споруди", ("400", "м³/добу"), Kind.MANHOLE, 200, "ceramics", "", -0.0001, one_way=True),
    Plan("heat", "Т", Kind.BOILER, "Котельня «Центральна»", ("4.5", "Гкал/год"), Kind.CHAMBER, 159, "steel", "0,8 МПа", 0.0002),
    Plan("power", "Е", Kind.SUBSTATION, "ТП-14", ("630", "кВА"), Kind.JOINT, 0, "aluminium", "0,4 кВ", -0.0002),
    Plan("gas", "Г", Kind.GAS_POINT, "ГРП-2", ("1200", "м³/год"), Kind.JOINT, 63, "polyethylene", "низький тиск", 0.0003),
)  # fmt: skip


@dataclass
class Drawing:
    plan: Plan
    by: User
    nodes: list[Node] = field(default_factory=list)
    lines: list[tuple[Node, Node]] = field(default_factory=list)

    def node(self, kind: str, x: float, y: float, **more: Any) -> Node:
        code = f"{self.plan.prefix}-{len(self.nodes) + 1:03}"
        made = Node(
            code=code, resource=self.plan.resource, kind=kind, location=Point(round(x, 6), round(y, 6), srid=4326),
            built_in=1978 + len(self.nodes), created_by=self.by, **more,
        )  # fmt: skip
        self.nodes.append(made)
        return made

    def join(self, start: Node, end: Node) -> None:
        self.lines.append((end, start) if self.plan.resource == Resource.SEWER else (start, end))

    def keep(self) -> int:
        Node.objects.bulk_create(self.nodes)
        plan = self.plan
        Line.objects.bulk_create(
            Line(
                code=f"{plan.prefix}-Д{number:03}", resource=plan.resource, start=start, end=end, material=plan.material,
                shape=LineString(start.location.coords, end.location.coords, srid=4326), pressure=plan.pressure,
                diameter=plan.diameter or None, built_in=1980 + number % 40, one_way=plan.one_way, created_by=self.by,
            )
            for number, (start, end) in enumerate(self.lines, start=1)
        )  # fmt: skip
        return len(self.nodes) + len(self.lines)


def load(by: User) -> int:
    """Once: where there are nodes already, nothing is added."""
    if Node.objects.exists():
        return 0
    buildings = Node._meta.get_field("building").related_model._default_manager
    placed = list(buildings.filter(location__isnull=False, archived_at__isnull=True).order_by("pk")[:HOUSES])
    return sum(_network(plan, placed, by) for plan in PLANS) if placed else 0


def _network(plan: Plan, placed: list[Any], by: User) -> int:
    """source — valve — knot — knot — valve — knot…, with an inlet off each knot."""
    drawing = Drawing(plan, by)
    first = placed[0].location
    amount, unit = plan.capacity
    source = drawing.node(
        plan.source, first.x - 0.002, first.y + plan.shift, name=plan.name, feeds=True, capacity=amount, capacity_unit=unit,
        datasheet=f"№ {plan.prefix}-1 від 12.05.2019",
    )  # fmt: skip
    last = source
    for number, building in enumerate(placed):
        x, y = building.location.x, building.location.y + plan.shift
        if number % 4 == 0:
            valve = drawing.node(Kind.VALVE, x - 2 * BESIDE, y, name=f"Засувка {number // 4 + 1}")
            drawing.join(last, valve)
            last = valve
        knot = drawing.node(plan.knot, x, y, depth="1.80" if plan.knot == Kind.MANHOLE else None)
        drawing.join(last, knot)
        drawing.join(knot, drawing.node(Kind.INLET, x, y + BESIDE, building=building))
        last = knot
    if plan.ring:
        valve = drawing.node(Kind.VALVE, first.x - 0.001, first.y + 0.001, name="Засувка на кільці")
        drawing.join(source, valve)
        drawing.join(valve, last)
    return drawing.keep()
