"""Definitions in the form to which the server itself brings them.

One thing the server prints differently after reading its own text back: a cast of a whole array,
`(ARRAY['a'::character varying])::text[]`, moves onto the elements, `ARRAY[('a'::character varying)::text]`.
Every `column IN (…)` over a varchar column is such a cast, so a copy would never look like its template.
"""

from __future__ import annotations

import re

from provisioning.blueprint.names import QUOTED

_ARRAY = "ARRAY["
_CAST = re.compile(r"""\)::((?:[\w .,()]|"(?:[^"]|"")*")+)\[\]""")


def settled(text: str) -> str:
    """The definition with casts of array constructors moved onto their elements."""
    if f"({_ARRAY}" not in text:
        return text
    made: list[str] = []
    place = 0
    while place < len(text):
        if quoted := QUOTED.match(text, place):
            made.append(quoted[0])
            place = quoted.end()
        elif text.startswith(f"({_ARRAY}", place) and (cast := _CAST.match(text, end := _closing(text, place + 1))):
            made.append(_spread(text[place + 1 : end], cast[1]))
            place = cast.end()
        else:
            made.append(text[place])
            place += 1
    return "".join(made)


def _spread(array: str, element_type: str) -> str:
    elements = _elements(array[len(_ARRAY) : -1])
    return f"{_ARRAY}{', '.join(_cast(settled(element), element_type) for element in elements)}]"


def _cast(element: str, element_type: str) -> str:
    if element.startswith(_ARRAY):
        return _spread(element, element_type)
    return f"({element})::{element_type}"


def _closing(text: str, start: int) -> int:
    """The place after the bracket that closes the array constructor at `start`."""
    depth, place = 0, start
    while place < len(text):
        if quoted := QUOTED.match(text, place):
            place = quoted.end()
            continue
        depth += {"[": 1, "]": -1}.get(text[place], 0)
        place += 1
        if depth == 0 and text[place - 1] == "]":
            break
    return place


def _elements(text: str) -> list[str]:
    elements, depth, start, place = [], 0, 0, 0
    while place < len(text):
        if quoted := QUOTED.match(text, place):
            place = quoted.end()
            continue
        depth += {"[": 1, "(": 1, "]": -1, ")": -1}.get(text[place], 0)
        if text[place] == "," and depth == 0:
            elements.append(text[start:place].strip())
            start = place + 1
        place += 1
    return [*elements, text[start:].strip()]
