"""The rules of the house that a machine can see."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("platform", "shared_apps", "tenant_apps", "provisioning")
LONGEST_FILE = 600
LONGEST_CALM_FILE = 400


def python_files(*roots: str) -> list[Path]:
    found = [path for root in roots for path in (ROOT / root).rglob("*.py")]
    return [path for path in found if "node_modules" not in path.parts and "migrations" not in path.parts]


def templates() -> list[Path]:
    found = [path for root in SOURCES for path in (ROOT / root).rglob("*.html")]
    return [path for path in found if "node_modules" not in path.parts]


def test_no_file_is_too_long():
    long = {
        str(p.relative_to(ROOT)): n
        for p in python_files(*SOURCES)
        if (n := len(p.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_floors_of_the_house():
    """kernel < ui, integrations < shared_apps < tenant_apps, provisioning < config."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_modules_meet_only_through_public_and_events():
    strays = []
    for path in python_files("tenant_apps"):
        own = path.relative_to(ROOT).parts[:3]
        for node in ast.walk(ast.parse(path.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                parts = tuple(name.split("."))
                foreign = parts[0] == "tenant_apps" and len(parts) > 2 and parts[:3] != own
                if foreign and (len(parts) < 4 or parts[3] not in ("public", "events")):
                    strays.append(f"{path.relative_to(ROOT)}: {name}")
    assert strays == []


def test_every_tenant_model_says_what_tells_of_people():
    """A training copy can mask only what was declared."""
    from kernel.tenancy.personal import undeclared
    from provisioning.archive.mask import EMPTIED, tenant_models

    gaps = {
        model._meta.label: names
        for model in tenant_models()
        if model._meta.db_table not in EMPTIED
        and not getattr(model, "append_only", False)
        and not getattr(model, "forgotten_in_copies", False)
        and (names := undeclared(model))
    }
    assert gaps == {}


INLINE = re.compile(
    r"<script(?![^>]*\b(src|type=\"application/json\")\b)[^>]*>|\sstyle=\"|\son[a-z]+=\"|javascript:", re.IGNORECASE
)


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_keep_the_content_policy(path):
    """No inline script, style or handler: the policy would stop it in front of the user."""
    assert not INLINE.search(path.read_text())


def test_looks_live_in_one_folder():
    """No module ships style: the whole look is re-skinned in platform/ui."""
    strays = [
        str(path.relative_to(ROOT))
        for root in ("shared_apps", "tenant_apps", "provisioning", "platform/kernel")
        for path in (ROOT / root).rglob("*")
        if path.suffix in (".css", ".scss", ".js")
    ]
    strays += [
        str(path.relative_to(ROOT))
        for path in templates()
        if not path.is_relative_to(ROOT / "platform" / "ui") and re.search(r'\sclass="', path.read_text())
    ]
    assert strays == []


def test_no_words_of_unfinished_work():
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError")
    strays = [str(path.relative_to(ROOT)) for path in python_files(*SOURCES) if words.search(path.read_text())]
    assert strays == []


def test_lock_files_name_no_registry():
    for lock in (*ROOT.glob("requirements*.lock"), ROOT / "platform" / "ui" / "package-lock.json"):
        text = lock.read_text()
        assert "--index-url" not in text
        assert '"resolved"' not in text
        assert not re.search(r"https?://(files\.)?(pypi|pythonhosted|registry)", text), lock.name


def test_no_class_says_one_thing_twice():
    """Python keeps the last and says nothing: a register once lost its open indicators to such a pair."""
    twice = []
    for path in python_files(*SOURCES):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                said = [
                    target.id
                    for line in node.body
                    for target in (line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)])
                    if isinstance(target, ast.Name)
                ]
                twice += [f"{path.relative_to(ROOT)} {node.name}.{name}" for name in set(said) if said.count(name) > 1]
    assert twice == []
