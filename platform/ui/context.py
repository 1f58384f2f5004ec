"""What every page knows of its surroundings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from kernel.notices.notify import unread_count
from ui.addresses import site_url
from ui.appearance import chosen
from ui.workspace import AreaOfWork, areas_of


def place_name(request: HttpRequest) -> str:
    tenant = getattr(request, "tenant", None)
    if tenant:
        return str(tenant.name)
    names = {"console": _("Консоль хмари"), "region": _("Портал громад")}
    return names.get(getattr(request, "site", ""), "Hromada Cloud")


def menu_of(request: HttpRequest) -> list[AreaOfWork]:
    """The areas a person may enter, on a tenant's own pages."""
    user = getattr(request, "user", None)
    return areas_of(user) if user and user.is_authenticated and getattr(request, "tenant", None) else []


def notices_unread(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    return unread_count(user) if user and user.is_authenticated and getattr(request, "tenant", None) else 0


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
        "areas_menu": SimpleLazyObject(lambda: menu_of(request)),
        "banners": SimpleLazyObject(banners) if banners else (),
        "notices_unread": SimpleLazyObject(lambda: notices_unread(request)),
    }
