"""What must be there before pages can look like pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core import checks

BUILT = Path(__file__).resolve().parent / "static" / "built"


@checks.register(checks.Tags.staticfiles)
def assets_are_built(**_kwargs: Any) -> list[checks.CheckMessage]:
    if (BUILT / "app.css").exists():
        return []
    return [
        checks.Warning(
            "The style sheet, the script and the icons are not built.",
            hint="Run: npm --prefix platform/ui ci && npm --prefix platform/ui run build",
            id="ui.W001",
        )
    ]
