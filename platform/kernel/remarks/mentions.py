"""«@Мельник, гляньте» and «@Мельник Ірина»: whom a comment calls."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from kernel.access.models import User
from kernel.text import APOSTROPHES, normalise_apostrophes

WORD = rf"[^\W\d_](?:[\w{re.escape(APOSTROPHES)}-]*\w)?"
MENTION = re.compile(rf"(?<![\w@])@({WORD})(?:[ \u00a0.]({WORD}))?")
MOST = 20


def mentioned(text: str) -> list[UUID]:
    """Those named beyond doubt: of two namesakes neither, unless the first name tells them apart."""
    calls = [(found[1], found[2] or "") for found in MENTION.finditer(text)][:MOST]
    if not calls:
        return []
    wanted = Q()
    for last_name, _first_name in calls:
        for spelling in _spellings(last_name):
            wanted |= Q(last_name__iexact=spelling)
    people = list(User.objects.persons().filter(wanted, is_active=True))
    found = (_the_one(people, *call) for call in calls)
    return list(dict.fromkeys(person.pk for person in found if person))


def _spellings(name: str) -> Iterable[str]:
    return {re.sub(f"[{re.escape(APOSTROPHES)}]", mark, name) for mark in APOSTROPHES}


def _the_one(people: list[User], last_name: str, first_name: str) -> User | None:
    same = [person for person in people if _same(person.last_name, last_name)]
    if len(same) > 1 and first_name:
        same = [person for person in same if _same(person.first_name, first_name)]
    return same[0] if len(same) == 1 else None


def _same(one: str, other: str) -> bool:
    return normalise_apostrophes(one).casefold() == normalise_apostrophes(other).casefold()
