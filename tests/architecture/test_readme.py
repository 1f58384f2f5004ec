"""The README shows a whole register; it must be the one that works, and stay small."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tenant_apps" / "territory" / "bus_stops"
# Tests, demonstration cards and migrations are not what one writes to have a register.
BESIDE = {"tests", "migrations", "demo.py"}
MOST_LINES = 150
LISTING = re.compile(r"`tenant_apps/territory/bus_stops/(?P<name>[\w.]+)`\n\n```python\n(?P<text>.*?)```\n", re.DOTALL)
COUNTED = re.compile(r"^ +(\d+) (\S+)$", re.MULTILINE)


def lines(path: Path) -> int:
    """As `wc -l` counts."""
    return path.read_text().count("\n")


def written() -> dict[str, Path]:
    files = [path for path in FOLDER.rglob("*.py") if "__pycache__" not in path.parts]
    own = [path for path in files if path.relative_to(FOLDER).parts[0] not in BESIDE and lines(path)]
    return {str(path.relative_to(FOLDER)): path for path in own}


def test_readme_shows_the_files_themselves():
    shown = {match["name"]: match["text"] for match in LISTING.finditer((ROOT / "README.md").read_text())}
    assert shown == {name: path.read_text() for name, path in written().items()}


def test_example_is_as_small_as_it_is_said_to_be():
    counts = {name: lines(path) for name, path in written().items()}
    assert sum(counts.values()) <= MOST_LINES
    _before, _command, after = (ROOT / "README.md").read_text().partition("$ wc -l apps.py models.py registers.py\n")
    told = {name: int(number) for number, name in COUNTED.findall(after.partition("```")[0])}
    assert told == {**counts, "total": sum(counts.values())}


def test_nothing_outside_its_folder_names_the_example():
    """No menu, no settings, no urls: a module is installed by existing."""
    word = re.compile(r"bus_?stops?\b|bus-stops", re.IGNORECASE)
    sources = [
        path
        for root in ("platform", "shared_apps", "tenant_apps", "provisioning")
        for kind in ("*.py", "*.html", "*.js", "*.css")
        for path in (ROOT / root).rglob(kind)
        if not {"node_modules", "built", "__pycache__", "bus_stops", "tests"} & set(path.parts)
    ]
    # Examples of use in words are not use.
    strays = [
        str(path.relative_to(ROOT))
        for path in sources
        if any(
            word.search(line) and ("import" in line or "register_named" in line or "reverse(" in line)
            for line in path.read_text().splitlines()
        )
    ]
    assert strays == []
