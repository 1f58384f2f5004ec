"""The README shows a whole register; it must be the one that works, and stay small."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tenant_apps" / "territory" / "bus_stops"
# Tests and migrations are not what one writes to have a register; what it tells people and its demonstration are.
BESIDE = {"tests", "migrations"}
MOST_LINES = 150
LISTING = re.compile(
    r"`tenant_apps/territory/bus_stops/(?P<name>[\w.]+)`\n\n```(?:python|markdown)\n(?P<text>.*?)```\n", re.DOTALL
)
COUNTED = re.compile(r"^ +(\d+) (\S+)$", re.MULTILINE)


def lines(path: Path) -> int:
    """As `wc -l` counts."""
    return path.read_text().count("\n")


def written() -> dict[str, Path]:
    files = [path for path in FOLDER.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    own = [path for path in files if path.relative_to(FOLDER).parts[0] not in BESIDE and lines(path)]
    return {str(path.relative_to(FOLDER)): path for path in own}


def test_readme_shows_the_files_themselves():
    shown = {match["name"]: match["text"] for match in LISTING.finditer((ROOT / "README.md").read_text())}
    assert shown == {name: path.read_text() for name, path in written().items() if name != "README.md"}


def test_example_is_as_small_as_it_is_said_to_be():
    counts = {name: lines(path) for name, path in written().items()}
    assert sum(counts.values()) <= MOST_LINES
    _before, _command, after = (ROOT / "README.md").read_text().partition("$ wc -l apps.py ")
    told = {name: int(number) for number, name in COUNTED.findall(after.partition("```")[0])}
    assert told == {**counts, "total": sum(counts.values())}


SOURCES = ("platform", "shared_apps", "tenant_apps", "provisioning")
KINDS = ("*.py", "*.html", "*.js", "*.css", "*.json")
NAMED = re.compile(r"bus_?stops?\b|bus-stops", re.IGNORECASE)
# What the towns of the demonstration have is told in words, above every module.
TELLS = ROOT / "provisioning" / "demo"


def said(path: Path) -> str:
    """Without what only explains: comments and docstrings take examples where they find them."""
    text = path.read_text()
    if path.suffix == ".html":
        return re.sub(r"\{#.*?#\}", "", text)
    if path.suffix != ".py":
        return text
    tree = ast.parse(text)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            body[0].value.value = ""
    return ast.unparse(tree)


def test_nothing_outside_its_folder_names_the_example():
    """No menu, no settings, no urls, no demonstration of the kernel: a module is installed by existing."""
    sources = [
        path
        for root in SOURCES
        for kind in KINDS
        for path in (ROOT / root).rglob(kind)
        if not {"node_modules", "built", "bus_stops", "tests"} & set(path.parts) and not path.is_relative_to(TELLS)
    ]
    assert len(sources) > 500
    assert [str(path.relative_to(ROOT)) for path in sources if NAMED.search(said(path))] == []
