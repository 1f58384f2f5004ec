"""Texts that a spreadsheet would take for formulas are made plain, and can be made what they were.

A spreadsheet runs a cell that begins with one of these signs. An apostrophe before it stops that; a text that already
looks so neutralised gets one more, so that taking one away always gives back the very same text.
"""

from __future__ import annotations

import re

_DANGEROUS = re.compile(r"^'*[=+\-@\t\r]")
_NEUTRALISED = re.compile(r"^'+[=+\-@\t\r]")


def neutral(text: str) -> str:
    return f"'{text}" if _DANGEROUS.match(text) else text


def restored(text: str) -> str:
    """The reverse, for whoever reads such a file back."""
    return text[1:] if _NEUTRALISED.match(text) else text
