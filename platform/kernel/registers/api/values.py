"""A card as JSON, and an answer with it."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kernel.audit.models import Viewing
from kernel.audit.viewing import PurposeMissing, log_view
from kernel.registers.api.shapes import EXTRA, card_columns
from kernel.registers.facets import Facet
from kernel.registers.register import Register

PURPOSE, NOTE = "X-Purpose", "X-Purpose-Note"
_VERSION = re.compile(r'^(?:W/)?"(\d{1,18})(?:-[0-9a-f]*)?"$')


def plain(facet: Facet, card: Any) -> Any:
    """The value itself: references as keys, figures as exact texts, geometry as GeoJSON."""
    own_key = facet.is_own and facet.added is None and facet.field.is_relation
    found = getattr(card, facet.field.attname) if own_key else facet.value(card)
    if isinstance(found, Model):
        found = found.pk
    if found is None or isinstance(found, bool | int):
        return found
    if isinstance(found, float):
        return found if math.isfinite(found) else None
    if isinstance(found, Decimal):
        return format(found, "f")
    if isinstance(found, date | datetime):
        return found.isoformat()
    if isinstance(found, GEOSGeometry):
        return json.loads(found.geojson)
    return str(found)


class Lens:
    """How this person sees cards of a register: which fields, and whether what is masked is opened."""

    def __init__(self, request: HttpRequest, register: Register, names: Iterable[str] | None = None) -> None:
        self.register = register
        seen = register.seen(request.user)
        self.facets = {name: seen[name] for name in (names or seen)}
        self.masked = [name for name in register.masked if name in self.facets]
        self.purpose = request.headers.get(PURPOSE, "") if self.masked else ""
        self.note = unquote(request.headers.get(NOTE, ""))[:500].replace("\x00", "") if self.purpose else ""

    def show(self, card: Any, *, opened: bool = False) -> dict[str, Any]:
        found = {"id": card.pk}
        for name in card_columns(self.register):
            value = getattr(card, name)
            found[name] = value.isoformat() if isinstance(value, datetime) else value
        for name, facet in self.facets.items():
            if facet.added is not None:
                found.setdefault(EXTRA, {})[facet.added.code] = plain(facet, card)
                continue
            hidden = name in self.masked and not opened
            found[name] = self.register.text_of(name, card) if hidden else plain(facet, card)
        return found

    def look(self, card: Any) -> dict[str, Any]:
        """With a purpose the look is written down first, and then shown."""
        if not self.purpose:
            return self.show(card)
        try:
            log_view(card, purpose=self.purpose, note=self.note, fields=self.masked)
        except PurposeMissing:
            known = ", ".join(Viewing.Purpose.values)
            raise ValidationError(
                {
                    PURPOSE: _("Назвіть мету: %(known)s. Для «other» додайте пояснення в X-Purpose-Note.")
                    % {"known": known}
                }
            ) from None
        return self.show(card, opened=True)


# -- answers --------------------------------------------------------------------------------------------


def encoded(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def tag_of(content: bytes, version: int | None = None) -> str:
    """The version, which a change must name, and a print of the answer, for what the version does not cover."""
    digest = hashlib.sha256(content).hexdigest()[:16]
    return f'"{digest}"' if version is None else f'"{version}-{digest}"'


def answer(request: HttpRequest, content: Any, *, status: int = 200, version: int | None = None) -> HttpResponse:
    body = encoded(content)
    tag = tag_of(body, version)
    known = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    if request.method == "GET" and (tag in known or "*" in known):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, status=status, content_type="application/json")
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = f"Authorization, {PURPOSE}"
    return response


def versions_named(request: HttpRequest) -> set[int] | None:
    """Versions a change may begin from; None when any will do."""
    given = [one.strip() for one in request.headers["If-Match"].split(",")]
    if given == ["*"]:
        return None
    return {int(match[1]) for one in given if (match := _VERSION.match(one))}
