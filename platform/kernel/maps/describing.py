"""What a map must know of a layer before it draws it."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db.models import Extent
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.maps.boundary import boundary_box
from kernel.maps.frame import DEEPEST
from kernel.maps.layers import Layer
from kernel.maps.legend import legend_of
from kernel.maps.tiles import POINTS_FROM, SHAPES_FROM
from kernel.registers.listing import COUNTED, count_text
from kernel.tenancy import current_tenant

KEY = 987654321


def described(request: HttpRequest, layer: Layer) -> dict[str, Any]:
    register = layer.register
    rows = layer.rows()
    count = rows[: COUNTED + 1].count()
    return {
        "key": register.label,
        "name": layer.name,
        "title": layer.title,
        "singular": register.singular,
        "icon": register.picture,
        "area": layer.area.value,
        "area_title": str(layer.area.label),
        "geometry": layer.geometry,
        "kinds": layer.kinds,
        "count": min(count, COUNTED),
        "count_text": count_text(count),
        "editable": _editable(layer),
        "clustered_below": POINTS_FROM if layer.of_points else SHAPES_FROM,
        "colour": legend_of(layer),
        "bounds": _bounds(rows, layer, count),
        **_addresses(layer),
    }


def _editable(layer: Layer) -> bool:
    if layer.opened is not None or not layer.register.may(layer.user, Level.EDIT):
        return False
    return layer.geometry in layer.register.written(layer.user)


def _bounds(rows: Any, layer: Layer, count: int) -> list[float] | None:
    """Exact while it costs little; of a large register, where the community is."""
    if count <= COUNTED:
        box = rows.aggregate(box=Extent(layer.geometry))["box"]
        return list(box) if box else None
    return boundary_box()


def _addresses(layer: Layer) -> dict[str, str]:
    if layer.opened is not None:
        return {
            "tiles": tiles_address(layer),
            "tilejson": reverse("open_maps:tilejson", args=[layer.name]),
            "legend": reverse("open_maps:legend", args=[layer.name]),
            "list": layer.opened.url,
            "card": "",
        }
    return {
        "tiles": tiles_address(layer),
        "tilejson": reverse("maps:tilejson", args=[layer.register.label]),
        "legend": reverse("maps:legend", args=[layer.register.label]),
        "list": layer.register.url(),
        "card": layer.register.url("card", KEY).replace(str(KEY), "{id}"),
    }


def tiles_address(layer: Layer) -> str:
    name, route = (layer.name, "open_maps:tile") if layer.opened else (layer.register.label, "maps:tile")
    return reverse(route, args=[name, 0, 0, 0]).replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")


def tilejson(request: HttpRequest, layer: Layer) -> dict[str, Any]:
    """TileJSON 3.0; conditions of this address are those of the tiles."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    rows = layer.rows()
    box = _bounds(rows, layer, rows[: COUNTED + 1].count())
    fields = {"count": _("скільки обʼєктів у скупченні"), "label": _("назва")}
    if layer.colour:
        fields |= {"colour": layer.colour.label, "colour_text": layer.colour.label}
    if layer.status:
        fields["status"] = layer.status.label
    return {
        "tilejson": "3.0.0",
        "name": layer.title,
        "scheme": "xyz",
        "tiles": [request.build_absolute_uri("/")[:-1] + tiles_address(layer) + query],
        "minzoom": 0,
        "maxzoom": DEEPEST,
        "attribution": str(current_tenant().name),
        "vector_layers": [{"id": layer.name, "description": layer.title, "fields": fields}],
        **({"bounds": box} if box else {}),
    }
