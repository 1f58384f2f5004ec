"""Tiles hold what the list holds: the viewer's rights, the list's conditions, counts from afar."""

from __future__ import annotations

import gzip

import pytest

from kernel.access.levels import Level
from kernel.maps import cells
from kernel.maps.layers import Layer
from kernel.maps.models import Cell
from kernel.registers.registry import register_named
from kernel.registers.saving import archive_card, save_card
from kernel.tenancy import tenant_context
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.territory.bus_stops.models import BusStop
from tests.maps.conftest import HERE, LABEL, decoded, stop, tile_address

NEAR, FAR = tile_address(*HERE, 15), tile_address(*HERE, 8)


def test_a_tile_decodes_elsewhere_and_tells_the_card(office, tmp_path):
    card = stop(1, shelter="pavilion")
    response = office.get(NEAR)
    assert response["Content-Type"] == "application/vnd.mapbox-vector-tile"
    (feature,) = decoded(response.content, NEAR, tmp_path)
    assert feature["properties"] | {"mvt_id": card.pk} == {
        "mvt_id": card.pk, "label": "Зупинка 1", "colour": "pavilion", "colour_text": "павільйон",
    }  # fmt: skip
    assert feature["geometry"]["coordinates"] == pytest.approx(HERE, abs=1e-5)


def test_conditions_of_the_list_are_those_of_the_tile(office, tmp_path):
    stop(1, shelter="none")
    stop(2, shelter="canopy")
    found = decoded(office.get(f"{NEAR}?shelter=canopy").content, NEAR, tmp_path)
    assert [one["properties"]["label"] for one in found] == ["Зупинка 2"]
    assert office.get(f"{NEAR}?shelter=pavilion").status_code == 204
    refused = office.get(f"{NEAR}?shelter=castle")
    assert refused.status_code == 400 and "castle" in refused.json()["detail"]


def test_record_rules_hold_inside_the_tile(client_for, in_alpha, keeper, tmp_path):
    make_role("own_stops", bus_stops=(Level.VIEW, "own"))
    person = make_person("own_stops")
    stop(1, created_by=keeper)
    mine = stop(2, created_by=person)
    for address in (NEAR, FAR):
        found = decoded(enter(client_for("alpha"), person).get(address).content, address, tmp_path)
        assert [one["properties"]["label"] for one in found] == [mine.name]


def test_what_is_not_theirs_is_not_there(client_for, in_alpha, office):
    assert client_for("alpha").get(NEAR).status_code == 401
    nobody = enter(client_for("alpha"), make_person())
    assert nobody.get(NEAR).status_code == 404
    assert office.get(tile_address(*HERE, 15, label="castles.castles")).status_code == 404
    assert nobody.get("/maps/layers.json").json()["layers"] == []


def test_neighbours_tile_stays_at_the_neighbours(office, beta):
    with tenant_context(beta):
        stop(1)
    assert office.get(NEAR).status_code == office.get(FAR).status_code == 204


@pytest.mark.parametrize("place", ["3/8/0", "3/0/8", "23/0/0", "0/1/0", "99/1/1"])
def test_squares_that_are_not(office, place):
    response = office.get(f"/maps/tiles/{LABEL}/{place}.mvt")
    assert response.status_code == 400 and "масштаб" in response.json()["detail"]


def test_unchanged_is_not_sent_twice_and_changed_is_seen_at_once(office, keeper):
    card = stop(1)
    register = register_named(LABEL)
    for address in (NEAR, FAR):
        tag = office.get(address)["ETag"]
        assert office.get(address, headers={"if-none-match": tag}).status_code == 304
        card.name += "!"
        card = save_card(register, card, by=keeper)
        changed = office.get(address, headers={"if-none-match": tag})
        assert changed.status_code == 200 and changed["ETag"] != tag
    archive_card(register, card, by=keeper)
    assert office.get(NEAR).status_code == 204


def test_head_gzip_and_kept_by_nobody(office):
    for number in range(40):
        stop(number, HERE[0] + number / 10_000)
    plain = office.get(NEAR)
    pressed = office.get(NEAR, headers={"accept-encoding": "gzip"})
    assert pressed["Content-Encoding"] == "gzip" and gzip.decompress(pressed.content) == plain.content
    assert plain["Cache-Control"] == "private, no-cache" and "Cookie" in plain["Vary"]
    head = office.head(NEAR)
    assert head.status_code == 200 and head["ETag"] == plain["ETag"]


def test_from_afar_there_are_counts_and_the_lonely_one_by_name(office, tmp_path):
    for number in range(30):
        stop(number)
    stop(99, 35.5, 49.9)
    found = {one["properties"]["count"]: one["properties"] for one in decoded(office.get(FAR).content, FAR, tmp_path)}
    assert list(found) == [30] and "label" not in found[30]
    lonely = tile_address(35.5, 49.9, 8)
    (one,) = decoded(office.get(lonely).content, lonely, tmp_path)
    assert one["properties"]["label"] == "Зупинка 99" and one["geometry"]["coordinates"] == pytest.approx(
        (35.5, 49.9), abs=1e-3
    )


