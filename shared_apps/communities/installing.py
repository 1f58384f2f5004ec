"""What a browser asks before it puts the community's site among the programs of a phone."""

from __future__ import annotations

import io
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw

from shared_apps.communities.brand import SHIELDS, Brand, arms_of, community_of
from shared_apps.communities.models import Community

SIDES = (192, 512)
# A phone cuts the corners off: what must be seen lies within this share of the side.
SAFE = 0.72
DRAWING = "image/svg+xml"
# The shield of those who gave no arms, as in its drawing: 30 by 34.
OUTLINE = ((1, 1), (29, 1), (29, 18.5), (25.5, 26.5), (15, 33.3), (4.5, 26.5), (1, 18.5))
HILLS = ((1.3, 22.5), (9, 15), (14.2, 20.2), (20, 13), (28.7, 21.4), (25.5, 26.5), (15, 33.3), (4.5, 26.5))


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """It opens at the field: that is what needs no network."""
    community = community_of(request.tenant.id)  # type: ignore[attr-defined]
    start = reverse("fieldwork:index")
    told: dict[str, Any] = {
        "id": start,
        "name": _("%(community)s: у полі") % {"community": community.name},
        "short_name": (community.short_name or community.name)[:24],
        "lang": request.LANGUAGE_CODE,  # type: ignore[attr-defined]
        "start_url": start,
        "scope": "/",
        "display": "standalone",
        "background_color": "#fdfefe",
        "theme_color": SHIELDS[Brand.of(community).hue],
        "icons": [
            {
                "src": reverse("app_icon", args=[side]),
                "sizes": f"{side}x{side}",
                "type": "image/png",
                "purpose": "any maskable",
            }
            for side in SIDES
        ],
    }
    return JsonResponse(told, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@require_safe
@cache_control(public=True, max_age=3600)
def app_icon(request: HttpRequest, side: int) -> HttpResponse:
    if side not in SIDES:
        raise Http404
    return HttpResponse(_icon(community_of(request.tenant.id), side), content_type="image/png")  # type: ignore[attr-defined]


def _icon(community: Community, side: int) -> bytes:
    sheet = Image.new("RGB", (side, side), "#fdfefe")
    content, kind = arms_of(community)
    if kind == DRAWING:
        _draw_shield(sheet, SHIELDS[Brand.of(community).hue])
    else:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as given:
            arms = given.convert("RGBA")
        arms.thumbnail((int(side * SAFE), int(side * SAFE)), Image.Resampling.LANCZOS)
        sheet.paste(arms, ((side - arms.width) // 2, (side - arms.height) // 2), arms)
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()


def _draw_shield(sheet: Image.Image, colour: str) -> None:
    step = sheet.width * SAFE / 34
    left, top = (sheet.width - 30 * step) / 2, (sheet.height - 34 * step) / 2
    pen = ImageDraw.Draw(sheet, "RGBA")
    for points, fill in ((OUTLINE, colour), (HILLS, (253, 254, 254, 61))):
        pen.polygon([(left + x * step, top + y * step) for x, y in points], fill=fill)
