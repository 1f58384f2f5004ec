"""A file brought into a form: the one shape it holds, or those to choose from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from kernel.maps.coordinates import system_named
from kernel.maps.files.readers import read_map_file
from kernel.registers.importing.reading import geojson, plain
from kernel.registers.importing.reading.problems import Unreadable

LARGEST = 5 * 1024 * 1024
MOST_OFFERED = 200
LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class Named:
    label: str
    geometry: dict[str, Any]


@dataclass(slots=True)
class Brought:
    """`text` is what the file says where it is no file of maps; `crs` is what its figures are in."""

    shapes: list[Named] = field(default_factory=list)
    text: str = ""
    crs: str = ""
    notes: list[str] = field(default_factory=list)


def found_in(upload: UploadedFile[Any], crs: str = "") -> Brought:
    if (upload.size or 0) > LARGEST:
        raise Unreadable(_("Файл більший за 5 МБ. Поділіть його або скористайтеся завантаженням реєстру."))
    name = str(upload.name or "file")
    sheet = read_map_file(upload, name, system_named(crs) if crs else None)  # type: ignore[arg-type]
    if sheet is not None:
        return Brought(_named(sheet.header, sheet.rows), notes=sheet.notes)
    upload.seek(0)
    text, _encoding = plain.decode(upload.read())
    if text.lstrip().startswith("{") and _is_collection(text):
        shapes = _named(*geojson.features(text.encode()))
        return Brought(shapes, crs=crs or _own_system(text))
    return Brought(text=text, crs=crs)


def _is_collection(text: str) -> bool:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(read, dict) and read.get("type") == "FeatureCollection"


def _own_system(text: str) -> str:
    crs = json.loads(text).get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return str(properties.get("name", "")) if isinstance(properties, dict) else ""


def _named(header: list[str], rows: list[list[Any]]) -> list[Named]:
    place = header.index(geojson.GEOMETRY)
    found = []
    for number, row in enumerate(rows, start=1):
        if not row[place]:
            continue
        words = [str(one).strip() for index, one in enumerate(row) if index != place and str(one or "").strip()]
        found.append(Named((" · ".join(words[:3]) or f"№ {number}")[:LONGEST_LABEL], json.loads(row[place])))
    if not found:
        raise Unreadable(_("У файлі немає жодного обʼєкта з геометрією. Вивантажте шар ще раз."))
    if len(found) > MOST_OFFERED:
        raise Unreadable(
            _("У файлі %(count)s обʼєктів, а картка вміщує один. Скористайтеся завантаженням реєстру.")
            % {"count": len(found)}
        )
    return found