def test_kept_counts_say_what_is_counted_on_the_spot(office, keeper, tmp_path, monkeypatch):
    """A large register is drawn from kept cells; they must agree with the rows at every zoom they are kept for."""
    for number in range(60):
        stop(number, 33.4 + number % 10 / 20, 49.1 + number // 10 / 30, shelter="none" if number % 3 else "canopy")
    addresses = [tile_address(*HERE, z) for z in (0, 5, 8, 10, 12)]
    spot = [decoded(office.get(address).content, address, tmp_path) for address in addresses]
    assert not Cell.objects.exists()
    monkeypatch.setattr(cells, "FEW", 10)
    layer = Layer(register_named(LABEL), keeper)
    assert cells.count_cells(layer)
    monkeypatch.setattr(cells, "_kept", lambda layer: True)
    for address, before in zip(addresses, spot, strict=True):
        kept = decoded(office.get(address).content, address, tmp_path)
        assert _summary(kept) == _summary(before)
    assert Cell.objects.filter(register=LABEL, zoom=0).get().count == 60


def _summary(features):
    return sorted(
        (
            one["properties"]["count"],
            one["properties"].get("label", ""),
            one["properties"].get("colour", ""),
            *(round(figure, 1) for figure in one["geometry"]["coordinates"]),
        )
        for one in features
    )


def test_kept_counts_are_not_for_whoever_sees_a_part(in_alpha, keeper, monkeypatch):
    make_role("own_stops", bus_stops=(Level.VIEW, "own"))
    person = make_person("own_stops")
    monkeypatch.setattr(cells, "FEW", 0)
    stop(1)
    register = register_named(LABEL)
    place = cells.Tile(0, 0, 0)
    whole, part = Layer(register, keeper), Layer(register, person)
    assert cells.kept_cells(whole, place, whole.rows())
    assert cells.kept_cells(part, place, part.rows()) is None
    assert cells.kept_cells(whole, place, whole.rows("shelter=none")) is None


def test_layers_and_their_descriptions(office, client_for, bounded):
    stop(1)
    (layer,) = office.get("/maps/layers.json").json()["layers"]
    assert layer["key"] == LABEL and layer["kinds"] == ["point"] and layer["editable"] is True and layer["count"] == 1
    assert layer["card"] == "/bus-stops/{id}/" and layer["list"] == "/bus-stops/"
    assert layer["tiles"] == f"/maps/tiles/{LABEL}/{{z}}/{{x}}/{{y}}.mvt"
    assert [one["value"] for one in layer["colour"]["classes"]] == ["none", "canopy", "pavilion"]
    tilejson = office.get(f"{layer['tilejson']}?shelter=none").json()
    assert tilejson["tilejson"] == "3.0.0" and tilejson["tiles"][0].endswith("{y}.mvt?shelter=none")
    assert tilejson["vector_layers"][0]["id"] == layer["name"]
    assert office.get(layer["legend"]).json() == layer["colour"]
    assert office.get("/maps/layers.json").json()["bounds"] == [33.5, 49.1, 33.7, 49.3]


def test_residents_see_open_columns_only(client_for, in_alpha, tmp_path):
    stop(1, shelter="canopy")
    stranger = client_for("alpha")
    layers = {one["name"]: one for one in stranger.get("/open/maps/layers.json").json()["layers"]}
    layer = layers["zupynky"]
    assert layer["card"] == "" and layer["editable"] is False
    address = tile_address(*HERE, 15, label="zupynky", prefix="/open/maps")
    response = stranger.get(address)
    (feature,) = decoded(response.content, address, tmp_path)
    assert feature["properties"]["label"] == "Зупинка 1" and response["Cache-Control"] == "public, max-age=60"
    # Organisations have no place in what is open of them.
    assert stranger.get(tile_address(*HERE, 15, label="orhanizatsii", prefix="/open/maps")).status_code == 404


def test_what_is_here_and_where_it_is(office):
    card = stop(1)
    stop(2, HERE[0] + 0.01)
    here = office.get(f"/maps/at?lon={HERE[0]}&lat={HERE[1]}").json()
    (group,) = here["layers"]
    assert [(one["id"], one["url"]) for one in group["items"]] == [(card.pk, f"/bus-stops/{card.pk}/")]
    assert office.get("/maps/at?lon=999&lat=1").status_code == 400
    (found,) = office.get("/maps/search?q=зупинка 1").json()["groups"]
    assert found["items"][0]["lon"] == HERE[0]
    for text in ("49.23, 33.62", "33.62, 49.23", "49°13'48\"N 33°37'12\"E"):
        (place,) = office.get("/maps/search", {"q": text}).json()["groups"]
        assert (place["items"][0]["lat"], place["items"][0]["lon"]) == pytest.approx((49.23, 33.62), abs=1e-6)


def test_a_tile_asks_little(office, django_assert_max_num_queries):
    BusStop.objects.bulk_create(
        BusStop(code=f"n{n}", name="н", location=f"SRID=4326;POINT(33.6{n:03} 49.23)") for n in range(200)
    )
    office.get(NEAR)
    with django_assert_max_num_queries(12):
        office.get(NEAR)
