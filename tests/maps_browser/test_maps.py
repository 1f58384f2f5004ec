"""Maps as people meet them: what is drawn, the list beside it, an address that remembers, drawing in a form."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility.looking import faults, walk
from tests.journeys.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Keeper = Callable[..., Page]
LIST = "/bus-stops/?show=both"
SHOWN = """view => view.map.queryRenderedFeatures({layers: view.pressable()}).map(one => one.properties.label)"""
LETTERS = """view => new Promise(done => view.map.once('idle', () => done(
    view.map.queryRenderedFeatures({layers: ['register-bus_stops.bus-stops:label']}).map(one => one.properties.label)
  )) && view.map.triggerRepaint())"""


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    """The page's policy lets nobody wait inside it by a text of code."""
    last = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < last
        time.sleep(0.1)


def opened(page: Page, address: str) -> Any:
    page.goto(address)
    view = page.locator("tenant-map")
    expect(view).to_have_attribute("data-idle", "")
    return view


def test_stops_are_drawn_named_and_told_of(office: Town, keeper: Keeper) -> None:
    page = keeper()
    refused: list[str] = []
    page.on("requestfailed", lambda request: refused.append(request.url))
    origins: set[str] = set()
    page.on("request", lambda request: origins.add(request.url.split("/", 3)[2]) if "://" in request.url else None)
    view = opened(page, office.url("gamma", LIST))
    assert len(view.evaluate(SHOWN)) > 20
    # Colours beneath a mark are those of its class, not the ground's: something was really painted.
    row = page.locator("[data-card]").nth(2)
    name = row.locator("a").inner_text()
    row.locator("[data-show]").click()
    tag = page.locator(".map-tag")
    expect(tag).to_contain_text(name)
    expect(tag.get_by_role("link", name="Відкрити картку")).to_be_focused()
    expect(row).to_have_attribute("data-chosen", "")
    # Names in Ukrainian come from the page's own font, with no service of glyphs.
    assert name in view.evaluate(LETTERS)
    tag.get_by_role("link", name="Відкрити картку").press("Escape")
    expect(tag).to_have_count(0)
    assert origins == {f"gamma.localhost:{office.port}"}
    assert [url for url in refused if ".mvt" not in url] == []


