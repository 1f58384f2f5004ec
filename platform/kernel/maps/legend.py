"""What colours mean: classes of the field a layer is coloured by, each with a token of the style sheet."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kernel.maps.layers import Layer

TOKENS = ("s1", "s2", "s3", "s4", "s5")
OTHER = "idle-mark"
MOST_CLASSES = 12


def legend_of(layer: Layer) -> dict[str, Any]:
    facet = layer.colour
    classes = _classes(layer)
    return {
        "layer": layer.register.label,
        "title": layer.title,
        "field": facet.name if facet else "",
        "label": facet.label if facet else "",
        "classes": classes,
        "other": {"label": _("інше або не вказано") if classes else layer.title, "token": OTHER if classes else "s1"},
    }


def _classes(layer: Layer) -> list[dict[str, Any]]:
    facet = layer.colour
    if facet is None:
        return []
    if facet.kind == "boolean":
        pairs = [("yes", facet.words(True)), ("no", facet.words(False))]
    elif facet.choices:
        pairs = list(facet.choices.items())
    else:
        pairs = _found(layer)
    return [
        {"value": value, "label": words, "token": TOKENS[place] if place < len(TOKENS) else OTHER}
        for place, (value, words) in enumerate(pairs[:MOST_CLASSES])
    ]


def _found(layer: Layer) -> list[tuple[str, str]]:
    """Values that stand in the cards, in the order of their words; a long list is not read through for a legend."""
    sample = layer.chosen(layer.rows()).values_list("map_colour", "map_colour_text")[:5000]
    found = {value: words or value for value, words in sample if value}
    return sorted(found.items(), key=lambda pair: pair[1])
