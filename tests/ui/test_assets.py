"""What the browser gets: small, our own, and whole."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from django.apps import apps

from kernel.modules import ModuleConfig

ROOT = Path(__file__).resolve().parents[2]
UI = ROOT / "platform" / "ui"
BUILT = UI / "static" / "built"
BUDGETS = {"app.css": 45 * 1024, "app.js": 40 * 1024}
SOURCES = ("platform", "shared_apps", "tenant_apps", "provisioning")
ICON = re.compile(r"""{%\s*icon\s+"([\w-]+)"|icon_name="([\w-]+)"|"(?:primary|danger|quiet|)"\s+"([\w-]+)"\s*%}""")


@pytest.mark.parametrize("name", BUDGETS)
def test_files_keep_their_budget(name: str) -> None:
    assert len(gzip.compress((BUILT / name).read_bytes(), 9)) <= BUDGETS[name]


def test_fonts_of_a_page_weigh_little() -> None:
    usual = [BUILT / f"source-sans-3-{subset}-wght-normal.woff2" for subset in ("cyrillic", "latin")]
    assert sum(path.stat().st_size for path in usual) < 50 * 1024


def test_nothing_comes_from_elsewhere() -> None:
    for name in BUDGETS:
        addresses = re.findall(r"(?:https?:)?//[\w.-]+\.\w+", (BUILT / name).read_text())
        assert [address for address in addresses if "www.w3.org" not in address] == []


def test_the_system_s_wishes_repeat_the_choices() -> None:
    css = (BUILT / "app.css").read_text().replace(": ", ":")
    for wish, choice in (("prefers-color-scheme:dark", "dark"), ("prefers-contrast:more", "contrast")):
        chosen = re.search(rf":root\[data-scheme=\"?{choice}\"?\]{{([^}}]*)}}", css)
        wished = re.search(rf"{wish}[^{{]*{{[^}}]*:root:not\(\[data-scheme\]\){{([^}}]*)}}", css)
        assert chosen and wished and chosen[1] == wished[1]


def drawn() -> set[str]:
    return set(re.findall(r'<symbol id="([\w-]+)"', (BUILT / "icons.svg").read_text()))


def test_every_icon_that_is_listed_is_drawn() -> None:
    assert drawn() == set(json.loads((UI / "icons.json").read_text()))


def test_every_icon_that_is_used_is_drawn() -> None:
    used: dict[str, str] = {}
    for source in SOURCES:
        for path in (ROOT / source).rglob("templates/**/*.html"):
            if "node_modules" not in path.parts:
                for found in ICON.finditer(path.read_text(encoding="utf-8")):
                    used[next(filter(None, found.groups()))] = str(path.relative_to(ROOT))
    for module in apps.get_app_configs():
        if isinstance(module, ModuleConfig):
            used[module.icon] = module.name
    assert {name: where for name, where in used.items() if name not in drawn()} == {}


def test_the_lock_names_no_registry() -> None:
    assert "resolved" not in (UI / "package-lock.json").read_text()


def test_class_names_stay_in_this_folder() -> None:
    """So that the whole look can be changed here and nowhere else."""
    offenders = [
        str(path.relative_to(ROOT))
        for source in SOURCES
        for path in (ROOT / source).rglob("templates/**/*.html")
        if not path.is_relative_to(UI) and re.search(r"\sclass\s*=", path.read_text(encoding="utf-8"))
    ]
    assert offenders == []
