"""Production never takes a stand-in for a signature."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, register


@register()
def signatures_are_real(app_configs: Any, **_kwargs: Any) -> list[Error]:
    if settings.PRODUCTION and settings.SIGNATURES == "standin":
        hint = "Unset it, or name an adapter that checks certificates."
        return [Error("SIGNATURES=standin in production.", hint=hint, id="integrations.E001")]
    return []
