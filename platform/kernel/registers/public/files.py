"""Open data as files. A file is written once for one state of the cards and kept until they change."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import posixpath
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import batched
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.files import File
from django.db import transaction
from django.db.models import Count, F, Func, Max, Model
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from kernel.registers.added import attach
from kernel.registers.exporting.neutral import neutral
from kernel.registers.facets import Facet
from kernel.registers.public.gtfs import write_stops
from kernel.registers.public.opened import OpenListing, OpenRegister
from kernel.tenancy.files import storage
from kernel.tenancy.locks import hold_lock

FOLDER = "open"
PORTION = 2000
SPOOLED = 4 * 1024 * 1024
# Part of every stamp: raise it when the same cards come to be written differently.
EDITION = 1
PLACE = "open_place"


@dataclass(frozen=True, slots=True)
class OpenFormat:
    extension: str
    media_type: str
    write: Callable[[OpenRegister, BinaryIO], None]
    title: str
    # What the file is called by whoever looks for such files; otherwise as the page is.
    name: str = ""

    def url(self, opened: OpenRegister) -> str:
        slug = opened.page.slug
        if self.name:
            return reverse(f"open:{self.name}", args=[slug])
        return reverse("open:file", args=[slug, self.extension])


# -- writing --------------------------------------------------------------------------------------------


def _cards(opened: OpenRegister, **extra: Any) -> Iterator[Any]:
    found = OpenListing(opened, QueryDict()).ordered().annotate(**extra)
    if joined := opened.register.joined(opened.page.columns):
        found = found.select_related(*joined)
    for portion in batched(found.iterator(PORTION), PORTION):
        attach(opened.register, portion)
        yield from portion


def plain_value(facet: Facet, card: Any) -> Any:
    """What JSON has: texts, figures, yes and no, ISO dates; choices in words."""
    value = facet.value(card)
    if value is None or value == "":
        return None
    if isinstance(value, Model):
        return facet.reference.label_of(value) if facet.reference else str(value)
    if facet.choices:
        return facet.words(value)
    if isinstance(value, Point):
        return f"{value.x:.7f}, {value.y:.7f}"
    if isinstance(value, GEOSGeometry):
        return json.loads(value.geojson)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool | int | float | str) else str(value)


def _write_csv(opened: OpenRegister, file: BinaryIO) -> None:
    """RFC 4180 with names of columns from the schema; the mark of UTF-8 is for spreadsheets."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(opened.facets)
    for card in _cards(opened):
        writer.writerow([_csv_cell(plain_value(facet, card)) for facet in opened.facets.values()])
    text.detach()


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return neutral(value) if isinstance(value, str) else str(value)


def _write_json(opened: OpenRegister, file: BinaryIO) -> None:
    def records() -> Iterator[Any]:
        for card in _cards(opened):
            yield {name: plain_value(facet, card) for name, facet in opened.facets.items()}

    _write_list(file, b"[", records(), b"\n]\n")


def _write_geojson(opened: OpenRegister, file: BinaryIO) -> None:
    """RFC 7946: WGS 84, longitude first, contours against the clock."""
    facets = {name: facet for name, facet in opened.facets.items() if name != opened.geometry}
    turned = AsGeoJSON(Func(F(opened.geometry), function="ST_ForcePolygonCCW"), precision=7)

    def features() -> Iterator[Any]:
        for card in _cards(opened, **{PLACE: turned}):
            place = getattr(card, PLACE)
            properties = {name: plain_value(facet, card) for name, facet in facets.items()}
            yield {"type": "Feature", "geometry": json.loads(place) if place else None, "properties": properties}

    _write_list(file, b'{"type":"FeatureCollection","features":[', features(), b"\n]}\n")


def _write_list(file: BinaryIO, head: bytes, items: Iterator[Any], tail: bytes) -> None:
    file.write(head)
    between = b"\n"
    for item in items:
        file.write(between + json.dumps(item, ensure_ascii=False).encode())
        between = b",\n"
    file.write(tail)


def _write_stops(opened: OpenRegister, file: BinaryIO) -> None:
    assert opened.stops is not None
    write_stops(opened.stops, opened.geometry, _cards(opened), file)


_FORMATS = (
    OpenFormat("csv", "text/csv; charset=utf-8", _write_csv, "CSV"),
    OpenFormat("json", "application/json", _write_json, "JSON"),
    OpenFormat("geojson", "application/geo+json", _write_geojson, "GeoJSON"),
    OpenFormat("txt", "text/plain; charset=utf-8", _write_stops, "GTFS stops.txt", "stops"),
)


def formats_of(opened: OpenRegister) -> dict[str, OpenFormat]:
    if not opened.page.open_data:
        return {}
    without = {"geojson": not opened.geometry, "txt": opened.stops is None}
    return {one.extension: one for one in _FORMATS if not without.get(one.extension)}


# -- keeping --------------------------------------------------------------------------------------------


def stamp_of(opened: OpenRegister) -> str:
    """A mark of the open cards as they are now; empty where a change could pass unnoticed.

    It follows the register's table and the tables its columns point to, each by its count and its latest change.
    """
    model = opened.register.model
    parts: list[Any] = [EDITION, opened.page.columns, str(opened.page.where), opened.page.stops]
    sources = [(model, opened.rows()), *((one, one._default_manager.all()) for one in _beyond(opened))]
    for source, rows in sources:
        if not any(field.name == "updated_at" for field in source._meta.concrete_fields):
            return ""
        parts.append(rows.order_by().aggregate(count=Count("pk"), last=Max("updated_at"), newest=Max("pk")))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _beyond(opened: OpenRegister) -> list[Any]:
    """Models that columns reach; a method may reach anywhere, but what it reads is mostly the card."""
    found: dict[Any, None] = {}
    for path in opened.register.joined(opened.page.columns):
        model: Any = opened.register.model
        for part in path.split("__"):
            model = model._meta.get_field(part).related_model
            found[model] = None
    return list(found)


def file_of(opened: OpenRegister, form: OpenFormat, stamp: str) -> Any:
    """An open file, rewound: the kept one, or a new one that is kept in place of those before it.

    None while another request writes it: a large register is not written twice at once.
    """
    folder = posixpath.join(FOLDER, opened.register.label, form.extension)
    kept = posixpath.join(folder, f"{stamp}.{form.extension}")
    if stamp and storage.exists(kept):
        return storage.open(kept)
    with transaction.atomic():
        if not hold_lock(folder, wait=False):
            return None
        return _written(opened, form, folder, kept if stamp else "")


def _written(opened: OpenRegister, form: OpenFormat, folder: str, kept: str) -> Any:
    file: Any = tempfile.SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 - the response closes it
    try:
        # One and the same file for everybody, whatever language they read.
        with translation.override(settings.LANGUAGE_CODE):
            form.write(opened, file)
        if kept:
            file.seek(0)
            _forget(folder)
            storage.save(kept, File(file, name=kept))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _forget(folder: str) -> None:
    try:
        _folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        storage.delete(posixpath.join(folder, name))
