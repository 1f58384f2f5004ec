"""A description of the open files for programs: Data Package (datapackage.org) with a Table Schema of the columns."""

from __future__ import annotations

from typing import Any

from kernel.registers.facets import Facet
from kernel.registers.public.opened import OpenRegister

_TYPES = {
    "integer": "integer",
    "decimal": "number",
    "money": "number",
    "boolean": "boolean",
    "date": "date",
    "moment": "datetime",
    "point": "geopoint",
    "geometry": "geojson",
}
# The law gives open data to everybody on condition that the source is named.
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}


def table_schema(opened: OpenRegister) -> dict[str, Any]:
    return {"fields": [_field(facet) for facet in opened.facets.values()], "missingValues": [""]}


def _field(facet: Facet) -> dict[str, Any]:
    kind = "string" if facet.method is not None else _TYPES.get(facet.kind, "string")
    told: dict[str, Any] = {"name": facet.name, "title": facet.label, "type": kind}
    if facet.help:
        told["description"] = facet.help
    if facet.kind == "email":
        told["format"] = "email"
    limits: dict[str, Any] = {}
    if facet.required:
        limits["required"] = True
    if facet.choices:
        limits["enum"] = list(facet.choices.values())
    elif facet.max_length and kind == "string":
        limits["maxLength"] = facet.max_length
    if limits:
        told["constraints"] = limits
    if facet.unit:
        told["unit"] = str(facet.unit)
    return told


def data_package(opened: OpenRegister, publisher: str, files: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """`files`: extension → (address, media type)."""
    schema = table_schema(opened)
    resources = []
    for extension, (address, media_type) in files.items():
        resource = {
            "name": f"{opened.page.slug}-{extension}",
            "path": address,
            "format": extension,
            "mediatype": media_type,
            "encoding": "utf-8",
        }
        resources.append(resource if extension in ("geojson", "txt") else {**resource, "schema": schema})
    return {
        "name": opened.page.slug,
        "title": opened.name,
        "contributors": [{"title": publisher, "roles": ["publisher"]}],
        "licenses": [LICENCE],
        "resources": resources,
    }
