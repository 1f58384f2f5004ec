"""Facets as types of JSON: what a program may send, what it gets, and how both are described."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal
from uuid import UUID

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, WKBWriter
from django.db import models
from django.utils import timezone
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    create_model,
)
from pydantic_core import PydanticCustomError, PydanticUndefined

from kernel.registers.facets import Facet
from kernel.registers.inputs import SRID
from kernel.registers.register import Register

LARGEST = 2**63 - 1
# Where the fields a tenant added stand, by their codes: descriptions are the same for every tenant and name none of them.
EXTRA = "extra"
FIGURE = r"^-?\d+(\.\d+)?$"


def _clean(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("zero_byte", "zero byte")
    return text.strip()


def _aware(moment: datetime) -> datetime:
    """A moment without a zone is the community's own time."""
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _shape_reader(kind: str) -> Callable[[Any], Any]:
    """GeoJSON (RFC 7946) of the kind the column holds; a single part becomes a collection where one is kept."""

    def read(given: Any) -> Any:
        if given is None or isinstance(given, GEOSGeometry):
            return given
        if not isinstance(given, dict) or "coordinates" not in given or not isinstance(given.get("type"), str):
            raise PydanticCustomError("geojson", "geojson")
        try:
            shape = GEOSGeometry(json.dumps({"type": given["type"], "coordinates": given["coordinates"]}), srid=SRID)
            if shape.hasz:
                # A height is allowed by the format and kept nowhere.
                shape = GEOSGeometry(WKBWriter(dim=2).write(shape), srid=SRID)
            if kind == f"MULTI{shape.geom_type.upper()}":
                shape = GEOSGeometry(f"SRID={SRID};{kind} ({shape.wkt.partition(' ')[2]})")
            fits = not shape.empty and shape.valid and kind in ("GEOMETRY", shape.geom_type.upper())
            west, south, east, north = shape.extent
        except (GEOSException, GDALException, ValueError, TypeError):
            raise PydanticCustomError("geojson", "geojson") from None
        if not fits or west < -180 or east > 180 or south < -90 or north > 90:
            raise PydanticCustomError("geojson", "geojson")
        return shape

    return read


_POSITION = {"type": "array", "items": {"type": "number"}, "minItems": 2}
_COORDINATES: dict[str, dict[str, Any]] = {
    "POINT": {
        "type": "array",
        "items": {"type": "number", "minimum": -180, "maximum": 180},
        "minItems": 2,
        "maxItems": 3,
    },
    "LINESTRING": {"type": "array", "items": _POSITION, "minItems": 2},
    "POLYGON": {"type": "array", "items": {"type": "array", "items": _POSITION, "minItems": 4}},
}
_GEOJSON_TYPES = {"POINT": "Point", "LINESTRING": "LineString", "POLYGON": "Polygon"}


def _shape_schema(kind: str) -> dict[str, Any]:
    known = kind in _COORDINATES
    return {
        "type": "object",
        "description": "GeoJSON, RFC 7946",
        "properties": {
            "type": {"const": _GEOJSON_TYPES[kind]} if known else {"type": "string"},
            "coordinates": _COORDINATES.get(kind, {"type": "array"}),
        },
        "required": ["type", "coordinates"],
    }


def _plain_type(field: Any) -> Any:
    """The type of a value that is there."""
    if field.is_relation:
        return _plain_type(field.target_field)
    if field.choices:
        return Literal[tuple(value for value, _label in field.flatchoices)]
    if isinstance(field, GeometryField):
        kind = field.geom_type
        return Annotated[Any, BeforeValidator(_shape_reader(kind)), WithJsonSchema(_shape_schema(kind))]
    if isinstance(field, models.BooleanField):
        return bool
    if isinstance(field, models.UUIDField):
        return UUID
    if isinstance(field, models.DateTimeField):
        return Annotated[datetime, AfterValidator(_aware)]
    if isinstance(field, models.DateField):
        return date
    if isinstance(field, models.DecimalField):
        limits = Field(max_digits=field.max_digits, decimal_places=field.decimal_places)
        return Annotated[Decimal, limits, WithJsonSchema({"type": "string", "pattern": FIGURE})]
    if isinstance(field, models.FloatField):
        return Annotated[float, Field(allow_inf_nan=False)]
    if isinstance(field, models.IntegerField):
        return Annotated[int, Field(**_limits(field))]
    return Annotated[str, Field(max_length=field.max_length), AfterValidator(_clean)]


def _limits(field: Any) -> dict[str, Any]:
    if field.primary_key:
        return {"ge": 1, "le": LARGEST}
    found: dict[str, Any] = {}
    for validator in field.validators:
        bound = getattr(validator, "limit_value", None)
        if isinstance(bound, int) and validator.code == "min_value":
            found["ge"] = max(bound, found.get("ge", bound))
        elif isinstance(bound, int) and validator.code == "max_value":
            found["le"] = min(bound, found.get("le", bound))
    return found


