"""One spelling for every way of writing: what is searched and what is searched for are folded alike.

The same folding is a function of the database (`hromada_fold`), so that columns follow it whoever writes them;
a test compares the two. Change neither alone: stored columns remember the old spelling.
"""

from __future__ import annotations

from kernel.text import APOSTROPHES

# Latin letters typed for Cyrillic ones, and letters people mix up.
LETTERS_FROM = "abcehikmoptxyґё"
LETTERS_TO = "авсенікмортхуге"
SPACES = '.,;:()[]{}«»„“”"!?|\\_\u00a0\u2007\u202f\t\n\r'
# Spelt as nothing: apostrophes, stress marks, soft hyphens, marks of direction.
NOTHING = APOSTROPHES + "\u0301\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
DASHES = "‐‑‒–—−"

FROM = LETTERS_FROM + SPACES + DASHES
TO = LETTERS_TO + " " * len(SPACES) + "-" * len(DASHES)
_TABLE = str.maketrans(FROM, TO, NOTHING)


def fold(text: str) -> str:
    return text.lower().translate(_TABLE)
