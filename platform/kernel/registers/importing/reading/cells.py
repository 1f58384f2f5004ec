"""What stands in a cell, as clean text: no marks nobody sees, one kind of spaces, dates as ISO."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

# Marks of direction, joiners, a BOM left inside, soft hyphens, control characters.
_UNSEEN = "".join(
    map(chr, [*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0xAD, 0x061C, 0x200B, 0x200C, 0x200E, 0x200F, 0xFEFF])
) + "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2060, 0x2070)]))
_SPACES = (
    "\t\r\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_TABLE = str.maketrans(_SPACES, " " * len(_SPACES), _UNSEEN)
_TABLE_LONG = str.maketrans(_SPACES.replace("\n", ""), " " * (len(_SPACES) - 1), _UNSEEN)
# Lone surrogates cannot be stored at all.
DIRTY = re.compile(f"[{re.escape(_UNSEEN + _SPACES)}\ud800-\udfff]|^ | $|  ")
# The same asked of a whole row at once: its cells stand between marks nobody writes.
BETWEEN = "\ue000"
_DIRTY_ROW = re.compile(f"[{re.escape(_UNSEEN + _SPACES)}\ud800-\udfff]|(?:^|{BETWEEN}) | (?:{BETWEEN}|$)|  ")
LONGEST_CELL = 10_000


def clean(text: str) -> str:
    if not DIRTY.search(text):
        return text
    text = "".join(letter for letter in text if not "\ud800" <= letter <= "\udfff")
    # An address of several lines stays so; other kinds of white space become one.
    lines = (" ".join(line.split()) for line in text.translate(_TABLE_LONG).split("\n"))
    return "\n".join(line for line in lines if line)


def clean_row(cells: list[str]) -> list[str]:
    return [clean(cell) for cell in cells] if _DIRTY_ROW.search(BETWEEN.join(cells)) else cells


def cell_text(value: Any) -> str:
    """A value of a spreadsheet as a person would have typed it; a whole number has no «.0»."""
    if isinstance(value, str):
        return clean(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "так" if value else "ні"
    if isinstance(value, float):
        # Sixteen digits are what a spreadsheet keeps; more would show 0.1 + 0.2 as it is stored.
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, time):
        return f"{value:%H:%M:%S}"
    if isinstance(value, timedelta):
        return str(value)
    return clean(str(value))
