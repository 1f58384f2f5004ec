"""OGC API Features, read by GDAL from a running server, and asked by hand where GDAL does not ask."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest

from kernel.access.levels import Level
from kernel.access.tokens import create_token
from kernel.tenancy import tenant_context
from kernel.testing.access import make_person, make_role
from tests.maps.conftest import HERE, LABEL, stop

ITEMS = "/ogc/collections/zupynky/items"
PRIVATE = f"/ogc/collections/{LABEL}/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def content_of(response: Any) -> Any:
    return json.loads(b"".join(response.streaming_content) if response.streaming else response.content)


@pytest.fixture
def five(in_alpha):
    return [stop(number, HERE[0] + number / 100, shelter="canopy" if number > 3 else "none") for number in range(1, 6)]


@pytest.fixture
def anybody(client_for):
    return client_for("alpha")


@pytest.fixture
def program(keeper):
    return {"authorization": f"Bearer {create_token('QGIS', ['bus_stops:view'], by=keeper)[1]}"}


def test_gdal_reads_a_running_tenant(alpha, transactional_db, live_server, tmp_path):
    """The summary, five features over three pages, and a private layer with a key."""
    with tenant_context(alpha):
        for number in range(1, 6):
            stop(number, HERE[0] + number / 100)
        make_role("map_keeper", bus_stops=Level.MANAGE)
        _token, key = create_token("GDAL", ["bus_stops:view"], by=make_person("map_keeper"))
    base = f"OAPIF:http://alpha.localhost:{live_server.url.rsplit(':', 1)[1]}/ogc"
    summary = _gdal("ogrinfo", "-al", "-so", base)
    assert "Layer name: zupynky" in summary and "Feature Count: 5" in summary and "Geometry: Point" in summary
    assert LABEL not in summary
    saved = tmp_path / "stops.geojson"
    _gdal("ogr2ogr", "-f", "GeoJSON", str(saved), base, "zupynky", "-oo", "PAGE_SIZE=2")
    found = json.loads(saved.read_text())["features"]
    assert len(found) == 5 and {one["properties"]["shelter"] for one in found} == {"немає"}
    box = _gdal("ogrinfo", "-al", "-so", base, "-spat", "33.625", "49.2", "33.645", "49.3")
    assert "Feature Count: 2" in box
    private = _gdal("ogrinfo", "-al", "-so", base, LABEL, GDAL_HTTP_HEADERS=f"Authorization: Bearer {key}")
    assert "Feature Count: 5" in private and "lit: " in private


def _gdal(*command: str, **environment: str) -> str:
    done = subprocess.run(
        command,
        env={**os.environ, "NO_PROXY": "*", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr, done.stderr
    return done.stdout


def test_the_service_tells_of_itself(anybody, in_alpha):
    landing = content_of(anybody.get("/ogc/"))
    assert {one["rel"] for one in landing["links"]} >= {"service-desc", "conformance", "data"}
    classes = content_of(anybody.get("/ogc/conformance"))["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in classes
    found = {one["id"]: one for one in content_of(anybody.get("/ogc/collections"))["collections"]}
    assert found.keys() >= {"zupynky", "adresy"} and f"{EPSG}5564" in found["zupynky"]["crs"]
    names = content_of(anybody.get("/ogc/collections/zupynky/queryables"))["properties"]
    assert names["shelter"]["enum"] == ["немає", "навіс", "павільйон"] and "lit" not in names


def test_its_openapi_is_sound(anybody, in_alpha):
    from openapi_spec_validator import validate

    response = anybody.get("/ogc/api")
    assert response["Content-Type"].startswith("application/vnd.oai.openapi+json")
    told = content_of(response)
    validate(told)
    assert told["components"]["parameters"]["limit"]["schema"]["maximum"] == 10_000


def test_pages_by_key_carry_the_conditions(anybody, five):
    seen, address = [], f"{ITEMS}?limit=2&bbox=33.62,49.2,33.66,49.3"
    while address:
        page = content_of(anybody.get(address))
        seen += [one["id"] for one in page["features"]]
        address = next((one["href"].split("alpha.localhost")[1] for one in page["links"] if one["rel"] == "next"), "")
        assert not address or "bbox=" in address
    assert seen == [card.pk for card in five[:4]]
    first = content_of(anybody.get(f"{ITEMS}?limit=2"))
    assert (first["numberMatched"], first["numberReturned"]) == (5, 2)


def test_conditions_by_properties_and_time(anybody, five):
    for asked in ("shelter=canopy", "shelter=навіс", "name=Зупинка 4"):
        found = content_of(anybody.get(f"{ITEMS}?{asked}"))["features"]
        assert five[3].pk in {one["id"] for one in found} and five[0].pk not in {one["id"] for one in found}
    assert content_of(anybody.get(f"{ITEMS}?datetime=2001-01-01/2002-01-01"))["numberMatched"] == 0
    assert content_of(anybody.get(f"{ITEMS}?datetime=2001-01-01T00:00:00Z/.."))["numberMatched"] == 5
    assert content_of(anybody.get(f"{ITEMS}?accessible=false"))["numberMatched"] == 5


def test_systems_of_coordinates_and_their_axes(anybody, five):
    place = f"{ITEMS}/{five[0].pk}"
    plain = anybody.get(place)
    assert content_of(plain)["geometry"]["coordinates"] == pytest.approx([33.63, 49.23])
    assert plain["Content-Crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    latitude_first = anybody.get(f"{place}?crs={EPSG}4326")
    assert content_of(latitude_first)["geometry"]["coordinates"] == pytest.approx([49.23, 33.63])
    north_first = content_of(anybody.get(f"{place}?crs={EPSG}5564"))["geometry"]["coordinates"]
    assert 5_400_000 < north_first[0] < 5_500_000 and 6_500_000 < north_first[1] < 6_600_000
    mercator = content_of(anybody.get(f"{place}?crs={EPSG}3857"))["geometry"]["coordinates"]
    assert mercator == pytest.approx([3743674.5, 6318036], rel=1e-3)
    box = content_of(anybody.get(f"{ITEMS}?bbox=49.2,33.62,49.3,33.635&bbox-crs={EPSG}4326"))
    assert [one["id"] for one in box["features"]] == [five[0].pk]


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ("castle=1", "castle"),
        ("lit=true", "lit"),
        ("bbox=1,2,3", "чотири"),
        ("bbox=a,b,c,d", "чотири"),
        ("bbox=33,50,34,49", "північ"),
        (f"crs={EPSG}2180", "2180"),
        ("datetime=колись", "RFC 3339"),
        ("datetime=2026-02-31", "RFC 3339"),
        ("shelter=castle", "castle"),
        ("limit=0", "limit"),
        ("after=x", "after"),
        ("f=html", "GeoJSON"),
    ],
)
def test_what_cannot_be_answered_is_named(anybody, five, asked, word):
    response = anybody.get(f"{ITEMS}?{asked}")
    assert response.status_code == 400 and word in response.json()["detail"]


def test_only_what_is_open_is_open(anybody, five, client_for, program, keeper):
    (feature, *_rest) = content_of(anybody.get(ITEMS))["features"]
    assert set(feature["properties"]) == {"code", "name", "landmark", "settlement", "shelter", "accessible"}
    assert anybody.get(PRIVATE).status_code == 404
    assert anybody.get(PRIVATE, headers={"authorization": "Bearer hc_wrong"}).status_code == 401
    assert anybody.get(ITEMS, headers={"authorization": "Basic eDp5"}).status_code == 401
    response = anybody.get(PRIVATE, headers=program)
    assert (
        "lit" in content_of(response)["features"][0]["properties"] and response["Cache-Control"] == "private, no-cache"
    )
    assert client_for("beta").get(PRIVATE, headers=program).status_code == 401
    five[0].archived_at = five[0].created_at
    five[0].save()
    assert anybody.get(f"{ITEMS}/{five[0].pk}").status_code == 404
    assert anybody.get("/ogc/collections/castles").status_code == 404


def test_a_key_opens_no_more_than_its_owner_sees(anybody, five, keeper):
    make_role("own_stops", bus_stops=(Level.VIEW, "own"))
    person = make_person("own_stops")
    mine = stop(9, created_by=person)
    key = create_token("своє", ["bus_stops:view"], by=person)[1]
    found = content_of(anybody.get(PRIVATE, headers={"authorization": f"Bearer {key}"}))
    assert [one["id"] for one in found["features"]] == [mine.pk]


def test_a_page_costs_the_same_however_long(anybody, five, django_assert_max_num_queries):
    # What a tenant made itself is asked for once in a while.
    anybody.get(f"{ITEMS}?limit=1")
    with django_assert_max_num_queries(6):
        content_of(anybody.get(f"{ITEMS}?limit=5"))
