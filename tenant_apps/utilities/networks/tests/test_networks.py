"""A ring, a branch and a tail: what shuts them off, who is left without, and what the database refuses."""

from __future__ import annotations

import time

import pytest
from django.apps import apps
from django.contrib.gis.geos import LineString, Point
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from kernel.access.levels import Level
from kernel.operations import Denied
from kernel.registers.registry import register_named, register_of
from kernel.registers.saving import archive_card, save_card
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.utilities.networks import operations, public
from tenant_apps.utilities.networks.models import Line, Node
from tenant_apps.utilities.networks.tracing import downstream, isolation, upstream, without_supply

Building = apps.get_model("addresses.Building")
Settlement = apps.get_model("addresses.Settlement")


@pytest.fixture
def engineer(in_alpha):
    return make_person(make_role("engineer", networks=Level.EDIT, addresses=Level.VIEW).code)


class Town:
    """Nodes and lines by short names: town.line("a", "b")."""

    def __init__(self, by, resource="water"):
        self.by, self.resource, self.nodes = by, resource, {}
        place = Settlement.objects.create(katottg=f"UA9901001001000{len(resource):04}", kind="C", name="Пробна")
        self.buildings = iter([Building(settlement=place, number=str(number)) for number in range(1, 20)])

    def node(self, name, kind="manhole", **given):
        if kind == "inlet":
            given["building"] = next(self.buildings)
            given["building"].save()
        given.setdefault("location", Point(33.42 + len(self.nodes) * 0.001, 49.07, srid=4326))
        node = Node(code=name, kind=kind, resource=self.resource, **given)
        self.nodes[name] = save_card(register_of(Node), node, by=self.by)

    def line(self, start, end, **given):
        line = Line(
            code=f"{start}-{end}", resource=self.resource, start=self.nodes[start], end=self.nodes[end], **given
        )
        return save_card(register_of(Line), line, by=self.by)


@pytest.fixture
def town(engineer):
    """well — v1 — a — v2 — b — tail, with a house at a, b and the tail; v4 ties b back to the well."""
    town = Town(engineer)
    town.node("well", "well", feeds=True)
    for name in ("v1", "v2", "v3", "v4"):
        town.node(name, "valve")
    for name in ("a", "b", "tail"):
        town.node(name)
        town.node(f"house-{name}", "inlet")
    for start, end in (
        ("well", "v1"),
        ("v1", "a"),
        ("a", "v2"),
        ("v2", "b"),
        ("b", "v3"),
        ("v3", "tail"),
        ("well", "v4"),
        ("v4", "b"),
    ):
        town.line(start, end)
    for name in ("a", "b", "tail"):
        town.line(name, f"house-{name}")
    return town


def line(code):
    return Line.objects.get(code=code)


def codes(nodes):
    return sorted(node.code for node in nodes)


def traced(code):
    zone = isolation(line(code))
    return codes(zone.valves), codes(without_supply(zone))


def test_a_ring_feeds_from_the_other_side(town):
    assert traced("v1-a") == (["v1", "v2"], ["house-a"])
    assert traced("v3-tail") == (["v3"], ["house-tail"])
    assert traced("v2-b") == (["v2", "v3", "v4"], ["house-b", "house-tail"])


def test_without_the_ring_the_rest_is_dry_too(town, engineer):
    operations.set_state(town.nodes["v4"], "closed", by=engineer, reason="ремонт")
    assert traced("v1-a") == (["v1", "v2"], ["house-a", "house-b", "house-tail"])


def test_a_valve_out_of_order_is_passed_by(town, engineer):
    operations.set_state(town.nodes["v2"], "faulty", by=engineer, reason="не тримає")
    assert traced("v1-a") == (["v1", "v3", "v4"], ["house-a", "house-b", "house-tail"])


def test_the_answer_stays_when_the_break_is_marked_and_valves_are_shut(town, engineer):
    before = traced("v1-a")
    operations.set_state(line("v1-a"), "faulty", by=engineer, reason="прорив")
    for code in ("v1", "v2"):
        operations.set_state(town.nodes[code], "closed", by=engineer, reason="прорив")
    assert traced("v1-a") == before
    with pytest.raises(Denied, match="Уже"):
        operations.set_state(town.nodes["v1"], "closed", by=engineer, reason="ще раз")


def test_who_was_dry_before_is_not_told_again(town, engineer):
    operations.set_state(town.nodes["v3"], "closed", by=engineer, reason="борг")
    assert traced("v2-b") == (["v2", "v3", "v4"], ["house-b", "house-tail"]), "v3 is at the edge: shut for this break"
    assert traced("v1-a") == (["v1", "v2"], ["house-a"])


def test_one_way_does_not_feed_backwards(town, engineer):
    operations.set_state(town.nodes["v1"], "closed", by=engineer, reason="ремонт")
    assert traced("v4-b") == (["v2", "v3", "v4"], ["house-a", "house-b", "house-tail"])
    Line.objects.filter(code__in=["a-v2", "v2-b"]).update(one_way=True)
    assert traced("v4-b") == (["v2", "v3", "v4"], ["house-b", "house-tail"]), "nothing came to the first house before"


def test_a_source_inside_is_shut_off_with_its_zone(town):
    assert traced("well-v1") == (["v1", "v4"], ["house-a", "house-b", "house-tail"])


def test_up_and_down_the_flow(town):
    assert codes(upstream(line("v2-b"))) == ["a", "v1", "v2", "well"]
    assert codes(downstream(line("v2-b"))) == ["b", "house-b", "house-tail", "tail", "v3"]
    outage = public.outage_of(line("v3-tail").pk)
    assert [one.code for one in outage.valves] == ["v3"] and len(outage.buildings) == 1
    assert public.outage_of(10**9) is None
    assert public.lines_near(town.nodes["tail"].location, "water")[0].metres_away < 1
    assert public.lines_near(town.nodes["tail"].location, "gas") == []


