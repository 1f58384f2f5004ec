"""The terraform of the repository as data: what is declared, what is used, who calls whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import hcl2

from tests.infra.programs import ROOT

FOLDER = ROOT / "terraform"


@dataclass
class Module:
    """One folder of .tf files."""

    path: Path
    text: str = ""
    variables: dict[str, dict[str, Any]] = field(default_factory=dict)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    locals: set[str] = field(default_factory=set)
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: dict[str, dict[str, Any]] = field(default_factory=dict)
    settings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.path.relative_to(FOLDER))


def bare(text: object) -> str:
    """The parser keeps the quotes of strings."""
    return str(text).strip('"')


def named(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for block in blocks:
        for name, body in block.items():
            yield bare(name), body


def strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)
    elif isinstance(value, str):
        yield bare(value)


@lru_cache(maxsize=1)
def modules() -> dict[str, Module]:
    found = {}
    for path in sorted({file.parent for file in FOLDER.rglob("*.tf")}):
        module = Module(path)
        for file in sorted(path.glob("*.tf")):
            text = file.read_text()
            module.text += text
            parsed = hcl2.loads(text)
            module.variables.update(named(parsed.get("variable", [])))
            module.outputs.update(named(parsed.get("output", [])))
            module.calls.update(named(parsed.get("module", [])))
            module.settings += parsed.get("terraform", [])
            for block in parsed.get("locals", []):
                module.locals |= {name for name in block if not name.startswith("__")}
            for kind, prefix in (("resource", ""), ("data", "data."), ("ephemeral", "ephemeral.")):
                for type_name, bodies in named(parsed.get(kind, [])):
                    module.resources.update({f"{prefix}{type_name}.{name}": body for name, body in named([bodies])})
        found[module.name] = module
    return found


def references(module: Module, pattern: str) -> set[str]:
    """What the module's expressions name; comments and descriptions do not count."""
    code = re.sub(r"(?m)^\s*#.*$|^\s*(description|error_message|alarm_description)\s*=.*$", "", module.text)
    return {".".join(match) if isinstance(match, tuple) else match for match in re.findall(pattern, code)}
