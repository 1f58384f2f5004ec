"""Rules between shapes: stop, let through with a reason, list what is wrong. Contours stand in a table of this test."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.contrib.gis.geos import Polygon
from django.core.exceptions import ValidationError
from django.db import connection

from kernel.access.levels import Level
from kernel.maps import InsideCommunity, NoOverlap, SnapTo
from kernel.maps.checks import problems
from kernel.maps.models import Problem
from kernel.maps.topology.recounting import recount
from kernel.maps.topology.rules import REASON_WANTED
from kernel.maps.topology.searching import broken_by
from kernel.registers.events import announce
from kernel.registers.registry import register_named
from kernel.registers.saving import archive_card, save_card
from kernel.testing.access import enter, make_person, make_role
from tests.maps.conftest import HERE, LABEL, stop


@pytest.fixture
def stops(bounded, monkeypatch):
    register = register_named(LABEL)
    monkeypatch.setattr(type(register), "topology", (InsideCommunity("location"),))
    return register


@pytest.fixture
def plots(in_alpha):
    """A register of contours, as far as the search asks of one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE plots (id bigint PRIMARY KEY, shape geometry(Polygon, 4326), archived_at timestamptz) ON COMMIT DROP"
        )
        cursor.execute("CREATE INDEX ON plots USING gist (shape)")
    pk, shape = SimpleNamespace(name="id", column="id"), SimpleNamespace(name="shape", column="shape")
    meta = SimpleNamespace(pk=pk, concrete_fields=[pk, shape], label="tests.Plot")
    return SimpleNamespace(
        label="tests.plots", table="plots", archives=True, model=SimpleNamespace(_meta=meta),
        topology=(NoOverlap("shape"),), layer=SimpleNamespace(geometry="shape"),
    )  # fmt: skip


def square(west: float, south: float, side: float = 0.001) -> Polygon:
    shape = Polygon.from_bbox((west, south, west + side, south + side))
    shape.srid = 4326
    return shape


def plot(pk: int, shape: Polygon, archived: bool = False) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO plots VALUES (%s, ST_GeomFromEWKB(%s), CASE WHEN %s THEN now() END)",
            [pk, bytes(shape.ewkb), archived],
        )


def test_overlap_is_measured_and_neighbours_are_left_in_peace(plots):
    plot(1, square(33.6, 49.2))
    plot(2, square(33.601, 49.2))
    plot(3, square(33.6, 49.2), archived=True)
    rule = plots.topology[0]
    assert broken_by(plots, rule, square(33.602, 49.2), None) == []
    (found,) = broken_by(plots, rule, square(33.6005, 49.2002, 0.0004), 9)
    assert found.other == 1 and found.measure == pytest.approx(1300, rel=0.05)
    # Its own former shape is no neighbour.
    assert broken_by(plots, rule, square(33.6001, 49.2, 0.0008), 1) == []


