"""The way from a list to its pivot, with the conditions in force."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from kernel.registers.listing import Listing

register = template.Library()


@register.inclusion_tag("pivot/menu.html")
def pivot_link(listing: Listing) -> dict[str, Any]:
    query = listing.conditions
    url = reverse("pivot:show", args=[listing.register.label])
    return {"url": f"{url}?{query}" if query else url}
