"""What pages with a map need: the map itself, its legend, the list as the map's other half."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.contrib.gis.geos import GEOSGeometry
from django.http import Http404, QueryDict
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kernel.maps.layers import Layer, layer_for, open_layers
from kernel.maps.onscreen import counted_classes, feature_of, map_settings, name_of, place_of
from kernel.registers.listing import Listing
from ui.numerals import written
from ui.pieces.lists import segmented

register = template.Library()
FACES = ("map", "both")
MARKS = {
    "circle": '<circle cx="7" cy="7" r="5"></circle>',
    "diamond": '<path d="M7 1l6 6-6 6-6-6z"></path>',
    "triangle": '<path d="M7 1.5l6 11H1z"></path>',
    "ring": '<circle cx="7" cy="7" r="4" class="ring"></circle>',
    "square": '<rect x="2" y="2" width="10" height="10"></rect>',
    "hexagon": '<path d="M7 1l5 3v6l-5 3-5-3V4z"></path>',
    "cross": '<path d="M5 1h4v4h4v4H9v4H5V9H1V5h4z"></path>',
}


@register.simple_tag
def map_assets() -> SafeString:
    """Only where a map is: other pages load none of it."""
    return format_html(
        '<link rel="stylesheet" href="{}"><script type="module" src="{}"></script>',
        static("built/map.css"),
        static("built/map.js"),
    )


@register.simple_tag
def editor_assets() -> SafeString:
    return format_html('<script type="module" src="{}"></script>', static("built/map-edit.js"))


@register.simple_tag
def map_sample(one: dict[str, Any]) -> SafeString:
    return format_html(
        '<svg class="map-mark" data-token="{}" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">{}</svg>',
        one["token"],
        SafeString(MARKS.get(one["shape"], MARKS["circle"])),
    )


@register.simple_tag
def map_key(title: str, classes: Sequence[dict[str, Any]]) -> SafeString:
    """The legend over a map: forms, colours, words, how many."""
    if not classes:
        return SafeString("")
    lines = format_html_join(
        "",
        "<li>{}<span>{}</span>{}</li>",
        (
            (
                map_sample(one),
                one["label"],
                ""
                if one.get("count") is None
                else format_html('<data value="{}">{}</data>', one["count"], written(one["count"])),
            )
            for one in classes
        ),
    )
    return format_html('<div class="map-legend"><b>{}</b><ul role="list">{}</ul></div>', title, lines)


def _element(settings: dict[str, Any], label: str, inside: Any = "") -> SafeString:
    return format_html(
        '{}<tenant-map data-settings="{}" aria-label="{}" role="region">{}<noscript><p>{}</p></noscript></tenant-map>',
        map_assets(),
        json.dumps(settings, ensure_ascii=False),
        label,
        inside,
        _("Мапу малює JavaScript, а його вимкнено. Те саме — у переліку."),
    )


@register.simple_tag
def tenant_map(settings: dict[str, Any], label: str) -> SafeString:
    return _element(settings, label)


# -- the list of a register ---------------------------------------------------------------------------


def _layer(listing: Listing) -> Layer | None:
    if listing.register.layer is None:
        return None
    try:
        return layer_for(listing.user, listing.register.label)
    except Http404:
        return None


@register.simple_tag
def map_face(listing: Listing) -> str:
    """Whether the list is looked at as a map, or as both at once."""
    wanted = str(listing.wishes.get("show", ""))
    return wanted if wanted in FACES and _layer(listing) is not None else ""


@register.simple_tag
def map_switch(listing: Listing) -> SafeString:
    """Three ways to look at the same list; conditions stay."""
    if _layer(listing) is None:
        return SafeString("")
    now = map_face(listing)
    items = [
        (_("Таблиця"), listing.address(show=_table(listing)), "table", not now),
        (_("Мапа"), listing.address(show="map"), "map", now == "map"),
        (_("Поруч"), listing.address(show="both"), "split-view", now == "both"),
    ]
    return segmented(items, _("Як показати"))


def _table(listing: Listing) -> str | None:
    """A tab that was saved as a map is left for the table by a word of its own."""
    return "table" if listing.view and "show=" in listing.view.query else None


@register.simple_tag
def list_map(listing: Listing, face: str) -> SafeString:
    """The map of the very rows of the list, whatever its page shows of them."""
    layer = _layer(listing)
    assert layer is not None
    conditions = QueryDict(listing.conditions, mutable=True)
    for name in ("show", "sort"):
        conditions.pop(name, None)
    query = conditions.urlencode()
    settings = map_settings([layer], query=query, hash=True, list="[data-map-rows]" if face == "both" else "")
    legend = map_key(layer.colour.label if layer.colour else layer.title, counted_classes(layer, query))
    return _element(settings, _("Мапа: %(register)s") % {"register": layer.title}, legend)


@register.simple_tag
def map_lines(rows: Iterable[tuple[Any, str, Sequence[Any]]], listing: Listing) -> list[dict[str, Any]]:
    """Rows of the table as lines beside a map: a plate, a name, a few words, how it stands."""
    register_, geometry = listing.register, listing.register.layer.geometry if listing.register.layer else ""
    lines = []
    for card, url, cells in rows:
        number = next((one.text for one in cells if one.facet.name in ("number", "code")), "")
        standing = register_.status_of(card)
        title = register_.label_of(card)
        told = (number, title, standing[1] if standing else "")
        words = [one.text for one in cells if one.text and one.text not in told and one.facet.kind != "boolean"]
        lines.append(
            {
                "card": card.pk,
                "url": url,
                "number": number,
                "title": title,
                "words": " · ".join(words[:3]),
                "standing": standing,
                "place": place_of(getattr(card, geometry, None)),
            }
        )
    return lines


# -- the card, the page for residents -----------------------------------------------------------------


@register.simple_tag(takes_context=True)
def card_map(context: template.Context, register_: Any, card: Any) -> SafeString:
    """A small map: the object among its neighbours."""
    user = context["request"].user
    if register_.layer is None or card is None:
        return SafeString("")
    shape = getattr(card, register_.layer.geometry, None)
    if not isinstance(shape, GEOSGeometry) or shape.empty:
        return SafeString("")
    try:
        layer = layer_for(user, register_.label)
    except Http404:
        return SafeString("")
    name = name_of(layer)
    settings = map_settings(
        [layer], place=feature_of(shape), box=None, tools="few", chosen={"layer": name, "id": card.pk}
    )
    return _element(settings, _("На мапі: %(card)s") % {"card": register_.label_of(card)}, "")


@register.simple_tag(takes_context=True)
def big_map_url(context: template.Context, register_: Any, card: Any) -> str:
    """The list as a map, looking at this card."""
    place = place_of(getattr(card, register_.layer.geometry, None)) if register_.layer and card else ""
    if not place:
        return ""
    longitude, latitude = place.split(",")
    return f"{reverse('maps:page')}#map=17.5/{latitude}/{longitude}"


@register.simple_tag
def open_map(opened: Any) -> SafeString:
    """The map of an open register, where its page gives the geometry away."""
    layer = next((one for one in open_layers() if one.opened and one.opened.page.slug == opened.page.slug), None)
    if layer is None:
        return SafeString("")
    legend = map_key(layer.colour.label if layer.colour else layer.title, counted_classes(layer))
    return _element(map_settings([layer], hash=True), _("Мапа: %(register)s") % {"register": layer.title}, legend)