def test_disorder_is_listed_kept_and_cleared(plots):
    for number in range(4):
        plot(number, square(33.6 + number * 0.0009, 49.2))
    assert recount(plots) == 3
    assert [(one.card, one.other) for one in Problem.objects.order_by("card")] == [(0, 1), (1, 2), (2, 3)]
    known = set(Problem.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM plots WHERE id = 1")
    assert recount(plots, [0, 2]) == 1
    assert set(Problem.objects.values_list("pk", flat=True)) < known
    plot(1, square(33.6009, 49.2))
    assert recount(plots, [1]) == recount(plots) == 3


def test_a_gap_between_neighbours(plots):
    plot(1, square(33.6, 49.2))
    rule = SnapTo("shape", within=2.0)
    register = SimpleNamespace(**vars(plots))
    near = square(33.60101, 49.2)
    (found,) = broken_by(register, rule, near, 9)
    assert found.other == 1 and found.measure == pytest.approx(0.73, abs=0.05)
    assert broken_by(register, rule, square(33.601, 49.2), 9) == [] == broken_by(register, rule, square(33.61, 49.2), 9)


def test_outside_the_community_asks_a_reason_and_keeps_it(stops, keeper):
    card = stop(1)
    card.location.x = 34.5
    with pytest.raises(ValidationError, match="поза межею громади") as refused:
        save_card(stops, card, by=keeper)
    assert refused.value.code == REASON_WANTED and "location" in refused.value.message_dict
    save_card(stops, card, by=keeper, reason="Кінцева за межею, договір із сусідами")
    kept = Problem.objects.get()
    assert kept.card == card.pk and kept.reason.startswith("Кінцева") and kept.allowed_by == keeper.full_name
    assert kept.measure == pytest.approx(58_400, rel=0.02)
    # Left where it is, it is not asked again, and the reason stays.
    card.refresh_from_db()
    card.name = "Нова назва"
    save_card(stops, card, by=keeper)
    assert Problem.objects.count() == 1
    card.refresh_from_db()
    card.location.x = HERE[0]
    save_card(stops, card, by=keeper)
    assert not Problem.objects.exists()


def test_the_form_asks_for_the_reason(stops, office):
    given = {
        "code": "ЗП-7",
        "name": "Далека",
        "location": "49.9, 35.0",
        "shelter": "none",
        "landmark": "",
        "settlement": "",
    }
    refused = office.post("/bus-stops/new/", given)
    assert refused.status_code == 422 and 'name="map_reason"' in refused.content.decode()
    saved = office.post("/bus-stops/new/", {**given, "map_reason": "Договір № 5"})
    assert saved.status_code == 302 and Problem.objects.get().reason == "Договір № 5"


def test_many_at_once_are_listed_and_archived_ones_are_not(stops, keeper):
    far = [stop(number, 35.0) for number in range(3)]
    announce(stops, [card.pk for card in far], "saved")
    assert Problem.objects.filter(allowed_at__isnull=True).count() == 3
    archive_card(stops, far[0], by=keeper)
    assert Problem.objects.count() == 2


def test_the_work_list_and_its_decisions(stops, office, client_for, keeper):
    far = [stop(number, 35.0) for number in range(2)]
    announce(stops, [card.pk for card in far], "saved")
    page = office.get("/maps/problems/").content.decode()
    assert far[0].name in page and "Поза межею громади" in page
    problem = Problem.objects.get(card=far[0].pk)
    office.post(f"/maps/problems/{problem.pk}/allow/", {"reason": " "})
    problem.refresh_from_db()
    assert problem.allowed_at is None
    office.post(f"/maps/problems/{problem.pk}/allow/", {"reason": "Рішення № 3"})
    problem.refresh_from_db()
    assert (problem.reason, problem.allowed_by) == ("Рішення № 3", keeper.full_name)
    # Allowed is allowed however often it is counted, and the other still waits.
    assert recount(stops) == 1
    assert "Рішення № 3" in office.get("/maps/problems/?state=allowed").content.decode()


def test_disorder_of_others_is_not_shown(stops, client_for, keeper):
    make_role("own_stops", bus_stops=(Level.VIEW, "own"))
    viewer = enter(client_for("alpha"), make_person("own_stops"))
    far = [stop(number, 35.0, created_by=keeper) for number in range(2)]
    announce(stops, [card.pk for card in far], "saved")
    problem = Problem.objects.first()
    assert far[0].name not in viewer.get("/maps/problems/").content.decode()
    assert viewer.post(f"/maps/problems/{problem.pk}/allow/", {"reason": "так"}).status_code == 404
    assert viewer.post("/maps/problems/recount/").status_code == 403


@pytest.mark.parametrize(
    ("rules", "number"),
    [
        ((NoOverlap("castle"),), "002"),
        (("NoOverlap",), "001"),
        ((SnapTo("location", "castles.castles"),), "003"),
        ((NoOverlap("location"), NoOverlap("location", tolerance=3)), "004"),
    ],
)
def test_a_rule_that_names_nothing_stops_the_start(monkeypatch, rules, number):
    register = register_named(LABEL)
    monkeypatch.setattr(type(register), "topology", rules)
    assert f"maps.E{number}" in {one.id for one in problems(register)}
