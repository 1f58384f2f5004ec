"""Pages of the map: all layers at once, the card at a point, one place in several systems, a print to scale."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from kernel.access.guard import SignedRequest
from kernel.maps import printing
from kernel.maps.boundary import boundary_box
from kernel.maps.layers import Layer, layer_for, layers_of, open_layer_at
from kernel.maps.layers import open_layers as layers_for_residents
from kernel.maps.onscreen import classes_of, map_settings, name_of
from kernel.maps.places import in_words, read_pair
from kernel.maps.views.answers import refusing, signed_in, told
from kernel.modules.manifest import Area

# What a tag at a point has room for.
FACTS = 4


def _grouped(layers: list[Layer]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Layers under the names of their areas, in the order of areas."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for layer in sorted(layers, key=lambda one: list(Area).index(one.area)):
        told_of = {"layer": layer, "name": name_of(layer), "classes": classes_of(layer), "list_url": _list_url(layer)}
        groups.setdefault(str(layer.area.label), []).append(told_of)
    return list(groups.items())


def _list_url(layer: Layer) -> str:
    return layer.opened.url if layer.opened else layer.register.url()


def _page(request: HttpRequest, layers: list[Layer], *, resident: bool) -> HttpResponse:
    prefix = "open_maps" if resident else "maps"
    context = {
        "groups": _grouped(layers),
        "settings": map_settings(layers, hash=True, kept=True),
        "resident": resident,
        "prefix": prefix,
        "papers": printing.PAPERS,
        "scales": printing.SCALES,
        "bounded": boundary_box() is not None,
    }
    return render(request, "maps/open.html" if resident else "maps/index.html", context)


@require_safe
@login_required
def map_page(request: SignedRequest) -> HttpResponse:
    return _page(request, layers_of(request.user), resident=False)


@require_safe
def open_map_page(request: HttpRequest) -> HttpResponse:
    return _page(request, layers_for_residents(), resident=True)


# -- the card at a point ------------------------------------------------------------------------------


def _tag(request: HttpRequest, layer: Layer, pk: int) -> HttpResponse:
    """By the layer's own rows: what this person may not see is not there, and neither is it here."""
    register = layer.register
    listed = layer.opened.rows() if layer.opened else register.rows(layer.user)
    card = listed.filter(pk=pk).first()
    if card is None:
        raise Http404
    if layer.opened:
        facets = [facet for facet in layer.opened.facets.values() if facet.kind not in ("point", "geometry")]
    else:
        facets = [register.facet(name) for name in register.columns if register.may_see(name, layer.user)]
    lines = [(facet, register.text_of(facet.name, card)) for facet in facets]
    number = next((text for facet, text in lines if facet.name in ("number", "code") and text), "")
    title = register.label_of(card) if not layer.opened else next((text for _one, text in lines if text != number), "")
    facts = [(facet, text) for facet, text in lines if text and text not in (number, title)][:FACTS]
    context = {
        "title": title,
        "number": number,
        "facts": facts,
        "standing": register.status_of(card) if not layer.opened else None,
        "url": "" if layer.opened else register.url("card", card.pk),
    }
    return render(request, "maps/tag.html", context)


@require_safe
@signed_in
def tag(request: HttpRequest, label: str, pk: int) -> HttpResponseBase:
    return _tag(request, layer_for(request.user, label), pk)


@require_safe
def open_tag(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    return _tag(request, open_layer_at(label), pk)


# -- places and papers --------------------------------------------------------------------------------


@require_safe
@refusing
def coordinates(request: HttpRequest) -> HttpResponseBase:
    return told(in_words(*read_pair(request.GET.get("lon", ""), request.GET.get("lat", ""))))


def _printed(request: HttpRequest, layers: list[Layer]) -> HttpResponse:
    asked = request.GET.copy()
    if not request.user.is_authenticated:
        # What was here before is not open data.
        asked.pop("on", None)
    try:
        drawn = printing.draw(printing.read_sheet(asked, layers), _author(request))
    except ValidationError as wrong:
        return render(request, "maps/refused.html", {"why": " ".join(wrong.messages)}, status=400)
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="map.pdf"'
    return response


def _author(request: HttpRequest) -> str:
    user: Any = request.user
    return str(user) if user.is_authenticated else ""


@require_safe
@login_required
def print_sheet(request: SignedRequest) -> HttpResponse:
    return _printed(request, layers_of(request.user))


@require_safe
def open_print_sheet(request: HttpRequest) -> HttpResponse:
    return _printed(request, layers_for_residents())


urlpatterns = [
    path("", map_page, name="page"),
    path("tag/<str:label>/<int:pk>/", tag, name="tag"),
    path("coordinates", coordinates, name="coordinates"),
    path("print/", print_sheet, name="print"),
]
open_urlpatterns = [
    path("", open_map_page, name="page"),
    path("tag/<str:label>/<int:pk>/", open_tag, name="tag"),
    path("coordinates", coordinates, name="coordinates"),
    path("print/", open_print_sheet, name="print"),
]
