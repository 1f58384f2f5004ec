"""What the map of everything can besides: a day that has passed, a measure, one's own place, what lies beneath it."""

from __future__ import annotations

import gzip
import json
import re
import struct
import subprocess
import threading
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from playwright.sync_api import Page, expect

from kernel.maps.backdrop import set_backdrop
from kernel.tenancy import tenant_context
from kernel.testing.access import OPERATOR
from tests.accessibility.looking import faults
from tests.fixtures import _close_connections, _ref
from tests.journeys.town import Town
from tests.maps_browser.test_maps import LIST, SHOWN, opened, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Keeper = Callable[..., Page]
PLACE = "#map=14/49.23000/33.62000"


def varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def tiles_file(tile: bytes) -> bytes:
    """The smallest PMTiles there is: one tile of the whole world, as the specification (version 3) has it."""
    directory = gzip.compress(varint(1) + varint(0) + varint(1) + varint(len(tile)) + varint(1))
    about = gzip.compress(json.dumps({"vector_layers": [{"id": "water", "fields": {}}]}).encode())
    start = 127
    places = (start, len(directory), start + len(directory), len(about), start + len(directory) + len(about), 0)
    head = b"PMTiles\x03" + struct.pack("<6Q", *places)
    head += struct.pack("<2Q", places[4], len(tile)) + struct.pack("<3Q", 1, 1, 1)
    # Clustered, directories by gzip, tiles by gzip, of the vector kind, zooms from 0 to 0, the world, its middle.
    head += bytes([1, 2, 2, 1, 0, 0]) + struct.pack("<4i", -1800000000, -850000000, 1800000000, 850000000)
    head += bytes([0]) + struct.pack("<2i", 0, 0)
    return head + directory + about + tile


