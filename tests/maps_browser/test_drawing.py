"""Drawing an area in a field, with the built scripts alone: no server, no database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings
from django.utils.csp import build_policy
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = pytest.mark.browser
MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
BUILT = Path(__file__).resolve().parents[2] / "platform" / "ui" / "static" / "built"
SETTINGS = {
    "layers": [], "base": {"kind": "none"}, "boundary": None, "box": [[33.4, 49.05], [33.45, 49.08]], "tag": "",
    "sprite": "/static/icons.svg", "worker": "/static/map-worker.js", "tools": "few",
}  # fmt: skip
PAGE = f"""<!doctype html><html lang="uk"><title>-</title><link rel="stylesheet" href="/static/app.css"><link rel="stylesheet" href="/static/map.css">
<script type="module" src="/static/map.js"></script><script type="module" src="/static/map-edit.js"></script>
<form><shape-editor data-kinds="Polygon" KIND data-read="/read" data-neighbour="/near/LAYER/0">
<tenant-map data-settings="{escape(json.dumps(SETTINGS))}"></tenant-map>
<details open><summary>-</summary><textarea data-shape name="area"></textarea><div data-bring></div></details>
</shape-editor></form></html>"""
POLICY = build_policy(settings.SECURE_CSP)
SQUARE = ((0.2, 0.2), (0.6, 0.2), (0.6, 0.8), (0.2, 0.8), (0.2, 0.2))


def test_files_under_production_s_names_work(browser: Browser, tmp_path: Path) -> None:
    """Production gives every file a name with a print of its content, the worker of the map too."""
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": MANIFEST}}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
        names = ("app.css", "map.css", "map.js", "map-edit.js", "icons.svg", "map-worker.js")
        urls = {name: staticfiles_storage.url(f"built/{name}") for name in names}
    assert all(re.search(r"\.[0-9a-f]{12}\.", url) for url in urls.values())
    text = PAGE.replace("KIND", "")
    for name, url in urls.items():
        text = text.replace(f"/static/{name}", url)
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)

    def serve(route: Route) -> None:
        place = route.request.url.partition(settings.STATIC_URL)[2]
        if place:
            route.fulfill(path=str(tmp_path / place))
        else:
            route.fulfill(body=text, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    page.route("**/*", serve)
    page.goto("http://drawing.test/")
    expect(page.locator("shape-editor")).to_have_attribute("data-ready", "")
    expect(page.locator("tenant-map")).to_have_attribute("data-idle", "")
    press(page, *SQUARE)
    assert shape(page)["type"] == "Polygon"
    page.close()
    assert complaints == []


@pytest.fixture(params=["", "data-multi"], ids=["one outline", "many"])
def field(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)

    def serve(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if "/static/" in route.request.url:
            route.fulfill(path=str(BUILT / name))
        else:
            body = PAGE.replace("KIND", request.param)
            route.fulfill(body=body, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    page.route("**/*", serve)
    page.goto("http://drawing.test/")
    expect(page.locator("shape-editor")).to_have_attribute("data-ready", "")
    expect(page.locator("tenant-map")).to_have_attribute("data-idle", "")
    yield page
    page.close()
    assert complaints == []


def press(page: Page, *places: tuple[float, float]) -> None:
    """By shares of the sides; slower than a double press."""
    box = page.locator("canvas").first.bounding_box()
    assert box is not None
    for x, y in places:
        at = (box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        page.mouse.move(*at)
        page.mouse.move(at[0] + 1, at[1])
        page.mouse.click(*at)
        page.wait_for_timeout(320)


def shape(page: Page) -> dict[str, Any]:
    return dict(json.loads(page.locator("[data-shape]").input_value()))


def parts(page: Page) -> list[Any]:
    found = shape(page)
    return list(found["coordinates"] if found["type"] == "MultiPolygon" else [found["coordinates"]])


def choose(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def test_an_area_is_drawn_pierced_and_split(field: Page) -> None:
    many = field.locator("shape-editor[data-multi]").count() > 0
    press(field, *SQUARE)
    assert shape(field)["type"] == ("MultiPolygon" if many else "Polygon")
    assert len(parts(field)[0][0]) == 5
    expect(field.locator(".shape-said b")).to_contain_text("км², обвід")
    whole = shape(field)
    choose(field, "Отвір")
    press(field, (0.3, 0.4), (0.5, 0.4), (0.4, 0.6), (0.3, 0.4))
    assert len(parts(field)[0]) == 2
    choose(field, "Скасувати крок")
    assert shape(field) == whole
    choose(field, "Повернути крок")
    assert len(parts(field)[0]) == 2
    choose(field, "Скасувати крок")
    choose(field, "Поділити")
    press(field, (0.1, 0.3), (0.7, 0.3), (0.7, 0.3))
    # Halves have a common side, which no one shape may have: the larger stays.
    assert len(parts(field)) == 1
    assert shape(field) != whole
    expect(field.locator(".shape-said")).to_contain_text("лишили більшу частину")


def test_a_line_that_divides_nothing_and_a_hole_outside_leave_the_area(field: Page) -> None:
    press(field, *SQUARE)
    whole = shape(field)
    choose(field, "Поділити")
    press(field, (0.7, 0.1), (0.9, 0.1), (0.9, 0.1))
    expect(field.locator(".shape-said")).to_contain_text("не перетинає контур наскрізь")
    choose(field, "Отвір")
    press(field, (0.7, 0.4), (0.9, 0.4), (0.8, 0.6), (0.7, 0.4))
    expect(field.locator(".shape-said")).to_contain_text("Отвір має лежати всередині")
    assert shape(field) == whole


def test_an_outline_that_crosses_itself_is_shown_where(field: Page) -> None:
    field.locator("summary").click()
    field.locator("[data-shape]").fill("POLYGON ((33.42 49.06, 33.43 49.07, 33.43 49.06, 33.42 49.07, 33.42 49.06))")
    field.locator("[data-shape]").blur()
    expect(field.locator("shape-editor")).to_have_attribute("data-crossed", "")
    expect(field.locator(".shape-said")).to_contain_text("перетинає сам себе")
    asked = "view => view.state.measure.features.map(one => one.geometry.coordinates)"
    assert field.locator("tenant-map").evaluate(asked)[0] == pytest.approx([33.425, 49.065], abs=1e-6)
