"""A file's own name, cleaned of what deceives the eye or means something to a system, and left readable."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

LONGEST = 200
LONGEST_EXTENSION = 12
# A joiner holds an emoji of several signs together; the other invisible signs only deceive.
KEPT_INVISIBLE = "\u200d"
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def clean_name(name: str) -> str:
    """«Акт\u202egnp.exe» shows its true end, «a/../b» has no folders, nothing is longer than the column."""
    visible = "".join(
        letter
        for letter in unicodedata.normalize("NFC", name)
        if letter in KEPT_INVISIBLE or unicodedata.category(letter) not in ("Cf", "Cs", "Co", "Cn")
    )
    plain = FORBIDDEN.sub("_", re.sub(r"\s+", " ", visible)).strip(" .")
    if RESERVED.match(plain):
        plain = f"_{plain}"
    stem, extension = split_name(plain)
    if not stem.strip("_. "):
        stem = _("файл")
    ending = f".{extension}" if extension else ""
    return stem[: LONGEST - len(ending)].rstrip() + ending


def split_name(name: str) -> tuple[str, str]:
    """Without the dot; an «extension» with a space in it or too long is a part of the sentence."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not extension or len(extension) > LONGEST_EXTENSION or not extension.isalnum():
        return name, ""
    return stem, extension


def extension_of(name: str) -> str:
    return split_name(name)[1].lower()
