"""The service described for programs: what it conforms to, its OpenAPI, its collections."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel.maps.boundary import boundary_box
from kernel.maps.layers import Layer
from kernel.maps.ogc.features import queryable
from kernel.maps.ogc.systems import CRS84, offered
from kernel.registers.facets import Facet
from kernel.tenancy import current_tenant

USUAL, MOST = 100, 10_000
UKRAINE = [22.0, 44.0, 41.0, 53.0]
CONFORMS = [
    f"http://www.opengis.net/spec/{part}"
    for part in (
        "ogcapi-common-1/1.0/conf/core",
        "ogcapi-common-2/1.0/conf/collections",
        "ogcapi-features-1/1.0/conf/core",
        "ogcapi-features-1/1.0/conf/oas30",
        "ogcapi-features-1/1.0/conf/geojson",
        "ogcapi-features-2/1.0/conf/crs",
    )
]
_TYPES = {"integer": "integer", "decimal": "number", "money": "number", "boolean": "boolean"}
_FORMATS = {"date": "date", "moment": "date-time", "email": "email"}


def link(request: HttpRequest, name: str, rel: str, kind: str, title: str = "", *args: Any) -> dict[str, str]:
    told = {"href": request.build_absolute_uri(reverse(f"ogc:{name}", args=args)), "rel": rel, "type": kind}
    return {**told, "title": title} if title else told


def landing(request: HttpRequest) -> dict[str, Any]:
    return {
        "title": str(current_tenant().name),
        "description": _("Шари реєстрів громади за стандартом OGC API Features. Загальнодоступні — без ключа."),
        "links": [
            link(request, "landing", "self", "application/json"),
            link(request, "api", "service-desc", "application/vnd.oai.openapi+json;version=3.0", _("Опис служби")),
            link(request, "conformance", "conformance", "application/json", _("Класи відповідності")),
            link(request, "collections", "data", "application/json", _("Шари")),
        ],
    }


def collection(request: HttpRequest, name: str, layer: Layer) -> dict[str, Any]:
    return {
        "id": name,
        "title": layer.title,
        "description": _("Реєстр «%(name)s»: обʼєкти з місцем на мапі.") % {"name": layer.title},
        "itemType": "feature",
        "extent": {
            "spatial": {"bbox": [boundary_box() or UKRAINE], "crs": CRS84},
            "temporal": {"interval": [[None, None]]},
        },
        "crs": offered(),
        "storageCrs": CRS84,
        "links": [
            link(request, "collection", "self", "application/json", "", name),
            link(request, "items", "items", "application/geo+json", layer.title, name),
            link(
                request, "queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables", "application/schema+json",
                _("За чим шукати"), name,
            ),
        ],
    }  # fmt: skip


def queryables(request: HttpRequest, name: str, layer: Layer) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": request.build_absolute_uri(reverse("ogc:queryables", args=[name])),
        "type": "object",
        "title": layer.title,
        "properties": {one: schema(facet) for one, facet in queryable(layer).items()},
        "additionalProperties": False,
    }


def schema(facet: Facet) -> dict[str, Any]:
    told: dict[str, Any] = {"title": facet.label, "type": _TYPES.get(facet.kind, "string")}
    if facet.kind in _FORMATS:
        told["format"] = _FORMATS[facet.kind]
    if facet.choices:
        told["enum"] = list(facet.choices.values())
    return told


def openapi(request: HttpRequest, layers: dict[str, Layer]) -> dict[str, Any]:
    plain = {"200": {"description": "JSON", "content": {"application/json": {"schema": {"type": "object"}}}}}
    paths: dict[str, Any] = {
        "/": {"get": _operation("landing", _("Служба"), plain)},
        "/conformance": {"get": _operation("conformance", _("Класи відповідності"), plain)},
        "/collections": {"get": _operation("collections", _("Шари"), plain)},
    }
    for name, layer in layers.items():
        own = [_query(one, schema(facet), facet.label) for one, facet in queryable(layer).items()]
        common = [
            {"$ref": f"#/components/parameters/{one}"} for one in ("limit", "bbox", "bbox-crs", "crs", "datetime")
        ]
        features = {
            "200": {
                "description": layer.title,
                "content": {"application/geo+json": {"schema": {"$ref": "#/components/schemas/features"}}},
            }
        }
        code = name.replace(".", "_").replace("-", "_")
        place = f"/collections/{name}"
        paths[place] = {"get": _operation(f"describe_{code}", layer.title, plain)}
        paths[f"{place}/queryables"] = {"get": _operation(f"queryables_{code}", layer.title, plain)}
        paths[f"{place}/items"] = {"get": _operation(f"items_{code}", layer.title, features, [*common, *own])}
        one_feature = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "integer"}}
        paths[f"{place}/items/{{featureId}}"] = {
            "get": _operation(f"item_{code}", layer.title, features, [one_feature])
        }
    return {
        "openapi": "3.0.3",
        "info": {"title": str(current_tenant().name), "version": "1", "description": landing(request)["description"]},
        "servers": [{"url": request.build_absolute_uri(reverse("ogc:landing")).rstrip("/")}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "parameters": _parameters(),
            "schemas": {
                "features": {
                    "type": "object",
                    "required": ["type", "features"],
                    "properties": {
                        "type": {"type": "string", "enum": ["FeatureCollection"]},
                        "features": {"type": "array", "items": {"type": "object"}},
                        "numberMatched": {"type": "integer"},
                        "numberReturned": {"type": "integer"},
                        "links": {"type": "array", "items": {"type": "object"}},
                    },
                }
            },
        },
        "security": [{}, {"key": []}],
    }


def _operation(code: str, summary: str, responses: Any, parameters: Any = ()) -> dict[str, Any]:
    return {"operationId": code, "summary": str(summary), "parameters": list(parameters), "responses": responses}


def _query(name: str, given: dict[str, Any], words: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": given, "description": words}


def _parameters() -> dict[str, Any]:
    systems = {"type": "string", "enum": offered(), "default": CRS84}
    box = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    return {
        "limit": _query(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
            _("Скільки обʼєктів на сторінці"),
        ),
        "bbox": {
            **_query("bbox", box, _("Прямокутник: захід, південь, схід, північ")),
            "style": "form",
            "explode": False,
        },
        "bbox-crs": _query("bbox-crs", systems, _("У якій системі bbox")),
        "crs": _query("crs", systems, _("У якій системі віддати координати")),
        "datetime": _query("datetime", {"type": "string"}, _("Коли картку востаннє змінено: момент або проміжок")),
    }


__all__ = ["MOST", "USUAL", "collection", "landing", "link", "openapi", "queryables", "schema"]
