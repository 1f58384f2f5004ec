"""The gallery shows every component in every state; what is not in it is not part of the library."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from django.template import engines
from django.test import Client

from kernel.tenancy import TenantRef
from kernel.testing.access import enter, make_person
from ui.gallery import PARTS

ClientFor = Callable[..., Client]
TEMPLATES = Path(__file__).resolve().parents[2] / "platform/ui/templates/ui/gallery"


def source() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.glob("*.html")))


def test_every_piece_of_the_library_is_shown() -> None:
    library = engines["django"].engine.template_libraries["ui"]
    shown = set(re.findall(r"{%\s*(\w+)", source()))
    assert sorted(set(library.tags) - shown) == []
    used = set(re.findall(r"\|(\w+)", source()))
    assert sorted(set(library.filters) - used) == []


def test_every_part_is_on_the_page() -> None:
    assert {f"{part}.html" for part in PARTS} | {"index.html"} == {path.name for path in TEMPLATES.glob("*.html")}


def test_it_is_for_those_who_look_after_modules(in_alpha: TenantRef, client_for: ClientFor) -> None:
    page = enter(client_for("alpha"), make_person("administrator")).get("/gallery/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "ТС-0046" in text and "{{" not in text and "{%" not in text
    assert client_for("alpha").get("/gallery/").status_code == 302
    assert enter(client_for("alpha"), make_person("clerk")).get("/gallery/").status_code == 403


def test_it_keeps_the_policy_of_pages(in_alpha: TenantRef, client_for: ClientFor) -> None:
    text = enter(client_for("alpha"), make_person("administrator")).get("/gallery/").content.decode()
    assert not re.search(r"\sstyle\s*=|\son\w+\s*=|<style|javascript:", text)
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert sorted({one for one in ids if ids.count(one) > 1}) == []


def test_its_reference_field_finds_streets(in_alpha: TenantRef, client_for: ClientFor) -> None:
    client = enter(client_for("alpha"), make_person("administrator"))
    found = client.get("/gallery/streets/", {"q": "лес"}).json()
    assert [one["label"] for one in found["results"]] == ["вул. Лесі Українки"]
    assert client.get("/gallery/streets/", {"q": "нема"}).json()["results"] == []
