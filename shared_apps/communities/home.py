"""The first page residents see: names and what the community's modules have to tell them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from kernel.modules.entitlement import enabled_modules


@dataclass(frozen=True, slots=True)
class Panel:
    module: str
    html: str


def home_panels(request: HttpRequest) -> list[Panel]:
    """A manifest's `home_panel` names a function of its public.py: () → (template, context), or None for nothing."""
    panels = []
    for module in enabled_modules():
        if not module.home_panel:
            continue
        found: tuple[str, dict[str, Any]] | None = import_string(module.home_panel)()
        if found:
            template, context = found
            panels.append(Panel(module.label, render_to_string(template, context, request)))
    return panels
