"""What the browser must know to draw a map: layers with colours and forms, where to look, what lies beneath."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Count
from django.templatetags.static import static
from django.urls import reverse

from kernel.maps.backdrop import backdrop
from kernel.maps.boundary import boundary, boundary_box
from kernel.maps.describing import tiles_address
from kernel.maps.layers import Layer
from kernel.maps.legend import legend_of
from kernel.registers.listing import COUNTED

# Marks differ by form as well as by colour; the order is the order of classes.
FORMS = ("circle", "diamond", "triangle", "ring", "square", "hexagon", "cross")
# Tokens that stand out of the sheet at least three to one in every scheme.
TOKENS = ("accent", "info-mark", "warn-mark", "s3", "s1", "idle-mark")
TONES = {"ok": "ok-mark", "warn": "warn-mark", "bad": "bad-mark", "info": "info-mark", "idle": "idle-mark"}
FORM_OF_TONE = {"ok": "circle", "warn": "diamond", "bad": "triangle", "info": "ring", "idle": "square"}
# Finer than a pixel of the nearest look at a whole community.
SIMPLER = 0.0002
MARGIN = 0.001


def classes_of(layer: Layer) -> list[dict[str, str]]:
    """Classes of the legend in colours and forms that are told apart on the sheet; a choice with a tone has its own."""
    tones: dict[str, str] = {}
    if layer.colour is not None and layer.colour.is_own:
        tones = getattr(layer.register.model, "tones", {})
    found = []
    for place, one in enumerate(legend_of(layer)["classes"]):
        value = str(one["value"])
        tone = tones.get(value, "")
        found.append(
            {
                "value": value,
                "label": str(one["label"]),
                "token": TONES.get(tone, TOKENS[place % len(TOKENS)]),
                "shape": FORM_OF_TONE.get(tone, FORMS[place % len(FORMS)]),
            }
        )
    return found


def layer_settings(layer: Layer, query: str = "") -> dict[str, Any]:
    return {
        "name": name_of(layer),
        "source_layer": layer.name,
        "title": layer.title,
        "field": layer.colour.label if layer.colour else "",
        "classes": classes_of(layer),
        "tiles": tiles_address(layer) + (f"?{query}" if query else ""),
        # Areas lie beneath lines, lines beneath points.
        "rank": 0 if layer.of_points else 2 if "polygon" in layer.kinds else 1,
    }


def name_of(layer: Layer) -> str:
    return layer.name if layer.opened else layer.register.label


def map_settings(layers: Sequence[Layer], *, query: str = "", **more: Any) -> dict[str, Any]:
    """`query` are conditions of the list, for the only layer of its map."""
    resident = bool(layers) and layers[0].opened is not None
    tag = reverse("open_maps:tag" if resident else "maps:tag", args=["LAYER", 0])
    return {
        "layers": [layer_settings(layer, query) for layer in layers],
        "base": backdrop(),
        "boundary": boundary_shape(),
        "box": box_of(layers, query),
        "sprite": static("built/icons.svg"),
        "worker": static("built/map-worker.js"),
        "tag": tag.replace("LAYER", "{layer}").replace("/0/", "/{id}/"),
        "tools": "all",
        **more,
    }


def boundary_shape() -> dict[str, Any] | None:
    shape = boundary()
    if shape is None:
        return None
    simpler = shape.simplify(SIMPLER, preserve_topology=True)
    return dict(json.loads(simpler.geojson))


def box_of(layers: Sequence[Layer], query: str = "") -> list[list[float]] | None:
    """What to look at: the cards of the only layer while few, otherwise the community."""
    box: Any = None
    if len(layers) == 1:
        rows = layers[0].rows(query)
        if rows[: COUNTED + 1].count() <= COUNTED:
            box = rows.aggregate(box=Extent(layers[0].geometry))["box"]
    box = box or boundary_box()
    for layer in () if box else layers[:3]:
        box = box or layer.rows().aggregate(box=Extent(layer.geometry))["box"]
    if not box:
        return None
    west, south, east, north = box
    return [[west - MARGIN, south - MARGIN], [east + MARGIN, north + MARGIN]]


def counted_classes(layer: Layer, query: str = "") -> list[dict[str, Any]]:
    """The legend with how many of each there are; of a long list it tells no figures."""
    rows = layer.rows(query)
    if layer.colour is None or rows[: COUNTED + 1].count() > COUNTED:
        return [{**one, "count": None} for one in classes_of(layer)]
    counts = layer.chosen(rows).values_list("map_colour").annotate(many=Count("*")).order_by()
    known = {str(value): many for value, many in counts}
    return [{**one, "count": known.get(one["value"], 0)} for one in classes_of(layer)]


def feature_of(shape: GEOSGeometry) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": json.loads(shape.geojson)}


def place_of(shape: Any) -> str:
    """Where to look for it: a point on it, longitude first."""
    if shape is None or shape.empty:
        return ""
    point = shape if shape.geom_type == "Point" else shape.point_on_surface
    return f"{point.x:.6f},{point.y:.6f}"