def picture() -> bytes:
    """A square of 256 by 256 of one colour."""

    def piece(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress((b"\x00" + bytes((200, 30, 90)) * 256) * 256)
    return (
        b"\x89PNG\r\n\x1a\n"
        + piece(b"IHDR", struct.pack(">2I5B", 256, 256, 8, 2, 0, 0, 0))
        + piece(b"IDAT", rows)
        + piece(b"IEND", b"")
    )


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Another server, which gives squares of pictures and one file of tiles."""
    folder = tmp_path_factory.mktemp("base")
    world = {"type": "Polygon", "coordinates": [[[-179, -80], [179, -80], [179, 80], [-179, 80], [-179, -80]]]}
    (folder / "water.geojson").write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": world}))
    command = [
        "ogr2ogr",
        "-f",
        "MVT",
        "made",
        "water.geojson",
        "-nln",
        "water",
        "-dsco",
        "MINZOOM=0",
        "-dsco",
        "MAXZOOM=0",
    ]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    tile = next(Path(folder / "made").glob("0/0/0.*")).read_bytes()
    content = {"png": picture(), "pmtiles": tiles_file(tile if tile[:2] == b"\x1f\x8b" else gzip.compress(tile))}

    class Answers(BaseHTTPRequestHandler):
        def do_OPTIONS(self) -> None:
            self.answer(204, b"", "text/plain")

        def do_GET(self) -> None:
            kind = self.path.rpartition(".")[2].partition("?")[0]
            body, wanted = content[kind], re.match(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
            if wanted:
                first, last = int(wanted[1]), min(int(wanted[2]), len(body) - 1)
                return self.answer(
                    206, body[first : last + 1], "application/octet-stream", f"bytes {first}-{last}/{len(body)}"
                )
            return self.answer(200, body, "image/png" if kind == "png" else "application/octet-stream")

        def answer(self, status: int, body: bytes, kind: str, part: str = "") -> None:
            self.send_response(status)
            for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), ("Content-Range", part),
                                ("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Headers", "*")):  # fmt: skip
                if value:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def beneath(kind: str, url: str = "", attribution: str = "") -> None:
    with tenant_context(_ref("gamma")):
        set_backdrop(kind, url=url, attribution=attribution, by=OPERATOR)
    _close_connections()


def test_a_day_that_has_passed_is_shown_and_printed(office: Town, keeper: Keeper) -> None:
    page = keeper()
    view = opened(page, office.url("gamma", "/maps/" + PLACE))
    assert len(view.evaluate(SHOWN)) > 3
    day = (timezone.localdate() - timedelta(days=400)).isoformat()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if ".mvt" in request.url else None)
    page.fill("#map-on", day)
    page.locator("[data-day]").get_by_role("button", name="Показати").click()
    until(lambda: view.evaluate(SHOWN) == [])
    assert asked
    assert all(f"on={day}" in one for one in asked)
    expect(page).to_have_url(re.compile(f"on={day}"))
    with page.expect_popup() as sheet:
        page.get_by_role("button", name="Зробити PDF").click()
    assert f"on={day}" in sheet.value.url
    page.locator("[data-day]").get_by_role("button", name="Тепер").click()
    until(lambda: len(view.evaluate(SHOWN)) > 3)


def test_a_distance_is_measured_and_put_away(office: Town, keeper: Keeper) -> None:
    page = keeper(reduced_motion="reduce")
    view = opened(page, office.url("gamma", "/maps/#map=15/49.20000/33.50000"))
    page.get_by_role("button", name="Виміряти").click()
    box = view.bounding_box()
    places = [[33.50, 49.20], [33.51, 49.20], [33.51, 49.205]]
    for place in [*places, places[-1]]:
        x, y = view.evaluate("(view, place) => { const {x, y} = view.map.project(place); return [x, y]; }", place)
        page.mouse.click(box["x"] + x, box["y"] + y)
        if place is not places[-1]:
            page.wait_for_timeout(400)
    # 729.1 m along the parallel and 556.1 m along the meridian, as the ellipsoid has them.
    expect(page.locator(".map-note")).to_contain_text(re.compile(r"Довжина 1,28\d км; площа 20,\d+ га"))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Виміряти").click()
    page.keyboard.press("Escape")
    expect(page.locator(".map-note")).to_be_hidden()


def test_one_s_own_place(office: Town, keeper: Keeper) -> None:
    page = keeper(
        geolocation={"latitude": 49.21, "longitude": 33.61}, permissions=["geolocation"], reduced_motion="reduce"
    )
    view = opened(page, office.url("gamma", "/maps/"))
    page.get_by_role("button", name="Де я").click()
    until(lambda: view.evaluate("view => view.map.getCenter().toArray()") == pytest.approx([33.61, 49.21], abs=1e-4))
    refused = keeper(permissions=[])
    opened(refused, office.url("gamma", "/maps/"))
    refused.get_by_role("button", name="Де я").click()
    expect(refused.locator(".map-note")).to_contain_text("Дозвольте сторінці")


def test_the_community_s_own_base_map(office: Town, keeper: Keeper, elsewhere: str) -> None:
    page = keeper()
    plain = page.goto(office.url("gamma", "/maps/"))
    assert plain is not None
    assert elsewhere not in plain.headers["content-security-policy"]
    page.goto(office.url("gamma", "/bus-stops/"))
    beneath("raster", elsewhere + "/{z}/{x}/{y}.png", "© Держгеокадастр <script>")
    got: list[str] = []
    page.on("requestfinished", lambda request: got.append(request.url) if request.url.startswith(elsewhere) else None)
    answer = page.goto(office.url("gamma", "/maps/" + PLACE))
    assert answer is not None
    assert elsewhere in answer.headers["content-security-policy"]
    view = page.locator("tenant-map")
    expect(view).to_have_attribute("data-idle", "")
    assert any(one.endswith(".png") for one in got)
    expect(page.locator(".maplibregl-ctrl-attrib")).to_contain_text("© Держгеокадастр <script>")
    # A page without a map takes nothing from there.
    other = page.goto(office.url("gamma", "/bus-stops/"))
    assert other is not None
    assert elsewhere not in other.headers["content-security-policy"]
    beneath("pmtiles", elsewhere + "/base.pmtiles", "© Пробна")
    got.clear()
    view = opened(page, office.url("gamma", "/maps/" + PLACE))
    assert any(one.endswith(".pmtiles") for one in got)
    drawn = "view => view.map.queryRenderedFeatures({layers: ['base:water']}).length"
    until(lambda: view.evaluate(drawn) > 0)
    beneath("none")
    page.reload()
    expect(view).to_have_attribute("data-idle", "")
    assert view.evaluate("view => view.settings.base.kind") == "none"
    beneath("installation")


@pytest.mark.parametrize(
    ("kind", "url", "told"),
    [
        ("raster", "https://tiles.example.ua/{z}/{x}.png", "{y}"),
        ("raster", "http://tiles.example.ua/{z}/{x}/{y}.png", "https://"),
        ("raster", "https://a.ua; script-src */{z}/{x}/{y}.png", "https://"),
        ("pmtiles", "https://a.ua/base.zip", ".pmtiles"),
        ("pmtiles", "", "https://"),
    ],
)
def test_a_wrong_base_map_is_refused_in_words(in_gamma: Any, kind: str, url: str, told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        set_backdrop(kind, url=url, attribution="© Хтось", by=OPERATOR)
    assert told in " ".join(refused.value.messages)


def test_tabs_keep_the_way_of_looking(office: Town, keeper: Keeper) -> None:
    page = keeper()
    opened(page, office.url("gamma", LIST))
    page.locator(".view-tabs li a").nth(1).click()
    expect(page).to_have_url(re.compile("show=both"))
    expect(page.locator("tenant-map")).to_have_attribute("data-idle", "")
    page.get_by_role("link", name="Таблиця", exact=True).click()
    expect(page.locator("tenant-map")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_map_of_everything_on_a_phone(office: Town, keeper: Keeper, dark: bool) -> None:
    page = keeper(phone=True, dark=dark, bypass_csp=True, reduced_motion="reduce")
    opened(page, office.url("gamma", "/maps/" + PLACE))
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    assert faults(page) == []
