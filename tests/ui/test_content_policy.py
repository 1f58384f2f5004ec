"""What a browser is told of each kind of answer on each site: read from the answers, not from the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.access.levels import Level
from kernel.files.links import file_url
from kernel.files.storing import store
from kernel.testing.access import enter, make_person, make_role
from tests.files import samples

# Who may be asked for what; a source that is not here is a hole until somebody says why it is none.
KNOWN = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "media-src": {"'self'"},
    "font-src": {"'self'"},
    "connect-src": {"'self'"},
    "worker-src": {"'self'"},
    "manifest-src": {"'self'"},
    "form-action": {"'self'", "'none'"},
    "frame-ancestors": {"'none'"},
    "base-uri": {"'none'"},
    "object-src": {"'none'"},
    "sandbox": set(),
}
# These do not follow default-src: they are said aloud or they are open.
SAID = {"default-src", "frame-ancestors", "base-uri", "form-action"}
# The browser's own reader of PDF: no script may run there, and what it shows is its own.
READER = {**KNOWN, "object-src": {"'self'"}, "style-src": {"'unsafe-inline'"}}


def holes(answer: Any, known: dict[str, set[str]] = KNOWN) -> list[str]:
    policy = {
        name: set(values)
        for name, *values in (
            part.split() for part in answer.get("Content-Security-Policy", "").split(";") if part.strip()
        )
    }
    found = [f"{name} is not said" for name in SAID - set(policy)]
    if "script-src" in policy and "object-src" not in policy and policy.get("default-src") != {"'none'"}:
        found.append("object-src is open")
    return found + [f"{name} {values}" for name, values in policy.items() if not values <= known.get(name, set())]


@pytest.fixture
def author(in_gamma: Any) -> Any:
    make_role("policy", bus_stops=Level.MANAGE, organisations=Level.MANAGE, access=Level.MANAGE)
    return make_person("policy")


@pytest.mark.parametrize(
    ("site", "path", "status"),
    [
        ("", "/", 200),
        ("", "/start/", 200),
        ("", "/nema/", 404),
        ("console", "/accounts/login/", 200),
        ("console", "/", 302),
        ("console", "/nema/", 404),
        ("gamma", "/", 200),
        ("gamma", "/accounts/login/", 200),
        ("gamma", "/open/", 200),
        ("gamma", "/open/zupynky/", 200),
        ("gamma", "/open/zupynky/data.csv", 200),
        ("gamma", "/open/zupynky/data.geojson", 200),
        ("gamma", "/open/maps/", 200),
        ("gamma", "/bus-stops/", 302),
        ("gamma", "/nema/", 404),
        ("gamma", "/api/v1/openapi.json", 200),
        ("gamma", "/api/v1/bus-stops/", 401),
        ("gamma", "/manifest.webmanifest", 200),
        ("gamma", "/coat-of-arms", 200),
        ("gamma", "/push-worker.js", 200),
        ("nobody", "/", 404),
    ],
)
def test_for_strangers(client_for: Callable[..., Any], in_gamma: Any, site: str, path: str, status: int) -> None:
    answer = client_for(site).get(path)
    assert (answer.status_code, holes(answer)) == (status, [])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/workspace/", 200),
        ("/bus-stops/", 200),
        ("/bus-stops/new/", 200),
        ("/bus-stops/?show=map", 200),
        ("/bus-stops/export/?format=csv", 200),
        ("/bus-stops/export/?format=xlsx", 200),
        ("/bus-stops/import/template.xlsx", 200),
        ("/bus-stops/labels/", 200),
        ("/maps/", 200),
        ("/addresses/", 403),
        ("/bus-stops/0/", 404),
        ("/notices/read-all/", 405),
    ],
)
def test_for_those_who_work(client_for: Callable[..., Any], author: Any, path: str, status: int) -> None:
    answer = enter(client_for("gamma"), author).get(path)
    assert (answer.status_code, holes(answer)) == (status, [])


def test_when_the_server_breaks(client_for: Callable[..., Any], author: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_given: Any, **_more: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("kernel.registers.views.lists.render", break_down)
    answer = enter(client_for("gamma", raise_request_exception=False), author).get("/bus-stops/")
    assert (answer.status_code, holes(answer)) == (500, [])


def test_when_a_form_is_not_ours(client_for: Callable[..., Any], author: Any) -> None:
    answer = enter(client_for("gamma", enforce_csrf_checks=True), author).post("/bus-stops/new/", {"name": "Ринок"})
    assert (answer.status_code, holes(answer)) == (403, [])


@pytest.mark.parametrize(
    ("name", "content", "known"),
    [
        ("фото.png", samples.picture(), KNOWN),
        ("лист.docx", samples.office("word/document.xml"), KNOWN),
        ("акт.pdf", samples.pdf(), READER),
    ],
)
def test_for_files_of_people(
    client_for: Callable[..., Any], author: Any, name: str, content: bytes, known: dict[str, set[str]]
) -> None:
    file = store(SimpleUploadedFile(name, content), by=author).file
    answer = enter(client_for("gamma"), author).get(file_url(file, author))
    assert (answer.status_code, holes(answer, known)) == (200, [])


def test_a_hole_is_seen() -> None:
    open_ways = ("script-src 'self' 'unsafe-eval'", "style-src 'self' 'unsafe-inline'", "img-src *", "frame-src https:")
    whole = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    assert holes({"Content-Security-Policy": whole}) == []
    assert all(len(holes({"Content-Security-Policy": f"{whole}; {way}"})) == 1 for way in open_ways)
    assert len(holes({})) == len(SAID)
