"""Finding a community by what people type of its name."""

from __future__ import annotations

import re

from django.db.models import Q

from kernel.text import APOSTROPHES, slug_from_name

_APOSTROPHE = re.compile(f"[{re.escape(APOSTROPHES)}]")


def named_like(query: str) -> Q:
    """By any part of a name in either alphabet, or by a code.

    An apostrophe is typed in eight ways; each of them finds the one in the name.
    """
    pattern = _APOSTROPHE.sub(".", re.sub(r"([^\w\s])", lambda sign: _literal(sign[0]), query))
    found = Q(name__iregex=pattern) | Q(short_name__iregex=pattern)
    if slug := slug_from_name(query):
        found |= Q(slug__contains=slug)
    return found | Q(katottg__iexact=query) | Q(edrpou=query)


def _literal(sign: str) -> str:
    return sign if sign in APOSTROPHES else f"\\{sign}"
