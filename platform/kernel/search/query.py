"""What a person typed, as a filter: every word must be there, in any form, from the beginning of a word."""

from __future__ import annotations

from functools import lru_cache

import pymorphy3
from django.db.models import Model, Q, QuerySet

from kernel.search.folding import fold

SHORTEST_STEM = 4
MOST_WORDS = 12


@lru_cache(maxsize=1)
def _morphology() -> pymorphy3.MorphAnalyzer:
    return pymorphy3.MorphAnalyzer(lang="uk")


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """What the forms of a Ukrainian word have in common: «вулицею», «вулиці» → «вулиц».

    Where the common part is too short to tell words apart («ліс» – «лісу»), the word itself is sought.
    """
    if len(word) < SHORTEST_STEM or not word.isalpha():
        return word
    parsed = _morphology().parse(word)
    if not parsed or not parsed[0].is_known:
        return word
    common = _beginning([word, *(fold(form.word) for form in parsed[0].lexeme)])
    return common if len(common) >= SHORTEST_STEM else word


def _beginning(words: list[str]) -> str:
    """What all the words begin with."""
    shortest, longest = min(words), max(words)
    for position, letter in enumerate(shortest):
        if longest[position : position + 1] != letter:
            return shortest[:position]
    return shortest


def words_of(text: str) -> list[str]:
    return fold(text).split()[:MOST_WORDS]


def matching(text: str, field: str = "sought") -> Q:
    """A condition on a folded column; empty for an empty question."""
    condition = Q()
    for word in words_of(text):
        sought = stem(word)
        # A short piece is sought only at the beginning of a word, or it would be everywhere.
        found = Q(**{f"{field}__contains": f" {sought}"})
        if len(sought) >= SHORTEST_STEM:
            found = Q(**{f"{field}__contains": sought})
        condition &= found
    return condition


def find[M: Model](queryset: QuerySet[M], text: str, field: str = "sought") -> QuerySet[M]:
    condition = matching(text, field)
    return queryset.filter(condition) if condition else queryset
