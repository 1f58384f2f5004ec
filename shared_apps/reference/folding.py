"""How names are compared: case, apostrophes, look-alike Latin letters, ґ and punctuation do not matter."""

from __future__ import annotations

import re
import unicodedata

from kernel.text import APOSTROPHES

# Latin letters typed where Cyrillic ones look the same.
CYRILLIC_FOR_LATIN = str.maketrans("AaBCcEeHIiKkMOoPpTXxYy", "АаВСсЕеНІіКкМОоРрТХхУу")
LATIN_FOR_CYRILLIC = str.maketrans("уаУА", "UAUA")

_DROPPED = re.compile(f"[{re.escape(APOSTROPHES)}\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{COMBINING ACUTE ACCENT}]")
_GAPS = re.compile(r"[\W_]+")
_MIXED = re.compile(r"\w*(?:[А-яҐґЄєІіЇї][A-Za-z]|[A-Za-z][А-яҐґЄєІіЇї])\w*")
_APOSTROPHE = re.compile(f"(?<=[А-яҐґЄєІіЇї])[{re.escape(APOSTROPHES)}](?=[А-яҐґЄєІіЇї])")


def fold(text: str) -> str:
    text = _DROPPED.sub("", unicodedata.normalize("NFKC", text).translate(CYRILLIC_FOR_LATIN))
    return _GAPS.sub(" ", text.casefold().replace("ґ", "г")).strip()


def tidy(text: str) -> str:
    """Official text as people should see it: no stray spaces, one apostrophe, no Latin letters in words."""
    text = " ".join(text.split())
    text = _MIXED.sub(lambda word: word[0].translate(CYRILLIC_FOR_LATIN), text)
    return _APOSTROPHE.sub("’", text)
