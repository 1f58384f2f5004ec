"""Names of a new community: the address it gets by default, and names that deceive the eye."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kernel.text import skeleton, slug_from_name
from shared_apps.communities.models import Community

# What every name has and no address needs.
_COMMON_WORDS = re.compile(
    r"\b(міськ\w+|селищн\w+|сільськ\w+|обласн\w+)?\s*(об[ʼ’'`]єднан\w+)?\s*(територіальн\w+)?\s*"
    r"(громад\w+|рад[аи])\b|\b(комунальн\w+)\s+(некомерційн\w+\s+)?(підприємств\w+|заклад\w*|установ\w+)\b|\bОТГ\b|\bТГ\b",
    re.IGNORECASE,
)
# Digits and pairs that pass for letters in the fonts of an address bar.
_LOOKS_LIKE = (("0", "o"), ("1", "l"), ("rn", "m"), ("vv", "w"))


def default_slug(short_name: str) -> str:
    """«Згурівська селищна громада» → zghurivska; what is left empty falls back to the whole name."""
    return slug_from_name(_COMMON_WORDS.sub(" ", short_name)) or slug_from_name(short_name)


@lru_cache(maxsize=16_384)
def visible(text: str) -> str:
    """Two names with one of these are the same to the eye."""
    seen = skeleton(text)
    for looks, like in _LOOKS_LIKE:
        seen = seen.replace(looks, like)
    return seen


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A community that the new one could be taken for."""

    field: str
    slug: str
    value: str
    identical: bool

    def __str__(self) -> str:
        what = {"slug": "Адреса", "name": "Повна назва", "short_name": "Коротка назва"}[self.field]
        how = "така сама, як" if self.identical else "виглядає так само, як"
        return f"{what} {how} «{self.value}» ({self.slug})."


def resemblances(wanted: Community, others: Iterable[Community]) -> list[Resemblance]:
    """Equal names of different places are real (there are dozens of Миколаївка); equal only to the eye are not."""
    found = []
    for other in others:
        for field in ("slug", "name", "short_name"):
            mine, theirs = getattr(wanted, field), getattr(other, field)
            if visible(mine) != visible(theirs):
                continue
            if field != "slug" and mine == theirs and _elsewhere(wanted, other):
                continue
            found.append(Resemblance(field, other.slug, theirs, mine == theirs))
    return found


def _elsewhere(one: Community, other: Community) -> bool:
    """The same name honestly belongs to two when their codes, or their owners, say they are two."""
    if one.kind != other.kind:
        return False
    if one.kind == Community.Kind.ENTERPRISE:
        return one.parent_id is not None and other.parent_id is not None and one.parent_id != other.parent_id
    return bool(one.katottg and other.katottg) and one.katottg != other.katottg
