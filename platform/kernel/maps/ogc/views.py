"""Pages of the service. Items go by key: the last page of a million costs as much as the first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.maps.layers import Layer
from kernel.maps.ogc import described
from kernel.maps.ogc.described import CONFORMS, MOST, USUAL, link
from kernel.maps.ogc.features import features, placed, queryable, value_asked, within_time
from kernel.maps.ogc.reader import known_layers, layer_named, service
from kernel.maps.ogc.systems import Axes, axes_of, box_of

GEOJSON = "application/geo+json"
PORTION = 2000
_OWN = ("limit", "bbox", "bbox-crs", "crs", "datetime", "after", "f")


def _told(content: Any, kind: str = "application/json") -> HttpResponse:
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False}, content_type=kind)


@service
def landing(request: HttpRequest) -> HttpResponse:
    return _told(described.landing(request))


@service
def conformance(request: HttpRequest) -> HttpResponse:
    return _told({"conformsTo": CONFORMS})


@service
def api(request: HttpRequest) -> HttpResponse:
    return _told(described.openapi(request, known_layers(request)), "application/vnd.oai.openapi+json;version=3.0")


@service
def collections(request: HttpRequest) -> HttpResponse:
    found = [described.collection(request, name, layer) for name, layer in known_layers(request).items()]
    links = [link(request, "collections", "self", "application/json")]
    return _told({"links": links, "collections": found, "crs": described.offered()})


@service
def collection(request: HttpRequest, name: str) -> HttpResponse:
    return _told(described.collection(request, name, layer_named(request, name)))


@service
def queryables(request: HttpRequest, name: str) -> HttpResponse:
    return _told(described.queryables(request, name, layer_named(request, name)), "application/schema+json")


@service
def items(request: HttpRequest, name: str) -> HttpResponseBase:
    layer = layer_named(request, name)
    _refuse_strange(request, layer)
    axes, limit, after = axes_of(request.GET.get("crs", "")), _limit(request), _after(request)
    rows = _asked(request, layer)
    tail: dict[str, Any] = {
        "timeStamp": timezone.now().isoformat(timespec="seconds").replace("+00:00", "Z"),
        "links": [
            {"href": request.build_absolute_uri(), "rel": "self", "type": GEOJSON},
            link(request, "collection", "collection", "application/json", layer.title, name),
        ],
    }
    if not after:
        # Counted once: a reader goes through the pages with the number it was told at first.
        tail["numberMatched"] = rows.count()
    cards = placed(layer, rows.filter(pk__gt=after), axes).order_by("pk")[: limit + 1]
    response = StreamingHttpResponse(_written(request, layer, cards, limit, tail), content_type=GEOJSON)
    response["Content-Crs"] = f"<{axes.uri}>"
    return response


def _written(request: HttpRequest, layer: Layer, cards: Any, limit: int, tail: dict[str, Any]) -> Iterator[bytes]:
    """Feature by feature; what is known only at the end stands at the end."""
    yield b'{"type":"FeatureCollection","features":['
    last, count = 0, 0
    for feature in features(layer, cards.iterator(PORTION)):
        count += 1
        if count > limit:
            tail["links"].append({"href": _next(request, last), "rel": "next", "type": GEOJSON})
            break
        last = feature["id"]
        yield (b"," if count > 1 else b"") + json.dumps(feature, ensure_ascii=False).encode()
    tail["numberReturned"] = min(count, limit)
    yield b"]," + json.dumps(tail, ensure_ascii=False).encode()[1:]


@service
def item(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    layer = layer_named(request, name)
    axes = axes_of(request.GET.get("crs", ""))
    card = placed(layer, layer.rows().filter(pk=pk), axes).first() if pk < 2**63 else None
    if card is None:
        raise Http404
    (content,) = features(layer, iter([card]))
    content["links"] = [
        link(request, "item", "self", GEOJSON, "", name, pk),
        link(request, "collection", "collection", "application/json", layer.title, name),
    ]
    return _in(axes, content)


def _in(axes: Axes, content: dict[str, Any]) -> HttpResponse:
    response = _told(content, GEOJSON)
    response["Content-Crs"] = f"<{axes.uri}>"
    return response


def _asked(request: HttpRequest, layer: Layer) -> Any:
    rows = layer.rows()
    if box := request.GET.get("bbox"):
        shape = box_of(box, axes_of(request.GET.get("bbox-crs", "")))
        rows = rows.filter(**{f"{layer.geometry}__intersects": shape})
    if moment := request.GET.get("datetime"):
        rows = within_time(rows, moment)
    for name, facet in queryable(layer).items():
        if name in request.GET:
            rows = rows.filter(**{name: value_asked(facet, request.GET[name])})
    return rows


def _refuse_strange(request: HttpRequest, layer: Layer) -> None:
    """A condition nobody knows is named: passed by in silence, it would give more than was asked for."""
    strange = sorted(set(request.GET) - {*_OWN, *queryable(layer)})
    if strange:
        raise ValidationError(
            _("Невідомі параметри: %(names)s. Можливі — у queryables.") % {"names": ", ".join(strange)[:200]}
        )
    if request.GET.get("f", "json") not in ("json", "geojson"):
        raise ValidationError(_("Служба віддає лише GeoJSON: f=json."))


def _limit(request: HttpRequest) -> int:
    """More than there may be on a page is as much as there may be, as the standard says."""
    given = request.GET.get("limit", str(USUAL))
    if not (given.isascii() and given.isdecimal()) or int(given[:9]) < 1:
        raise ValidationError(_("limit — від 1 до %(most)s.") % {"most": MOST})
    return min(int(given[:9]), MOST)


def _after(request: HttpRequest) -> int:
    given = request.GET.get("after", "0")
    if not (given.isascii() and given.isdecimal()) or len(given) > 18:
        raise ValidationError(_("Місце after беріть готовим із посилання next."))
    return int(given)


def _next(request: HttpRequest, last: int) -> str:
    pairs = [(name, value) for name in request.GET if name != "after" for value in request.GET.getlist(name)]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*pairs, ('after', str(last))])}")
