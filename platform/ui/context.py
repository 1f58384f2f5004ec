"""What every page knows of its surroundings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from ui.addresses import site_url
from ui.appearance import chosen


def place_name(request: HttpRequest) -> str:
    tenant = getattr(request, "tenant", None)
    if tenant:
        return str(tenant.name)
    return _("Консоль хмари") if getattr(request, "site", "") == "console" else "Hromada Cloud"


def page(request: HttpRequest) -> dict[str, Any]:
    banners = getattr(request, "banners", None)
    return {
        "tenant": getattr(request, "tenant", None),
        "site": getattr(request, "site", "unknown"),
        "place": place_name(request),
        "landing_url": site_url(request),
        "scheme": chosen(request, "scheme"),
        "density": chosen(request, "density"),
        # Read only by the pages that show them.
        "banners": SimpleLazyObject(banners) if banners else (),
    }
