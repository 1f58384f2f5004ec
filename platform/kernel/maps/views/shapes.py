"""Shapes for whoever draws: one tried before it is saved, one out of a file, those that lie near by."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.gis.geos import Polygon
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel.files.receiving import refused_uploads
from kernel.maps import shapes
from kernel.maps.coordinates import systems
from kernel.maps.files.one import found_in
from kernel.maps.files.turning import SystemAsked
from kernel.maps.layers import layer_for, layers_of
from kernel.maps.onscreen import name_of
from kernel.maps.views.answers import GEOJSON, refusing, signed_in, told
from kernel.registers.importing.reading.problems import Unreadable

MOST_NEAR = 400
# Degrees: wider looks are for reading, not for laying corners.
WIDEST = 0.25


@require_POST
@signed_in
def shape(request: HttpRequest) -> HttpResponseBase:
    """`value` or `file`, `crs`, `kinds`, `multi` → geometry and notes; choices; or an error and what it may mean."""
    kinds = tuple(one for one in request.POST.get("kinds", "").split(",") if one in ("point", "line", "polygon"))
    multi = {"1": True, "0": False}.get(request.POST.get("multi", ""))
    crs = request.POST.get("crs", "")[:100]
    notes: list[str] = []
    try:
        given: Any = request.POST.get("value", "")
        if refused := refused_uploads(request):
            raise ValidationError(str(refused[0]))
        if upload := request.FILES.get("file"):
            file = found_in(upload, crs)  # type: ignore[arg-type]
            notes, crs = file.notes, file.crs
            if len(file.shapes) > 1:
                choices = [{"label": one.label, "geometry": one.geometry} for one in file.shapes]
                return told({"choices": choices, "crs": crs, "notes": notes})
            given = file.text or file.shapes[0].geometry
        found = shapes.read(given, crs=crs, kinds=kinds, multi=multi)
    except SystemAsked as asked:
        return _refused(ValidationError(str(asked), code="crs"))
    except Unreadable as unreadable:
        return _refused(ValidationError(str(unreadable), code="unread"))
    except ValidationError as wrong:
        return _refused(wrong)
    answer = {"geometry": shapes.exact(found.shape), "notes": [*notes, *found.notes], "outside": found.outside}
    return told(answer)


def _refused(wrong: ValidationError) -> HttpResponseBase:
    offer = getattr(wrong, "offer", None)
    content = {
        "error": " ".join(wrong.messages),
        "code": getattr(wrong, "code", "") or "",
        "offer": json.loads(offer.geojson) if offer is not None else None,
        "crs": getattr(wrong, "crs", ""),
        "systems": [{"code": one.code, "title": one.title} for one in systems()],
    }
    return told(content, status=422)


@require_safe
@signed_in
@refusing
def near(request: HttpRequest) -> HttpResponseBase:
    """Whole shapes within a box, to the last digit: what a tile holds of them is cut and rounded."""
    box = _box(request.GET.get("box", ""))
    names = set(request.GET.get("layers", "").split(","))
    own = request.GET.get("own", "")
    features: list[dict[str, Any]] = []
    for layer in layers_of(request.user):
        if name_of(layer) not in names:
            continue
        rows = layer.rows().filter(**{f"{layer.geometry}__bboverlaps": box})
        if own.isdecimal() and len(own) < 19 and len(names) == 1:
            rows = rows.exclude(pk=own)
        features += [
            {
                "type": "Feature",
                "id": pk,
                "properties": {"layer": name_of(layer)},
                "geometry": shapes.exact(found),
            }
            for pk, found in rows.values_list("pk", layer.geometry)[: MOST_NEAR - len(features)]
        ]
    return told({"type": "FeatureCollection", "features": features}, kind=GEOJSON)


def _box(text: str) -> Polygon:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise ValidationError(_("Назвіть межі: ?box=захід,південь,схід,північ у градусах.")) from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValidationError(_("Назвіть межі: ?box=захід,південь,схід,північ у градусах."))
    if east - west > WIDEST or north - south > WIDEST:
        raise ValidationError(_("Надто широко: наблизьте мапу, щоб прилягати до сусідів."))
    found = Polygon.from_bbox((west, south, east, north))
    found.srid = 4326
    return found


@require_safe
@signed_in
def neighbour(request: HttpRequest, label: str, pk: int) -> HttpResponseBase:
    """The whole shape of a card: what a tile holds of it is cut at the tile's edge."""
    layer = layer_for(request.user, label)
    card = layer.rows().filter(pk=pk).first()
    if card is None:
        raise Http404
    return told(shapes.exact(getattr(card, layer.geometry)), kind=GEOJSON)
