"""Finds the modules by their folders: a module is installed by existing, no list names it."""

from __future__ import annotations

from pathlib import Path


def installed_modules(root: Path) -> list[str]:
    return sorted(
        f"tenant_apps.{apps.parent.parent.name}.{apps.parent.name}" for apps in root.glob("[a-z]*/[a-z]*/apps.py")
    )
