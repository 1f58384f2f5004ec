"""The compose file as data."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import yaml

from tests.infra.programs import ROOT

PATH = ROOT / "infra/compose/compose.yaml"


@lru_cache(maxsize=1)
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(PATH.read_text()))


def services() -> dict[str, dict[str, Any]]:
    return dict(compose()["services"])


def done_once(service: dict[str, Any]) -> bool:
    return service["restart"] == "no"


def default_of(text: str) -> str:
    """The value of ${NAME:-value}; the text itself otherwise."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def variables() -> dict[str, bool]:
    """Every ${NAME} of the file: is it obligatory?"""
    found = re.findall(r"\$\{(\w+)(:?[-?])?", PATH.read_text())
    return {name: mark.endswith("?") or not mark for name, mark in found}