def test_a_condition_narrows_the_map_and_the_list_alike(office: Town, keeper: Keeper) -> None:
    page = keeper()
    opened(page, office.url("gamma", LIST))
    page.locator(".filter-bar").get_by_role("link", name="Безбарʼєрна", exact=True).click()
    # The map left behind is idle too.
    page.wait_for_url(re.compile("accessible=yes"))
    view = page.locator("tenant-map")
    expect(view).to_have_attribute("data-idle", "")
    rows = page.locator("[data-card] a").all_inner_texts()
    assert 0 < len(rows) < 30
    assert set(view.evaluate(SHOWN)) == set(rows)
    expect(page.get_by_role("link", name="Поруч")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Таблиця", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(len(rows))


def test_the_keyboard_goes_along_the_list_and_the_map_follows(office: Town, keeper: Keeper) -> None:
    page = keeper(reduced_motion="reduce")
    view = opened(page, office.url("gamma", LIST))
    view.evaluate("view => view.map.jumpTo({center: [33.6, 49.2], zoom: 16})")
    page.locator("[data-card] a").nth(4).focus()
    longitude, latitude = (page.locator("[data-card]").nth(4).get_attribute("data-place") or "").split(",")
    centre = view.evaluate("view => view.map.getCenter().toArray()")
    assert centre == pytest.approx([float(longitude), float(latitude)], abs=1e-4)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/bus-stops/\d+/"))


def test_an_address_remembers_the_map(office: Town, keeper: Keeper) -> None:
    page = keeper()
    wanted = "#map=15.50/49.08000/33.45000&off=addresses.addresses&opacity=bus_stops.bus-stops:0.5"
    view = opened(page, office.url("gamma", "/maps/" + wanted))
    state = view.evaluate("view => [view.map.getZoom(), ...view.map.getCenter().toArray()]")
    assert state == pytest.approx([15.5, 33.45, 49.08], abs=1e-3)
    expect(page.locator("[data-layer='addresses.addresses']")).not_to_be_checked()
    expect(page.locator("[data-opacity='bus_stops.bus-stops']")).to_have_value("50")
    page.locator("[data-layer='bus_stops.bus-stops']").uncheck()
    expect(page).to_have_url(re.compile("off=addresses.addresses,bus_stops.bus-stops"))


def test_what_is_here_and_what_is_found(office: Town, keeper: Keeper) -> None:
    page = keeper()
    view = opened(page, office.url("gamma", "/maps/"))
    page.get_by_role("searchbox", name="Знайти на мапі").fill("Площа Свободи")
    page.locator("[data-found]").get_by_role("button", name="Площа Свободи (з центру)").click()
    expect(page.locator(".map-tag")).to_contain_text("Площа Свободи (з центру)")
    expect(view).to_have_attribute("data-idle", "")
    box = view.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    here = page.locator("[data-here]")
    expect(here).to_contain_text("УСК-2000, зона 6")
    expect(here.get_by_role("link", name="Площа Свободи (з центру)")).to_be_visible()


def edited(page: Page, office: Town) -> str:
    page.goto(office.url("gamma", "/bus-stops/"))
    card = (page.locator("tbody a").first.get_attribute("href") or "").partition("?")[0]
    page.goto(office.url("gamma", card + "edit/"))
    expect(page.locator("shape-editor")).to_have_attribute("data-ready", "")
    expect(page.locator("tenant-map")).to_have_attribute("data-idle", "")
    return card


def press(page: Page, *places: tuple[float, float]) -> None:
    """Presses on the canvas, by shares of its sides."""
    view = page.locator("tenant-map canvas")
    view.scroll_into_view_if_needed()
    box = view.bounding_box()
    assert box is not None
    for x, y in places:
        at = (box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        page.mouse.move(*at)
        page.mouse.move(at[0] + 1, at[1])
        page.mouse.click(*at)
        page.wait_for_timeout(350)


def test_a_point_is_moved_and_saved(office: Town, keeper: Keeper) -> None:
    page = keeper()
    card = edited(page, office)
    field = page.locator("[data-shape]")
    before = field.input_value()
    page.get_by_role("button", name="Малювати").click()
    press(page, (0.3, 0.4))
    expect(field).not_to_have_value(before)
    drawn = field.input_value()
    page.get_by_role("button", name="Скасувати крок").click()
    expect(field).to_have_value(before)
    page.get_by_role("button", name="Повернути крок").click()
    expect(field).to_have_value(drawn)
    page.get_by_role("button", name="Зберегти", exact=True).click()
    expect(page).to_have_url(office.url("gamma", card))
    expect(page.locator("main")).to_contain_text(drawn)


@pytest.fixture
def area(office: Town, keeper: Keeper) -> Page:
    """A field of one outline: the form of a stop whose field is said to take areas."""
    page = keeper(reduced_motion="reduce")

    # Before the scripts of the page run, for they are modules.
    page.add_init_script(
        "document.addEventListener('readystatechange', () => document.querySelectorAll('shape-editor')"
        ".forEach((one) => { one.dataset.kinds = 'Polygon'; }))"
    )
    return page


def shape_in(page: Page) -> dict[str, Any]:
    return dict(json.loads(page.locator("[data-shape]").input_value()))


def test_a_table_in_metres_is_read_by_the_server(office: Town, area: Page) -> None:
    edited(area, office)
    area.locator("details summary", has_text="Координатами").click()
    area.locator("[data-shape]").fill("1 5437000,00 6531000,00\n2 5437100,00 6531000,00\n3 5437100,00 6531200,00")
    area.locator("[data-system]").select_option("EPSG:5564")
    area.get_by_role("button", name="Узяти на мапу").click()
    expect(area.locator(".shape-said")).to_contain_text("Узято на мапу")
    assert shape_in(area)["type"] == "Polygon"
    # Half of 100 m by 200 m, as the ellipsoid has it.
    expect(area.locator(".shape-said b")).to_contain_text(re.compile(r"^1\s?,0\d+ га|^(9\s?9|10\s?0)\d\d"))


def test_schemes_repaint_the_map(office: Town, keeper: Keeper) -> None:
    page = keeper()
    view = opened(page, office.url("gamma", LIST))
    ground = "view => view.map.getPaintProperty('ground', 'background-color')"
    light = view.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    until(lambda: view.evaluate(ground) != light)
    expect(view).to_have_attribute("data-idle", "")
    assert len(view.evaluate(SHOWN)) > 20


def test_pages_with_a_map_are_open_to_everybody(office: Town, keeper: Keeper) -> None:
    page = keeper(bypass_csp=True, reduced_motion="reduce")
    addresses = [LIST, "/bus-stops/?show=map", "/maps/", "/open/maps/", "/open/zupynky/"]
    found = walk(page, [office.url("gamma", one) for one in addresses])
    edited(page, office)
    found += faults(page)
    opened(page, office.url("gamma", LIST))
    page.locator("[data-show]").first.click()
    expect(page.get_by_role("link", name="Відкрити картку")).to_be_visible()
    assert found + faults(page) == []


@pytest.mark.parametrize("path", [LIST, "/bus-stops/?show=map", "/maps/", "/open/zupynky/"])
def test_a_map_fits_a_phone(office: Town, keeper: Keeper, path: str) -> None:
    page = keeper(phone=True)
    opened(page, office.url("gamma", path))
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]


def test_without_scripts_the_list_says_the_same(office: Town, keeper: Keeper) -> None:
    page = keeper(java_script_enabled=False)
    page.goto(office.url("gamma", LIST))
    expect(page.locator("[data-card]")).to_have_count(30)
    assert "малює JavaScript" in page.content()
