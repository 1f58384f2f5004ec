"""Ukrainian text: transliteration by KMU resolution 55, apostrophes, look-alike letters."""

from __future__ import annotations

import re
import unicodedata

APOSTROPHES = "'’ʼ`´ʹ′‘"
UKRAINIAN_APOSTROPHE = "ʼ"

_ANYWHERE = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z",
    "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ь": "", "ю": "iu", "я": "ia",
}  # fmt: skip
_AT_START = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}

# Cyrillic letters that look like Latin ones; a name mixing the two alphabets deceives.
LOOK_ALIKES = str.maketrans("асеікорхуАВСЕНІКМОРТХ", "aceikopxyABCEHIKMOPTX")


def transliterate(text: str) -> str:
    """KMU resolution 55 of 27.01.2010: зг → zgh, apostrophes and ь vanish, other forms word-initially."""
    out: list[str] = []
    start = True
    position = 0
    while position < len(text):
        letter = text[position]
        lower = letter.lower()
        if lower in APOSTROPHES:
            position += 1
            continue
        if lower == "з" and text[position + 1 : position + 2].lower() == "г":
            latin, step = "zgh", 2
        elif lower in _ANYWHERE:
            latin, step = (_AT_START.get(lower) if start else None) or _ANYWHERE[lower], 1
        else:
            latin, step = letter, 1
        if latin and letter.isupper() and lower in _ANYWHERE:
            next_upper = text[position + step : position + step + 1].isupper()
            latin = latin.upper() if next_upper and len(latin) > 1 else latin[0].upper() + latin[1:]
        out.append(latin)
        start = not (lower in _ANYWHERE or letter.isalnum())
        position += step
    return "".join(out)


def slug_from_name(name: str) -> str:
    """A subdomain label: lower-case Latin letters, digits and single hyphens, at most 40 characters."""
    latin = transliterate(unicodedata.normalize("NFC", name)).lower()
    latin = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:40].rstrip("-")


def mixes_alphabets(text: str) -> bool:
    """True where one word holds both Cyrillic and Latin letters."""
    for word in re.findall(r"\w+", text):
        names = {unicodedata.name(letter, "").split(" ")[0] for letter in word if letter.isalpha()}
        if {"CYRILLIC", "LATIN"} <= names:
            return True
    return False


def skeleton(text: str) -> str:
    """What two names have in common if the eye cannot tell them apart."""
    folded = unicodedata.normalize("NFKC", text).translate(LOOK_ALIKES).casefold()
    return re.sub(r"[\W_]+", "", folded)


def normalise_apostrophes(text: str) -> str:
    return re.sub(f"(?<=\\w)[{re.escape(APOSTROPHES)}](?=\\w)", UKRAINIAN_APOSTROPHE, text)
