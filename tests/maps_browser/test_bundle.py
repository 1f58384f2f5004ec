"""What a page with a map gets: its own bundle, from nowhere else, within its budget; other pages get none of it."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

UI = Path(__file__).resolve().parents[2] / "platform" / "ui"
BUILT = UI / "static" / "built"
BUDGETS = {"map.css": 5, "map.js": 330, "map-worker.js": 155, "map-edit.js": 85}


@pytest.mark.parametrize("name", BUDGETS)
def test_files_of_a_map_keep_their_budget(name: str) -> None:
    assert len(gzip.compress((BUILT / name).read_bytes(), 9)) <= BUDGETS[name] * 1024


@pytest.mark.parametrize("name", ["map.js", "map-edit.js", "map-worker.js"])
def test_a_file_needs_no_other_file(name: str) -> None:
    """Names with a hash, which production gives to files, would break imports and maps of sources."""
    text = (BUILT / name).read_text(encoding="utf-8")
    assert "sourceMappingURL" not in text
    assert not re.search(r"""(?:^|[;}])\s*(?:import|export)\b[^;(]{0,400}?from\s*["']""", text)
    assert not re.search(r"""\bimport\(\s*["'`]""", text)


def test_no_other_page_carries_the_map() -> None:
    scripts = (UI / "scripts" / "app.js").read_text(encoding="utf-8")
    assert "map" not in scripts
    assert b"maplibre" not in (BUILT / "app.js").read_bytes()
