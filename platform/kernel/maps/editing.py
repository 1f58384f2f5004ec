"""What the drawing of one field of a form needs: neighbours to lay it by, kinds it takes, systems to choose from."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404
from django.urls import reverse

from kernel.maps.coordinates import systems
from kernel.maps.layers import layer_for
from kernel.maps.onscreen import map_settings
from kernel.registers.inputs import kinds_of
from kernel.registers.register import Register

_GEOJSON = {"point": "Point", "line": "LineString", "polygon": "Polygon"}


def editing_of(register: Register, name: str, user: Any) -> dict[str, Any]:
    field = register.facets[name].field
    kinds, multi = kinds_of(field)
    try:
        # Neighbours are drawn where this very field is what the register's layer shows.
        layers = [layer_for(user, register.label)] if register.layer and register.layer.geometry == name else []
    except Http404:
        layers = []
    return {
        "settings": json.dumps(map_settings(layers, tools="few", tag=""), ensure_ascii=False),
        "kinds": ",".join(_GEOJSON[kind] for kind in kinds or ("polygon", "line", "point")),
        "multi": bool(multi),
        "systems": systems(),
        "read_url": reverse("maps:shape"),
        "new_url": register.url("new"),
        "near_url": reverse("maps:near"),
        "neighbour_url": reverse("maps:neighbour", args=["LAYER", 0]),
    }
