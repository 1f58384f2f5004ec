"""Reports of a register, for the menu of its list."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from kernel.registers.register import Register
from kernel.reports.ready import reports_of

register = template.Library()


@register.inclusion_tag("reports/menu.html")
def reports_menu(of: Register) -> dict[str, Any]:
    """Only declared ones: a list does not ask the database for its menu."""
    url = reverse("reports:show", args=[of.label])
    return {"url": url, "ready": [(str(one.title), f"{url}?report={one.code}") for one in reports_of(of)]}
