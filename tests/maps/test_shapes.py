"""Shapes as people bring them; every bad one is named in words that say what to do."""

from __future__ import annotations

import json

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError

from kernel.maps.coordinates import add_system, system_named
from kernel.maps.shapes import Unfit, read
from kernel.testing.access import OPERATOR

SQUARE = "POLYGON((33.60 49.20, 33.62 49.20, 33.62 49.22, 33.60 49.22, 33.60 49.20))"
# The same point in both, by gdaltransform: УСК-2000, zone 6.
EAST, NORTH = 6545271.8313, 5455499.6763


@pytest.mark.parametrize(
    "value",
    [
        '{"type": "Point", "coordinates": [33.62, 49.23]}',
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [33.62, 49.23]}},
        "POINT(33.62 49.23)",
        "SRID=4326;POINT(33.62 49.23)",
        "49.23, 33.62",
        "49,23 33,62",
        "49.23;33.62",
        "1\t49.23\t33.62",
        "49°13'48\" 33°37'12\"",
        "49°13′48,0″ пн. ш. 33°37′12,0″ сх. д.",
        "N49°13.8' E33°37.2'",
    ],
)
def test_one_place_written_in_many_ways(in_alpha, value):
    shape = read(value).shape
    assert shape.srid == 4326 and (shape.x, shape.y) == pytest.approx((33.62, 49.23), abs=1e-6)


def test_a_table_of_corners_becomes_a_closed_contour(in_alpha):
    text = "№\tШирота\tДовгота\n1\t49,20\t33,60\n2\t49,20\t33,62\n3\t49,22\t33,62\n4\t49,22\t33,60\n"
    shape = read(text, kinds=("polygon",), multi=False).shape
    assert shape.equals(GEOSGeometry(SQUARE, srid=4326))
    assert read("49.2 33.6\n49.3 33.7", kinds=("line",)).shape.geom_type == "LineString"


def test_zones_of_ucs_2000_by_the_axis_order_of_paper(in_alpha):
    on_paper = read(f"{NORTH} {EAST}", crs="EPSG:5564")
    drawn = read(f"POINT({EAST} {NORTH})", crs="EPSG:5564")
    assert on_paper.shape.equals_exact(drawn.shape, 1e-9) and not on_paper.notes
    assert (drawn.shape.x, drawn.shape.y) == pytest.approx((33.62, 49.23), abs=1e-7)
    turned = read(f"{EAST} {NORTH}", crs="EPSG:5564")
    assert turned.shape.equals_exact(drawn.shape, 1e-9) and "поміняно" in turned.notes[0]


def test_a_local_system_by_its_definition(in_alpha):
    definition = "+proj=tmerc +lat_0=0 +lon_0=33 +k=1 +x_0=6500000 +y_0=0 +ellps=krass +towgs84=24.32,-121.71,-107.08 +units=m +no_defs"
    add_system("msk-53", "МСК Полтавщини", definition, by=OPERATOR)
    shape = read(f"{NORTH} {EAST}", crs="MSK-53").shape
    assert shape.y == pytest.approx(49.23, abs=3e-3) and system_named("msk-53").title == "МСК Полтавщини"


@pytest.mark.parametrize("part", ["+nadgrids=/etc/passwd", "+init=epsg:3857", "+proj=pipeline", "+towgs84=a,b,c"])
def test_a_definition_leads_to_no_file(in_alpha, part):
    with pytest.raises(ValidationError, match="PROJ"):
        add_system("bad", "Погана", f"+proj=tmerc {part}", by=OPERATOR)


def test_self_crossing_is_refused_and_mended_shape_offered(in_alpha):
    bow = "POLYGON((33.60 49.20, 33.62 49.22, 33.62 49.20, 33.60 49.22, 33.60 49.20))"
    with pytest.raises(Unfit, match=r"перетинає сам себе біля точки 49\.21") as refused:
        read(bow)
    offered = read(refused.value.offer)
    assert offered.shape.valid and offered.shape.geom_type == "MultiPolygon"


