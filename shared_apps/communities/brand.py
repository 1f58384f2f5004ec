"""A tenant's looks, reduced to what cannot break a page: three numbers within bounds and one picture."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import SuspiciousFileOperation
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from kernel.tenancy import platform_context
from kernel.tenancy.files import storage
from shared_apps.communities.models import Community

# Hues that no status colour could be taken for.
HUES = (195, 225, 265, 300, 345)
# Within these bounds the accent stays above 4.5 : 1 on the sheet, and white stays readable on it.
CHROMA = (Decimal("0"), Decimal("0.130"))
LIGHT = (Decimal("0.300"), Decimal("0.470"))
LARGEST_ARMS = 512 * 1024
PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
# The shield's colour in sRGB for each hue: a picture cannot read the page's tokens.
SHIELDS = {195: "#005d5d", 225: "#1d5672", 265: "#364f83", 300: "#5a437d", 345: "#7a3555"}
SHIELD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 34">'
    '<path d="M1 1h28v17.5C29 26.6 22.6 31 15 33.3 7.4 31 1 26.6 1 18.5Z" fill="{fill}"/>'
    '<path d="M1.300 22.500 9 15l5.200 5.200L20 13l8.700 8.400C27.900 27.700 22 31.200 15 33.300 8.300 31.300 2.300 28.300 1.300 22.500Z"'
    ' fill="#fdfefe" opacity=".24"/>{letter}</svg>'
)
LETTER = (
    '<text x="15" y="20.5" fill="#fdfefe" font-family="sans-serif" font-size="15" font-weight="600"'
    ' text-anchor="middle">{letter}</text>'
)


@dataclass(frozen=True, slots=True)
class Brand:
    hue: int
    chroma: Decimal
    light: Decimal

    @classmethod
    def of(cls, community: Community) -> Brand:
        hue = community.brand_hue if community.brand_hue in HUES else HUES[0]
        return cls(hue, _within(community.brand_chroma, CHROMA), _within(community.brand_light, LIGHT))

    @property
    def css(self) -> str:
        return f":root{{--brand-hue:{self.hue};--brand-chroma:{self.chroma:f};--brand-light:{self.light:f}}}\n"


def _within(value: Decimal, bounds: tuple[Decimal, Decimal]) -> Decimal:
    return min(max(Decimal(value), bounds[0]), bounds[1])


def community_of(tenant_id: UUID) -> Community:
    with platform_context():
        return Community.objects.select_related("plan").get(pk=tenant_id)


@require_safe
def brand_css(request: HttpRequest) -> HttpResponse:
    css = Brand.of(community_of(request.tenant.id)).css  # type: ignore[attr-defined]
    return _cached(request, css.encode(), "text/css; charset=utf-8")


@require_safe
def coat_of_arms(request: HttpRequest) -> HttpResponse:
    content, kind = arms_of(community_of(request.tenant.id))  # type: ignore[attr-defined]
    return _cached(request, content, kind)


def arms_of(community: Community) -> tuple[bytes, str]:
    """The picture and its media type; a shield with a letter where the community has given none."""
    return _picture(community.coat_of_arms) or (_shield(community), "image/svg+xml")


def _picture(name: str) -> tuple[bytes, str] | None:
    """The tenant's own file, if it really is a picture; drawings that may carry scripts are not."""
    if not name:
        return None
    try:
        with storage.open(name) as file:
            content = file.read(LARGEST_ARMS + 1)
    except (OSError, SuspiciousFileOperation):
        return None
    kind = next((kind for signature, kind in PICTURES.items() if content.startswith(signature)), None)
    return (content, kind) if kind and len(content) <= LARGEST_ARMS else None


def _shield(community: Community) -> bytes:
    first = community.short_name.strip("«»\"' ")[:1].upper()
    letter = LETTER.format(letter=first) if first.isalnum() else ""
    return SHIELD.format(fill=SHIELDS[Brand.of(community).hue], letter=letter).encode()


def _cached(request: HttpRequest, content: bytes, kind: str) -> HttpResponse:
    etag = quote_etag(hashlib.sha256(content).hexdigest()[:24])
    response = get_conditional_response(request, etag=etag) or HttpResponse(content, content_type=kind)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
