"""Pages of the library in a real browser without a database: the gallery is written once and served with the files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import set_urlconf
from django.utils import translation
from django.utils.csp import build_policy

from kernel.access.levels import Level
from ui import gallery
from ui.workspace import AreaOfWork, Tile

STATIC = Path(__file__).resolve().parents[2] / "platform/ui/static"
POLICY = build_policy(settings.SECURE_CSP)
FOUND = b'{"groups": [{"title": "Adresy", "items": [{"title": "Soborna, 31", "hint": "budynok", "url": "#found"}]}]}'


class Window(SimpleHTTPRequestHandler):
    def __init__(self, *given: Any, pages: dict[str, bytes], **more: Any) -> None:
        self.pages = pages
        super().__init__(*given, directory=str(STATIC), **more)

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path == "/gallery/streets/":
            request = RequestFactory().get("/", {"q": parse_qs(address.query).get("q", [""])[0]})
            self.give(gallery.found_streets(request).content, "application/json")
        elif address.path == "/search/":
            self.give(FOUND, "application/json")
        elif address.path == "/job":
            self.give(
                b'{"status": "done", "done": 7, "total": 7, "message": "", "finished_url": "/ready"}',
                "application/json",
            )
        elif address.path in self.pages:
            kind = {"/coat-of-arms": "image/svg+xml", "/brand.css": "text/css"}.get(
                address.path, "text/html; charset=utf-8"
            )
            self.give(self.pages[address.path], kind)
        else:
            self.path = self.path.removeprefix("/static")
            super().do_GET()

    def give(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_said: Any) -> None:
        """Nothing of it is worth a line."""


def asked(path: str) -> HttpRequest:
    request: Any = RequestFactory().get(path)
    request.site = "tenant"
    request.tenant = SimpleNamespace(name="Дубогірська громада", state="active")
    request.user = SimpleNamespace(
        is_authenticated=True, first_name="Оксано", full_name="Оксана Тимченко", email="o@example.org", pk=7
    )
    request.LANGUAGE_CODE = "uk"
    request.resolver_match = SimpleNamespace(namespace="")
    return request  # type: ignore[no-any-return]


def areas() -> list[AreaOfWork]:
    level = Level.VIEW.label
    return [
        AreaOfWork("territory", "Територія", [Tile("Адреси", level, "home", "#"), Tile("Зупинки", level, "bus", "#")]),
        AreaOfWork("administration", "Керування громадою", [Tile("Люди і права", level, "users", "#")]),
    ]


def written() -> dict[str, bytes]:
    specimens = gallery.specimens()
    shell = {"areas_menu": areas(), "messages": [], "notices_unread": 3}
    tasks = [
        {
            "title": "Погодити схему",
            "url": "#",
            "told": "Справа 00174",
            "start": specimens["start"],
            "due": specimens["soon"],
        }
    ]
    measures = [
        {"value": 1, "label": "Прострочено", "tone": "bad"},
        {"value": 96, "unit": "%", "label": "Вчасно", "trend": specimens["course"]},
    ]
    home = {"areas": areas(), "greeting": "Доброго ранку", "name": "Оксано", "tasks": tasks, "measures": measures}
    with translation.override("uk"):
        return {
            "/gallery/": render_to_string("ui/gallery/index.html", specimens | shell, asked("/gallery/")).encode(),
            "/workspace/": render_to_string("ui/workspace.html", home | shell, asked("/workspace/")).encode(),
            "/job-page": (
                b'<!doctype html><html lang="uk"><title>-</title><script src="/static/built/app.js" defer></script>'
                b'<main><job-progress data-url="/job" data-finished="Open"><progress></progress></job-progress></main>'
            ),
            "/coat-of-arms": (STATIC / "ui/mark.svg").read_bytes(),
            "/brand.css": b"",
            "/favicon.ico": b"",
        }


@pytest.fixture(scope="module")
def window() -> Iterator[str]:
    set_urlconf("config.urls_tenant")
    try:
        pages = written()
    finally:
        set_urlconf(None)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Window, pages=pages))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
