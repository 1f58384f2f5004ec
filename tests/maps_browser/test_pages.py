"""Pages of the map as the server makes them: faces of a list, the card at a point, places in words, sheets to scale."""

from __future__ import annotations

import json
import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.cache import cache
from pypdf import PdfReader

from kernel.access.levels import Level
from kernel.maps.drawing import Canvas
from kernel.maps.models import Boundary
from tenant_apps.territory.bus_stops.models import BusStop
from tests.registers.conftest import at_work, lived_in, worker

__all__ = ["at_work", "lived_in", "worker"]
SHEET = "/maps/print/?lon=33.62&lat=49.23&layers=bus_stops.bus-stops"


@pytest.fixture
def clerk(at_work: Any) -> Any:
    return at_work("bus_stops", Level.EDIT)


def page(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:500]
    return str(answer.content.decode())


def settings_of(text: str) -> dict[str, Any]:
    found = re.search(r'data-settings="([^"]*)"', text)
    assert found
    return dict(json.loads(unescape(found[1])))


def test_three_faces_of_a_list_keep_its_conditions(clerk: Any) -> None:
    table = page(clerk, "/bus-stops/?shelter=none")
    assert "<tenant-map" not in table
    assert "map.js" not in table
    assert '?shelter=none&amp;show=both"' in table
    both = page(clerk, "/bus-stops/?shelter=none&show=both")
    assert settings_of(both)["layers"][0]["tiles"].endswith("{z}/{x}/{y}.mvt?shelter=none")
    assert both.count("data-card=") == BusStop.objects.filter(shelter="none").count()
    assert "data-card=" not in page(clerk, "/bus-stops/?show=map")


def test_classes_differ_by_form_as_well_as_by_colour(clerk: Any) -> None:
    text = page(clerk, "/bus-stops/?show=both")
    classes = settings_of(text)["layers"][0]["classes"]
    assert len({one["token"] for one in classes}) == len({one["shape"] for one in classes}) == len(classes) == 3
    assert text.count('class="map-mark"') == 3


def test_the_card_at_a_point_is_by_rights(clerk: Any, at_work: Any) -> None:
    stop = BusStop.objects.order_by("code").first()
    assert stop is not None
    address = f"/maps/tag/bus_stops.bus-stops/{stop.pk}/"
    told = page(clerk, address)
    assert stop.code in told
    assert stop.name in told
    assert f"/bus-stops/{stop.pk}/" in told
    assert clerk.get("/maps/tag/bus_stops.bus-stops/99999999/").status_code == 404
    assert at_work("organisations").get(address).status_code == 404
    stop.archived_at = stop.created_at
    stop.save()
    assert clerk.get(address).status_code == 404


def test_a_resident_s_tag_tells_open_columns_only(clerk: Any, client_for: Any) -> None:
    stop = BusStop.objects.order_by("code").first()
    assert stop is not None
    told = page(client_for("gamma"), f"/open/maps/tag/zupynky/{stop.pk}/")
    assert stop.name in told
    assert "/bus-stops/" not in told
    assert client_for("gamma").get(f"/maps/tag/bus_stops.bus-stops/{stop.pk}/").status_code == 401


def test_a_place_in_two_systems(clerk: Any) -> None:
    told = clerk.get("/maps/coordinates?lon=33.42&lat=49.07").json()
    assert told["wgs84"] == "49.070000, 33.420000"
    # The central meridian of zone 6 is 33°: the place is 30.7 km east of it.
    assert re.fullmatch(r"X 54\d{5}\.\d\d, Y 6530\d{3}\.\d\d", told["ucs2000"])
    assert clerk.get("/maps/coordinates?lon=хутір&lat=1").status_code == 400
    assert clerk.get("/maps/coordinates?lon=333&lat=1").status_code == 400


def test_the_map_of_everything_shows_what_a_person_sees(clerk: Any, at_work: Any, client_for: Any) -> None:
    names = [one["name"] for one in settings_of(page(clerk, "/maps/"))["layers"]]
    assert names == ["bus_stops.bus-stops"]
    assert settings_of(page(at_work("organisations"), "/maps/"))["layers"] == []
    assert client_for("gamma").get("/maps/").status_code == 302
    opened = {one["name"] for one in settings_of(page(client_for("gamma"), "/open/maps/"))["layers"]}
    assert opened >= {"zupynky", "adresy"}


def test_a_sheet_has_its_size_scale_and_title_block(clerk: Any) -> None:
    answer = clerk.get(f"{SHEET}&scale=25000&paper=a3&turn=portrait&title=Зупинки+громади")
    sheet = PdfReader(BytesIO(answer.content)).pages[0]
    assert [round(float(side) / 72 * 25.4) for side in (sheet.mediabox.width, sheet.mediabox.height)] == [297, 420]
    words = sheet.extract_text().replace("\xa0", " ")
    for told in ("Масштаб 1:25 000", "Зупинки громади", "УСК-2000, зона 6", "Пн", "навіс", clerk.person.last_name):
        assert told in words


def test_a_sheet_is_true_to_its_scale(clerk: Any) -> None:
    canvas = Canvas((200, 100), (6_500_000.0, 5_440_000.0), 5000)
    west, south, east, north = canvas.ground
    assert (east - west, north - south) == (1000.0, 500.0)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [("scale=нуль", "Масштаб"), ("scale=1", "Масштаб"), ("paper=a9", "A4, A3"), ("lon=", "Назвіть місце")],
)
def test_a_wrong_sheet_is_refused_in_words(clerk: Any, wrong: str, told: str) -> None:
    answer = clerk.get(f"{SHEET}&{wrong}")
    assert answer.status_code == 400
    assert told in answer.content.decode()


def test_the_boundary_goes_to_the_map_and_to_paper(clerk: Any) -> None:
    box = Polygon.from_bbox((33.4, 49.0, 33.5, 49.1))
    Boundary.objects.create(shape=MultiPolygon(box, srid=4326), source="Рішення № 1")
    cache.clear()
    assert settings_of(page(clerk, "/maps/"))["boundary"]["type"] == "Polygon"
    assert clerk.get(f"{SHEET}&scale=50000").status_code == 200


def test_a_point_is_written_in_metres_without_scripts(clerk: Any) -> None:
    stop = BusStop.objects.order_by("code").first()
    assert stop is not None
    form = page(clerk, f"/bus-stops/{stop.pk}/edit/")
    assert "<shape-editor" in form
    assert 'name="location__crs"' in form
    typed = {
        "version": stop.version, "code": stop.code, "name": stop.name, "shelter": "none",
        "location": "5437000.00 6531000.00", "location__crs": "EPSG:5564",
    }  # fmt: skip
    answer = clerk.post(f"/bus-stops/{stop.pk}/edit/", typed)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    stop.refresh_from_db()
    assert stop.location is not None
    assert stop.location.coords == pytest.approx((33.42, 49.06), abs=0.01)


def test_a_wrong_system_is_said_and_what_was_typed_stays(clerk: Any) -> None:
    stop = BusStop.objects.order_by("code").first()
    assert stop is not None
    typed = {
        "version": stop.version, "code": stop.code, "name": stop.name, "shelter": "none",
        "location": "12 13", "location__crs": "EPSG:5564",
    }  # fmt: skip
    answer = clerk.post(f"/bus-stops/{stop.pk}/edit/", typed)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "12 13</textarea>" in text
    assert '<option value="EPSG:5564" selected>' in text
