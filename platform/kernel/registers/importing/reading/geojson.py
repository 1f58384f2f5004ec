"""GeoJSON: properties are columns, the geometry is one more, as GeoJSON text."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from kernel.registers.importing.reading.problems import Unreadable

GEOMETRY = "геометрія"


def features(content: bytes) -> tuple[list[str], list[list[Any]]]:
    """(heads of columns, rows)"""
    try:
        read = json.loads(content)
    except (ValueError, RecursionError) as broken:
        line = getattr(broken, "lineno", 1)
        raise Unreadable(
            _("Файл не читається як GeoJSON (рядок %(line)d). Вивантажте його з мапи ще раз.") % {"line": line}
        ) from None
    found = read.get("features") if isinstance(read, dict) else None
    if not isinstance(found, list) or read.get("type") != "FeatureCollection":
        raise Unreadable(_("У файлі немає обʼєктів мапи: потрібен GeoJSON виду FeatureCollection."))
    if not all(isinstance(one, dict) for one in found):
        raise Unreadable(_("Серед обʼєктів мапи є не обʼєкт: вивантажте GeoJSON з мапи ще раз."))
    names: dict[str, None] = {}
    for one in found:
        names.update(dict.fromkeys(map(str, one.get("properties") or {})))
    header = [*names, GEOMETRY]
    rows = []
    for one in found:
        properties = one.get("properties") or {}
        geometry = one.get("geometry")
        rows.append(
            [
                *(_flat(properties.get(name)) for name in names),
                json.dumps(geometry, separators=(",", ":")) if geometry else "",
            ]
        )
    return header, rows


def _flat(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
