"""A polygon from the first corner to the saved card, through the register of parcels and a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from playwright.sync_api import Page, expect

from kernel.access.levels import Level
from kernel.maps.boundary import set_boundary
from kernel.maps.models import Problem
from kernel.registers.registry import register_named
from kernel.registers.saving import archive_card
from kernel.tenancy import tenant_context
from kernel.testing.access import OPERATOR, make_person, make_role
from tenant_apps.property.land.models import Parcel
from tests.accessibility.looking import walk
from tests.fixtures import _close_connections, _ref
from tests.journeys.town import Town, sign_in
from tests.maps.test_files import made, zipped

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Surveyor = Callable[..., Page]
EMAIL = "surveyor@gamma.test"
# Nobody has a right to it, so that it may leave.
FIRST = "9902001000:01:001:0004"
FRAME = Polygon.from_bbox((33.5, 49.1, 33.7, 49.3))


@pytest.fixture(scope="module")
def place(town: Town, django_db_blocker: Any) -> Iterator[Town]:
    with django_db_blocker.unblock(), tenant_context(_ref("gamma")):
        role = make_role("surveyor", land=Level.MANAGE, reference=Level.MANAGE)
        make_person(role.code, email=EMAIL)
        set_boundary(MultiPolygon(FRAME, srid=4326), source="Рішення № 1", by=OPERATOR)
        _close_connections()
        yield town


@pytest.fixture
def surveyor(place: Town, visitor: Callable[..., Page]) -> Page:
    page = visitor(reduced_motion="reduce")
    # The whole map above the bar that saves.
    page.set_viewport_size({"width": 1440, "height": 1200})
    sign_in(page, place, "gamma", EMAIL)
    return page


def card(cadastral: str) -> Any:
    with tenant_context(_ref("gamma")):
        return Parcel.objects.get(cadastral=cadastral)


def ready(page: Page) -> Any:
    expect(page.locator("shape-editor")).to_have_attribute("data-ready", "")
    expect(page.locator("tenant-map")).to_have_attribute("data-idle", "")
    return page.locator("tenant-map")


def new(page: Page, place: Town, cadastral: str) -> Any:
    page.goto(place.url("gamma", "/land/new/"))
    view = ready(page)
    page.fill("[name=cadastral]", cadastral)
    page.fill("[name=area]", "0,1")
    return view


def look(page: Page, view: Any, longitude: float, latitude: float, zoom: float = 18.5) -> None:
    with page.expect_response(lambda answer: "/maps/shapes/near" in answer.url):
        view.evaluate(
            "(view, [centre, zoom]) => view.map.jumpTo({center: centre, zoom})", [[longitude, latitude], zoom]
        )
    expect(view).to_have_attribute("data-idle", "")


def press(page: Page, view: Any, *places: tuple[float, float], aside: tuple[int, int] = (0, 0)) -> None:
    """Degrees, and so many pixels beside them; slower than a double press."""
    canvas = page.locator("tenant-map canvas")
    canvas.scroll_into_view_if_needed()
    for one in places:
        box = canvas.bounding_box()
        assert box is not None
        at = view.evaluate("(view, place) => { const {x, y} = view.map.project(place); return [x, y]; }", list(one))
        x, y = box["x"] + at[0] + aside[0], box["y"] + at[1] + aside[1]
        page.mouse.move(x - 1, y)
        page.mouse.move(x, y)
        page.mouse.click(x, y)
        page.wait_for_timeout(320)


def drawn(page: Page) -> dict[str, Any]:
    return dict(json.loads(page.locator("[data-shape]").input_value()))


def tool(page: Page, name: str) -> None:
    page.locator(".shape-tools").get_by_role("button", name=name).click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Зберегти", exact=True).click()
    page.wait_for_load_state()


def saved(page: Page, cadastral: str) -> Any:
    save(page)
    expect(page).to_have_url(re.compile(r"/land/\d+/$"))
    return card(cadastral)


def bring(page: Page, text: str, system: str = "") -> None:
    details = page.locator("shape-editor details")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    page.locator("[data-shape]").fill(text)
    page.locator("[data-system]").select_option(system)
    page.get_by_role("button", name="Узяти на мапу").click()


def test_drawn_by_a_neighbour_saved_reopened_and_merged(place: Town, surveyor: Page) -> None:
    first = card(FIRST)
    west, south, _east, north = first.boundary.extent
    view = new(surveyor, place, "9902001000:01:009:0001")
    look(surveyor, view, west, (south + north) / 2)
    tool(surveyor, "Малювати")
    # Two corners beside the neighbour's, two in an open field, and the first once more.
    press(surveyor, view, (west, south), (west, north), aside=(-6, 4))
    far = west - 0.0002
    press(surveyor, view, (far, north), (far, south))
    press(surveyor, view, (west, south), aside=(-1, 0))
    expect(surveyor.locator(".shape-said b")).to_contain_text("м², обвід")
    mine = saved(surveyor, "9902001000:01:009:0001")
    corners = set(mine.boundary[0][0].coords)
    # To the last digit of the neighbour's own: no gap, no overlap.
    assert {(west, south), (west, north)} <= corners
    surveyor.goto(place.url("gamma", f"/land/{mine.pk}/edit/"))
    view = ready(surveyor)
    assert GEOSGeometry(json.dumps(drawn(surveyor))).equals_exact(mine.boundary, 1e-9)
    save(surveyor)
    assert card(mine.cadastral).boundary.equals_exact(mine.boundary)
    # Joined with the neighbour: while his card stands, the rule of parcels names it.
    surveyor.goto(place.url("gamma", f"/land/{mine.pk}/edit/"))
    view = ready(surveyor)
    look(surveyor, view, west, (south + north) / 2)
    tool(surveyor, "Приєднати сусідній")
    press(surveyor, view, (west + 0.0002, (south + north) / 2))
    expect(surveyor.locator(".shape-tools [aria-pressed=true]").first).to_have_attribute("aria-label", "Змінювати")
    whole = GEOSGeometry(json.dumps(drawn(surveyor)))
    assert whole.area == pytest.approx(mine.boundary.area + first.boundary.area, rel=1e-6)
    save(surveyor)
    expect(surveyor.locator("main")).to_contain_text(f"накладається на «{FIRST}»")
    with tenant_context(_ref("gamma")):
        archive_card(register_named("land.parcels"), first, by=OPERATOR, reason="Обʼєднано")
    _close_connections()
    ready(surveyor)
    assert saved(surveyor, mine.cadastral).boundary.area == pytest.approx(whole.area, rel=1e-6)


def test_split_in_two_and_saved(place: Town, surveyor: Page) -> None:
    second = card("9902001000:01:002:0002")
    west, south, east, north = second.boundary.extent
    surveyor.goto(place.url("gamma", f"/land/{second.pk}/edit/"))
    view = ready(surveyor)
    look(surveyor, view, (west + east) / 2, (south + north) / 2, 17.5)
    tool(surveyor, "Поділити")
    middle = west + (east - west) * 0.4
    press(surveyor, view, (middle, south - 0.0001), (middle, north + 0.0001), (middle, north + 0.0001))
    link = surveyor.get_by_role("link", name="Записати меншу новою карткою")
    rest = link.get_attribute("href") or ""
    kept = saved(surveyor, second.cadastral).boundary
    surveyor.goto(place.url("gamma", rest))
    ready(surveyor)
    surveyor.fill("[name=cadastral]", "9902001000:01:009:0002")
    surveyor.fill("[name=area]", "0,1")
    other = saved(surveyor, "9902001000:01:009:0002").boundary
    assert kept.area + other.area == pytest.approx(second.boundary.area, rel=1e-6)
    assert kept.area >= other.area


def test_a_table_in_metres_and_files_of_maps(place: Town, surveyor: Page, tmp_path: Path) -> None:
    new(surveyor, place, "9902001000:01:009:0003")
    bring(
        surveyor,
        "1 5452000,00 6540000,00\n2 5452100,00 6540000,00\n3 5452100,00 6540200,00\n4 5452000,00 6540200,00",
        "EPSG:5564",
    )
    expect(surveyor.locator(".shape-said")).to_contain_text("Узято на мапу")
    expect(surveyor.locator("[data-system]")).to_have_value("")
    # Two hectares of the plane; the scale of the projection is a few parts in a hundred thousand here.
    shape = saved(surveyor, "9902001000:01:009:0003").boundary
    assert shape.transform(5564, clone=True).area == pytest.approx(20_000, abs=0.5)
    # A shapefile without .prj asks for the system, and is not chosen again.
    made(tmp_path, "shp", "ESRI Shapefile")
    bare = tmp_path / "ділянка.zip"
    bare.write_bytes(zipped(tmp_path, ".prj").getvalue())
    new(surveyor, place, "9902001000:01:009:0004")
    surveyor.locator("shape-editor details summary").click()
    surveyor.locator("[data-bring] input[type=file]").set_input_files(bare)
    expect(surveyor.locator(".shape-said")).to_contain_text("Оберіть систему")
    expect(surveyor.locator("[data-system]")).to_be_focused()
    surveyor.locator("[data-system]").select_option("EPSG:5564")
    surveyor.get_by_role("button", name="Узяти на мапу").click()
    expect(surveyor.locator(".shape-said")).to_contain_text("Узято з файлу")
    # Of several objects one is chosen.
    two = [
        {"type": "Feature", "properties": {"назва": name}, "geometry": json.loads(Polygon.from_bbox(box).json)}
        for name, box in (("Лівий", (33.61, 49.25, 33.611, 49.251)), ("Правий", (33.62, 49.25, 33.621, 49.251)))
    ]
    several = tmp_path / "two.geojson"
    several.write_text(json.dumps({"type": "FeatureCollection", "features": two}))
    surveyor.locator("[data-bring] input[type=file]").set_input_files(several)
    surveyor.get_by_label("Обʼєкт із файлу").select_option(label="Правий")
    expect(surveyor.locator(".shape-said")).to_contain_text("Узято з файлу")
    assert saved(surveyor, "9902001000:01:009:0004").boundary.extent[0] == pytest.approx(33.62)


def test_an_outline_that_crosses_itself_is_mended_on_offer(place: Town, surveyor: Page) -> None:
    view = new(surveyor, place, "9902001000:01:009:0005")
    look(surveyor, view, 33.65, 49.28)
    tool(surveyor, "Малювати")
    press(
        surveyor,
        view,
        (33.6495, 49.2798),
        (33.6505, 49.2802),
        (33.6505, 49.2798),
        (33.6495, 49.2802),
        (33.6495, 49.2798),
    )
    expect(surveyor.locator("shape-editor")).to_have_attribute("data-crossed", "")
    shown = view.evaluate("view => view.state.measure.features.map(one => one.geometry.coordinates)")
    assert shown[0] == pytest.approx([33.65, 49.28], abs=2e-5)
    # Saved as it is, it is refused with the very place; the offer is the button beneath the map.
    save(surveyor)
    expect(surveyor.locator("main")).to_contain_text("перетинає сам себе біля точки 49.28")
    ready(surveyor)
    surveyor.get_by_role("button", name="Виправити самоперетин").click()
    expect(surveyor.locator(".shape-said")).to_contain_text("запропоноване виправлення")
    assert len(saved(surveyor, "9902001000:01:009:0005").boundary) == 2


def test_outside_the_community_needs_a_reason_that_is_kept(place: Town, surveyor: Page) -> None:
    new(surveyor, place, "9902001000:01:009:0006")
    bring(surveyor, "49.2, 33.71\n49.2, 33.712\n49.201, 33.712\n49.201, 33.71")
    expect(surveyor.locator(".shape-said")).to_contain_text("поза межею громади")
    save(surveyor)
    expect(surveyor.locator("main")).to_contain_text("Мапа заперечує")
    surveyor.fill("[name=map_reason]", "Землі сусідів за договором № 5")
    mine = saved(surveyor, "9902001000:01:009:0006")
    with tenant_context(_ref("gamma")):
        assert Problem.objects.get(card=mine.pk).reason == "Землі сусідів за договором № 5"
    surveyor.goto(place.url("gamma", "/maps/problems/?state=allowed"))
    expect(surveyor.locator("main")).to_contain_text("Землі сусідів за договором № 5")


def test_the_theme_changes_while_an_outline_is_drawn(place: Town, surveyor: Page) -> None:
    view = new(surveyor, place, "9902001000:01:009:0007")
    look(surveyor, view, 33.65, 49.27)
    tool(surveyor, "Малювати")
    press(surveyor, view, (33.6495, 49.2698), (33.6505, 49.2698), (33.6505, 49.2702))
    before = view.evaluate("view => view.theme.accent")
    surveyor.emulate_media(color_scheme="dark")
    surveyor.wait_for_timeout(800)
    assert view.evaluate("view => view.theme.accent") != before
    # What was begun is not lost, and is finished in the new colours.
    press(surveyor, view, (33.6495, 49.2702), (33.6495, 49.2698))
    assert len(drawn(surveyor)["coordinates"][0][0]) == 5
    colours = view.evaluate(
        "view => view.map.queryRenderedFeatures({layers: view.map.getStyle().layers.map(one => one.id)"
        ".filter(id => id.startsWith('td-polygon'))}).map(one => one.properties.polygonFillColor)"
    )
    assert set(colours) == {view.evaluate("view => view.theme.accent")}
    saved(surveyor, "9902001000:01:009:0007")


def test_pages_of_the_map_s_keeping_are_open_to_everybody(place: Town, visitor: Callable[..., Page]) -> None:
    page = visitor(bypass_csp=True, reduced_motion="reduce")
    sign_in(page, place, "gamma", EMAIL)
    addresses = ["/maps/backdrop/", "/maps/boundary/", "/maps/problems/", "/land/import/"]
    assert walk(page, [place.url("gamma", one) for one in addresses]) == []
    for one in addresses:
        page.goto(place.url("gamma", one))
