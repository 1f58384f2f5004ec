"""Which layers there are, and the line around all of them."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.maps import boundary as edges
from kernel.maps.describing import described
from kernel.maps.layers import layers_of
from kernel.maps.layers import open_layers as layers_for_residents
from kernel.maps.models import Boundary
from kernel.maps.views.answers import GEOJSON, signed_in, told

LARGEST = 5 * 1024 * 1024


@require_safe
@signed_in
def layers(request: HttpRequest) -> HttpResponseBase:
    return told({"layers": [described(request, one) for one in layers_of(request.user)], **_frame()})


@require_safe
def open_layers(request: HttpRequest) -> HttpResponseBase:
    return told({"layers": [described(request, one) for one in layers_for_residents()], **_frame()}, public=True)


def _frame() -> dict[str, Any]:
    return {"bounds": edges.boundary_box()}


@require_safe
def boundary(request: HttpRequest) -> HttpResponseBase:
    """Where the community ends is no secret."""
    features = [
        {"type": "Feature", "geometry": json.loads(one.told), "properties": {"source": one.source}}
        for one in Boundary.objects.annotate(told=AsGeoJSON("shape", precision=6))
    ]
    return told({"type": "FeatureCollection", "features": features}, public=True, kind=GEOJSON)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("reference", Level.MANAGE)
def set_boundary(request: SignedRequest) -> HttpResponse:
    error = ""
    if request.method == "POST":
        try:
            shape = edges.read_boundary(_sent(request))
            edges.set_boundary(shape, source=request.POST.get("source", ""), by=request.user)
        except ValidationError as wrong:
            error = " ".join(wrong.messages)
        else:
            messages.success(request, _("Межу громади записано."))
            return redirect("maps:set_boundary")
    context = {"boundary": Boundary.objects.first(), "error": error, "source": request.POST.get("source", "")}
    return render(request, "maps/boundary.html", context, status=422 if error else 200)


def _sent(request: HttpRequest) -> bytes:
    file = request.FILES.get("file")
    if file is None:
        raise ValidationError(_("Виберіть файл GeoJSON із межею громади."))
    if (file.size or 0) > LARGEST:
        raise ValidationError(_("Файл межі понад 5 МБ. Спростіть контур і завантажте ще раз."))
    return bytes(file.read())