def test_a_sewer_drains_to_its_works(engineer):
    town = Town(engineer, "sewer")
    town.node("works", "treatment", feeds=True)
    for name in ("low", "high"):
        town.node(name)
        town.node(f"house-{name}", "inlet")
        town.line(f"house-{name}", name, one_way=True)
    town.node("gate", "valve")
    town.line("high", "gate", one_way=True)
    town.line("gate", "low", one_way=True)
    town.line("low", "works", one_way=True)
    zone = isolation(line("house-high-high"))
    assert (codes(zone.valves), codes(without_supply(zone))) == (["gate"], ["house-high"])
    assert codes(downstream(line("gate-low"))) == ["low", "works"]


def test_lines_stand_on_their_nodes(town, engineer):
    a, tail = town.nodes["a"], town.nodes["tail"]
    middle = Point(33.4255, 49.0705)
    drawn = LineString(a.location.coords, middle.coords, (tail.location.x + 0.0001, tail.location.y), srid=4326)
    made = town.line("a", "tail", shape=drawn)
    assert made.shape.coords[-1] == tail.location.coords and made.length > 100
    tail.location = Point(33.43, 49.075, srid=4326)
    save_card(register_of(Node), tail, by=engineer)
    made.refresh_from_db()
    assert made.shape.coords[-1] == (33.43, 49.075) and made.shape.coords[1] == middle.coords
    far = LineString(a.location.coords, (33.5, 49.2), srid=4326)
    with pytest.raises(Denied, match="Доведіть лінію"):
        save_card(register_of(Line), Line(code="x", resource="water", start=a, end=tail, shape=far), by=engineer)


def test_networks_do_not_mix(town, engineer):
    gas = save_card(
        register_of(Node), Node(code="г", resource="gas", kind="joint", location=town.nodes["a"].location), by=engineer
    )
    with pytest.raises(ValidationError, match="іншої мережі"):
        save_card(register_of(Line), Line(code="x", resource="water", start=town.nodes["a"], end=gas), by=engineer)
    with pytest.raises(IntegrityError, match="network_line_start_agrees"), transaction.atomic():
        Line.objects.filter(code="v1-a").update(start=gas)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    town.nodes["a"].resource = "gas"
    with pytest.raises(Denied, match="уже має ділянки"):
        save_card(register_of(Node), town.nodes["a"], by=engineer)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"kind": "inlet"}, "має адресу"),
        ({"kind": "joint", "feeds": True}, "лише джерело"),
        ({"depth": -1}, "відʼємними"),
        ({"built_in": 2999}, "чотири цифри"),
        ({"code": "a"}, "уже є"),
    ],
)
def test_a_wrong_node_is_told_why(town, engineer, given, told):
    node = Node(
        **{"code": "new", "resource": "water", "kind": "joint", "location": Point(33.4, 49.0, srid=4326), **given}
    )
    with pytest.raises(ValidationError, match=told):
        save_card(register_of(Node), node, by=engineer)


def test_a_node_with_lines_stays(town, engineer):
    with pytest.raises(Exception, match=r"a-v2|Ділянки"):
        archive_card(register_named("networks.nodes"), town.nodes["a"], by=engineer)


def test_the_page_names_valves_and_addresses(town, engineer, client_for):
    client = enter(client_for("alpha"), engineer)
    page = client.get(f"/networks/trace/{line('v1-a').pk}/")
    words = page.content.decode()
    assert (
        page.status_code == 200 and "v1" in words and "v2" in words and str(Building.objects.get(number="1")) in words
    )
    assert client.get(f"/networks/trace/{10**9}/").status_code == 404
    stranger = enter(client_for("alpha"), make_person())
    assert stranger.get(f"/networks/trace/{line('v1-a').pk}/").status_code == 403


def test_a_long_street_is_traced_at_once(town):
    """A long street: a valve at every hundredth knot, the break in the middle."""
    size = 2_000
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO networks_node (version, created_at, updated_at, code, resource, state, kind, name, feeds,"
            " location, note, capacity_unit, datasheet) SELECT 1, now(), now(), 'n' || i, 'heat', 'working',"
            " CASE WHEN i = 1 THEN 'boiler' WHEN i %% 100 = 0 THEN 'valve' ELSE 'chamber' END, '', i = 1,"
            " ST_SetSRID(ST_MakePoint(33 + i * 0.000001, 49), 4326), '', '', '' FROM generate_series(1, %s) i",
            [size],
        )
        cursor.execute(
            "INSERT INTO networks_line (version, created_at, updated_at, code, resource, state, start_id, end_id, one_way,"
            " shape, material, pressure, note) SELECT 1, now(), now(), 'l' || n.code, 'heat', 'working', n.id, m.id, false,"
            " ST_MakeLine(n.location, m.location), '', '', '' FROM networks_node n JOIN networks_node m"
            " ON m.code = 'n' || (substr(n.code, 2)::int + 1) WHERE n.resource = 'heat' AND m.resource = 'heat'"
        )
        cursor.execute("ANALYZE networks_node; ANALYZE networks_line")
    began = time.perf_counter()
    zone = isolation(line(f"ln{size // 2 + 50}"))
    assert codes(zone.valves) == [f"n{size // 2}", f"n{size // 2 + 100}"]
    isolated = time.perf_counter() - began
    assert without_supply(zone) == []
    assert isolated < 1 and time.perf_counter() - began < 5