@pytest.mark.parametrize(
    ("value", "crs", "code", "words"),
    [
        ("", "", "empty", "порожня"),
        ("POLYGON EMPTY", "", "empty", "порожня"),
        ({"type": "Polygon", "coordinates": []}, "", "empty", "порожня"),
        ("hello there", "", "unread", "координати"),
        ("{", "", "unread", "GeoJSON"),
        ('{"type": "Castle", "coordinates": [1, 2]}', "", "unread", "GeoJSON"),
        ('{"type": "Point", "coordinates": ["x", null]}', "", "unread", "GeoJSON"),
        ("49.2 33.6\nдалі нема", "", "unread", "далі"),
        ("49°70'00\" 33°10'00\"", "", "unread", "шістдесяти"),
        ("POINT(49.23 33.62)", "", "swapped", "переставлено"),
        (f"{NORTH} {EAST}", "", "crs", "зона 6"),
        (f"{NORTH} {EAST}", "EPSG:5562", "crs", "зона"),
        ("POINT(0.001 0.002)", "", "far", "не в Україні"),
        ("POINT(33.6 49.2)", "EPSG:999999", "crs", "999999"),
        ("POINT(33.6 49.2)", "+proj=merc", "crs", "не знають"),
        ("LINESTRING(33.6 49.2, 33.7 49.3)", "", "kind", "контур"),
        ("POLYGON((33.6 49.2, 33.7 49.3, 33.6 49.2, 33.6 49.2))", "", "crossed", "вершин"),
    ],
)
def test_what_is_not_taken(in_alpha, value, crs, code, words):
    kinds = ("polygon",) if code == "kind" else ()
    with pytest.raises(ValidationError, match=words) as refused:
        read(value, crs=crs, kinds=kinds)
    assert refused.value.code == code


def test_swapped_coordinates_are_offered_the_right_way_round(in_alpha):
    with pytest.raises(Unfit) as refused:
        read("POINT(49.23 33.62)")
    assert (refused.value.offer.x, refused.value.offer.y) == (33.62, 49.23)


def test_metres_taken_for_degrees_name_their_zone(in_alpha):
    with pytest.raises(Unfit) as refused:
        read(f"{NORTH} {EAST}")
    assert refused.value.crs == "EPSG:5564" and read(f"{NORTH} {EAST}", crs=refused.value.crs)


def test_height_is_dropped_with_a_word(in_alpha):
    found = read({"type": "Point", "coordinates": [33.62, 49.23, 117.5]})
    assert not found.shape.hasz and "Висоти" in found.notes[0]


def test_a_million_vertices(in_alpha, settings):
    settings.MAPS_MOST_VERTICES = 100
    ring = [[33.6 + n / 1e7, 49.2 + n % 2 / 1e7] for n in range(200)]
    with pytest.raises(Unfit, match="200 вершин, а береться до 100"):
        read({"type": "LineString", "coordinates": ring})
    settings.MAPS_MOST_VERTICES = 20_000
    million = "LINESTRING(" + ",".join(["33.6 49.2"] * 1_000_000) + ")"
    with pytest.raises(Unfit, match="вершин"):
        read(million)


def test_outside_the_community_is_told(in_alpha, bounded):
    assert read("POINT(33.6 49.2)").outside == 0
    beyond = read("POINT(33.8 49.2)")
    assert beyond.outside == pytest.approx(7290, abs=60) and "поза межею" in beyond.notes[0]


def test_tried_before_it_is_saved(office):
    good = office.post("/maps/shapes", {"value": "49.23, 33.62"}).json()
    assert good["geometry"] == {"type": "Point", "coordinates": [33.62, 49.23]}
    bad = office.post("/maps/shapes", {"value": "POINT(49.23 33.62)"})
    assert bad.status_code == 422 and bad.json()["code"] == "swapped"
    assert bad.json()["offer"]["coordinates"] == [33.62, 49.23]
    assert {"code": "EPSG:5564", "title": "УСК-2000, зона 6"} in bad.json()["systems"]


def test_boundary_by_its_page(office, tmp_path):
    line = {"type": "Feature", "properties": {}, "geometry": json.loads(GEOSGeometry(SQUARE).geojson)}
    place = tmp_path / "межа.geojson"
    place.write_text(json.dumps({"type": "FeatureCollection", "features": [line]}))
    with place.open("rb") as file:
        answer = office.post("/maps/boundary/", {"source": "Постанова № 807-IX", "file": file}, follow=True)
    assert "807-IX" in answer.content.decode()
    (feature,) = office.get("/maps/boundary.json").json()["features"]
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert office.post("/maps/boundary/", {"source": "x"}).status_code == 422