def _written_type(facet: Facet) -> Any:
    found = _plain_type(facet.field)
    if facet.field.choices and facet.field.blank and not facet.field.null:
        found = found | Literal[""]
    return found | None if facet.field.null else found


def writable(register: Register) -> list[str]:
    """Every field anybody may write; what this very person may is asked when the request comes."""
    names = dict.fromkeys(name for fields in register.declared_sections.values() for name in fields)
    return [name for name in names if register.declared_facets[name].writable]


@lru_cache(maxsize=1024)
def written_model(register: Register, *, partial: bool) -> type[BaseModel]:
    """What a body is checked against. Names are aliases, so that a field may be called anything at all."""
    fields: dict[str, Any] = {}
    for position, name in enumerate(writable(register)):
        facet = register.declared_facets[name]
        given_by_system = bool(register.numbering) and name == "number"
        must = facet.required and not partial and not given_by_system
        described: dict[str, Any] = {"title": facet.label, **({"description": facet.help} if facet.help else {})}
        fields[f"field_{position}"] = (
            _written_type(facet),
            Field(PydanticUndefined if must else None, alias=name, **described),
        )
    told = "Поля, які додала громада, за їхніми кодами. Які вони, каже читання картки."
    fields[EXTRA] = (dict[str, Any] | None, Field(None, description=told))
    settings = ConfigDict(extra="forbid", strict=True)
    return create_model(f"{type(register).__name__}Written", __config__=settings, **fields)


# -- descriptions -------------------------------------------------------------------------------------


def written_schema(register: Register, *, partial: bool) -> dict[str, Any]:
    schema = written_model(register, partial=partial).model_json_schema(by_alias=True)
    schema.pop("title", None)
    for one in schema.get("properties", {}).values():
        # Left out is not the same as empty, so no default is promised.
        one.pop("default", None)
    return schema


def _read_schema(facet: Facet, *, masked: bool) -> dict[str, Any]:
    if facet.field is None:
        own: dict[str, Any] = {
            "integer": {"type": "integer"},
            "boolean": {"type": "boolean"},
            "date": {"type": "string", "format": "date"},
            "moment": {"type": "string", "format": "date-time"},
            "point": _shape_schema("POINT"),
            "geometry": _shape_schema("GEOMETRY"),
        }.get(facet.kind, {"type": "string"})
    else:
        own = _type_schema(facet.field)
    options = [own, {"type": "null"}]
    if masked and own != {"type": "string"}:
        options.append({"type": "string"})
    described = {"title": facet.label, **({"description": facet.help} if facet.help else {})}
    return {**described, "anyOf": options}


def _type_schema(field: Any) -> dict[str, Any]:
    if field.is_relation:
        return _type_schema(field.target_field)
    if field.choices:
        values = [value for value, _label in field.flatchoices]
        return {"enum": [*values, ""] if field.blank and "" not in values else values}
    if isinstance(field, GeometryField):
        return _shape_schema("GEOMETRY" if field.geom_type not in _COORDINATES else field.geom_type)
    for cls, schema in (
        (models.BooleanField, {"type": "boolean"}),
        (models.UUIDField, {"type": "string", "format": "uuid"}),
        (models.DateTimeField, {"type": "string", "format": "date-time"}),
        (models.DateField, {"type": "string", "format": "date"}),
        (models.DecimalField, {"type": "string", "pattern": FIGURE}),
        (models.FloatField, {"type": "number"}),
        (models.IntegerField, {"type": "integer"}),
    ):
        if isinstance(field, cls):
            return dict(schema)
    return {"type": "string"}


def card_schema(register: Register) -> dict[str, Any]:
    """A card as it is answered. Fields above a person's level are absent, so only the key is promised."""
    moment = {"type": "string", "format": "date-time"}
    properties: dict[str, Any] = {"id": {"type": "integer"}}
    for name, schema in (
        ("version", {"type": "integer"}),
        ("created_at", moment),
        ("updated_at", moment),
        ("archived_at", {"anyOf": [moment, {"type": "null"}]}),
    ):
        if name in card_columns(register):
            properties[name] = schema
    properties[EXTRA] = {"type": "object", "description": "Поля, які додала громада, за їхніми кодами."}
    for name, facet in register.declared_facets.items():
        properties[name] = _read_schema(facet, masked=name in register.masked)
    return {"type": "object", "title": register.singular, "properties": properties, "required": ["id"]}


@lru_cache(maxsize=1024)
def card_columns(register: Register) -> tuple[str, ...]:
    """What every card has besides its own fields."""
    known = {field.name for field in register.model._meta.concrete_fields}
    return tuple(name for name in ("version", "created_at", "updated_at", "archived_at") if name in known)
