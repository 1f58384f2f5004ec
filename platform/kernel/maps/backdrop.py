"""What lies beneath the layers: the installation's base map, the community's own, or nothing at all."""

from __future__ import annotations

import re
from html import escape
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.maps.models import Backdrop
from kernel.operations import Who, operation
from kernel.tenancy.cache import cache

_KNOWN = "maps.backdrop"
_SECONDS = 300
# What goes into a header of the page must hold nothing that ends a source of it.
_PLACE = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?", re.IGNORECASE)
_REST = re.compile(r"[\w\-./{}%?=&~+@!$'()*:]*", re.ASCII)
_HERE = ("127.0.0.1", "localhost")


def backdrop() -> dict[str, Any]:
    """As the map of the browser takes it: kind, url, attribution, max_zoom."""
    known = cache.get(_KNOWN)
    if known is None:
        own = Backdrop.objects.first()
        if own is None or own.kind == Backdrop.Kind.INSTALLATION:
            known = {}
        else:
            # The browser writes it onto the map as it is.
            known = {"kind": own.kind, "url": own.url, "attribution": escape(own.attribution), "max_zoom": own.max_zoom}
        cache.set(_KNOWN, known, _SECONDS)
    return known or dict(settings.MAP_BASE)


def origin() -> str:
    """Where pictures of the community's own base map come from, for the policy of its pages."""
    parts = urlsplit(str(backdrop()["url"]))
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


@operation("reference", Level.MANAGE)
def set_backdrop(kind: str, *, url: str = "", attribution: str = "", max_zoom: int = 19, by: Who) -> Backdrop:
    found = Backdrop.objects.first() or Backdrop()
    own = kind in (Backdrop.Kind.RASTER, Backdrop.Kind.PMTILES)
    found.kind, found.max_zoom = kind, max_zoom
    found.url, found.attribution = (url.strip(), attribution.strip()) if own else ("", "")
    found.full_clean(validate_constraints=False)
    if own:
        _check(found)
    found.validate_constraints()
    found.save()
    cache.delete(_KNOWN)
    return found


def _check(given: Backdrop) -> None:
    wrong: dict[str, str] = {}
    parts = urlsplit(given.url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)
    rest = given.url.removeprefix(f"{parts.scheme}://{parts.netloc}")
    if not safe or not _PLACE.fullmatch(parts.netloc) or not _REST.fullmatch(rest):
        wrong["url"] = _("Потрібна адреса https://… без пробілів, імен і паролів. Скопіюйте її в того, хто дає мапу.")
    elif given.kind == Backdrop.Kind.RASTER and not all(part in rest for part in ("{z}", "{x}", "{y}")):
        wrong["url"] = _(
            "В адресі квадратів мають бути {z}, {x} та {y}, напр. https://tiles.example.ua/{z}/{x}/{y}.png."
        )
    elif given.kind == Backdrop.Kind.PMTILES and not parts.path.endswith(".pmtiles"):
        wrong["url"] = _("Адреса файлу закінчується на .pmtiles. Перевірте її.")
    if not given.attribution:
        wrong["attribution"] = _("Назвіть, чиї це дані: цього вимагають ліцензії мап, напр. © OpenStreetMap.")
    if wrong:
        raise ValidationError(wrong)
