"""The layer as it was on a day, told by the history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from kernel.maps import past
from kernel.registers.registry import register_named
from kernel.registers.saving import archive_card, save_card
from tests.maps.conftest import HERE, LABEL, decoded, stop, tile_address

ADDRESS = tile_address(*HERE, 15)


@pytest.fixture
def lived(keeper, monkeypatch):
    """One moved and renamed today, one made today, one archived today; «yesterday» ends where their making ended."""
    register = register_named(LABEL)
    moved, gone = stop(1, shelter="none"), stop(2, HERE[0] + 0.0005)
    boundary = timezone.now()

    monkeypatch.setattr(past, "end_of", lambda day: boundary)
    moved.location, moved.name, moved.shelter = Point(35.0, 49.9, srid=4326), "Інша", "canopy"
    save_card(register, moved, by=keeper)
    stop(3)
    archive_card(register, gone, by=keeper)
    return moved, gone


def test_as_it_was_yesterday(office, lived, tmp_path):
    yesterday = timezone.localdate() - timedelta(days=1)
    found = decoded(office.get(f"{ADDRESS}?on={yesterday}").content, ADDRESS, tmp_path)
    told = {one["properties"]["label"]: one["properties"]["colour"] for one in found}
    assert told == {"Зупинка 1": "none", "Зупинка 2": "none"}
    today = decoded(office.get(ADDRESS).content, ADDRESS, tmp_path)
    assert [one["properties"]["label"] for one in today] == ["Зупинка 3"]
    features = office.get(f"/maps/tiles/{LABEL}.geojson?on={yesterday}").json()["features"]
    assert features[0]["geometry"]["coordinates"] == list(HERE)


def test_a_day_that_is_none_and_conditions_with_it(office):
    assert "не читається" in office.get(f"{ADDRESS}?on=2026-02-31").json()["detail"]
    assert "без умов" in office.get(f"{ADDRESS}?on=2026-02-01&shelter=none").json()["detail"]
    assert "Назвіть день" in office.get(f"/maps/tiles/{LABEL}.geojson").json()["detail"]


def test_a_past_too_large_is_refused(office, monkeypatch):
    stop(1)
    monkeypatch.setattr(past, "MOST", 0)
    assert "ближчу дату" in office.get(f"{ADDRESS}?on=2026-02-01").json()["detail"]
