"""Values of the environment, and secrets that are mounted as files."""

from __future__ import annotations

import os
from pathlib import Path


class NotReady(RuntimeError):
    """The text is for the operator and says what to do."""


def setting(name: str, default: str | None = None) -> str:
    """NAME, or the content of the file that NAME_FILE names; the same rule as config.settings."""
    path = os.environ.get(f"{name}_FILE")
    value = Path(path).read_text(encoding="utf-8").strip() if path else os.environ.get(name, default)
    if not value:
        raise NotReady(f"Не задано {name} або {name}_FILE. Зразок: infra/compose/.env.example")
    return value
