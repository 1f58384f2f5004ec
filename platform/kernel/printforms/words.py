"""Days, sums and names as papers write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils import timezone
from num2words import num2words

from kernel.access.dates import local_zone
from kernel.money import count_in_words, format_money, in_words
from kernel.registers.facets import figure_text

MONTHS = (
    "січня", "лютого", "березня", "квітня", "травня", "червня",
    "липня", "серпня", "вересня", "жовтня", "листопада", "грудня",
)  # fmt: skip
CASES = {"родовий": "gent", "давальний": "datv", "знахідний": "accs", "орудний": "ablt", "місцевий": "loct"}
_PARTS = ("Surn", "Name", "Patr")


class Written(str):
    """A value in words that remembers what it was: filters and conditions work with the value."""

    __slots__ = ("raw",)
    raw: Any

    def __new__(cls, text: str, raw: Any = None) -> Written:
        made = super().__new__(cls, "".join(sign for sign in text if sign.isprintable() or sign in "\n\t"))
        made.raw = raw
        return made

    def __bool__(self) -> bool:
        return bool(self.raw) if isinstance(self.raw, bool) else bool(str(self))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int | float | Decimal) and isinstance(self.raw, int | Decimal | float):
            return bool(self.raw == other)
        return str(self) == str(other) or (self.raw is not None and str(self.raw) == str(other))

    def __hash__(self) -> int:
        return hash(str(self))

    def __lt__(self, other: Any) -> bool:
        return bool(self._number < Decimal(str(other)))

    def __gt__(self, other: Any) -> bool:
        return bool(self._number > Decimal(str(other)))

    def __le__(self, other: Any) -> bool:
        return bool(self._number <= Decimal(str(other)))

    def __ge__(self, other: Any) -> bool:
        return bool(self._number >= Decimal(str(other)))

    @property
    def _number(self) -> Decimal:
        return Decimal(str(self.raw)) if isinstance(self.raw, int | float | Decimal) else Decimal(0)


def day_in_words(value: Any) -> str:
    """«21 листопада 2026 року»"""
    day = _day(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year} року" if day else str(value)


def day_in_full(value: Any) -> str:
    """«двадцять перше листопада дві тисячі двадцять шостого року»"""
    day = _day(value)
    if day is None:
        return str(value)
    number = num2words(day.day, lang="uk", to="ordinal")
    neuter = f"{number[:-2]}є" if number.endswith("третій") else f"{number[:-2]}е"
    return f"{neuter} {MONTHS[day.month - 1]} {_year(day.year)} року"


def _year(year: int) -> str:
    """The last word of the number is an ordinal of the genitive."""
    told = num2words(year, lang="uk", to="ordinal")
    return f"{told[:-2]}ього" if told.endswith("третій") else f"{told[:-2]}ого"


def sum_in_words(value: Any) -> str:
    """«одна тисяча двісті гривень, нуль копійок»"""
    number = _number(value)
    return in_words(number) if number is not None else str(value)


def count_words(value: Any) -> str:
    number = _number(value)
    return count_in_words(int(number)) if number is not None and 0 <= number == int(number) else str(value)


def money(value: Any) -> str:
    number = _number(value)
    return format_money(number) if number is not None else str(value)


def places(value: Any, decimals: int = 2) -> str:
    number = _number(value)
    return figure_text(number, max(0, min(int(decimals), 6))) if number is not None else str(value)


def short_name(value: Any) -> str:
    """«Шевченко Т. Г.» out of three words."""
    words = str(value).split()
    return " ".join([words[0], *(f"{word[0]}." for word in words[1:3])]) if len(words) > 1 else str(value)


def upper_first(value: Any) -> str:
    text = str(value)
    return text[:1].upper() + text[1:]


def in_case(value: Any, case: str) -> str:
    """A person's name or a position in another case; a word nobody knows stays as it is."""
    words = str(value).split(" ")
    gender = _gender(words)
    person = any(_tagged(word, "Patr") or _tagged(word, "Name") for word in words if word)
    if person:
        return " ".join(_inflected_name(word, case, gender) for word in words)
    return " ".join([_inflected(words[0], case), *words[1:]])


def _gender(words: list[str]) -> str:
    """A patronymic tells it for certain, a first name mostly."""
    for part in ("Patr", "Name"):
        for word in words:
            for one in _tagged(word, part):
                for gender in ("masc", "femn"):
                    if gender in one.tag and "nomn" in one.tag:
                        return gender
    return ""


def _inflected_name(word: str, case: str, gender: str) -> str:
    if "-" in word:
        return "-".join(_inflected_name(part, case, gender) for part in word.split("-"))
    for part in _PARTS:
        for one in _tagged(word, part):
            if (not gender or gender in one.tag) and "nomn" in one.tag:
                made = one.inflect({case})
                if made:
                    # Papers say «Петрові Миколайовичу»: the two endings take turns.
                    turned = part == "Patr" and case == "datv"
                    return _as_before(word, re.sub("(еві|ові)$", "у", made.word) if turned else made.word)
    return word


def _inflected(word: str, case: str) -> str:
    for one in _parsed(word):
        if "nomn" in one.tag:
            made = one.inflect({case})
            return _as_before(word, made.word) if made else word
    return word


def _as_before(before: str, word: str) -> str:
    if len(before) > 1 and before.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if before[:1].isupper() else word


def _tagged(word: str, part: str) -> list[Any]:
    return [one for one in _parsed(word) if part in one.tag]


def _parsed(word: str) -> list[Any]:
    found: list[Any] = _analyzer().parse(word.replace("ʼ", "'").replace("’", "'"))
    return found


@cache
def _analyzer() -> Any:
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer(lang="uk")


def _day(value: Any) -> date | None:
    found = getattr(value, "raw", value)
    if isinstance(found, datetime):
        return timezone.localdate(found, timezone=local_zone()) if timezone.is_aware(found) else found.date()
    return found if isinstance(found, date) else None


def _number(value: Any) -> Decimal | None:
    found = getattr(value, "raw", value)
    if isinstance(found, bool) or not isinstance(found, int | float | Decimal):
        return None
    return Decimal(str(found))


def _case(code: str) -> Callable[[Any], str]:
    return lambda value: in_case(value, code)


FILTERS: dict[str, Callable[..., Any]] = {
    "дата_словами": day_in_words,
    "дата_прописом": day_in_full,
    "сума_прописом": sum_in_words,
    "число_прописом": count_words,
    "гроші": money,
    "знаків": places,
    "ініціали": short_name,
    "з_великої": upper_first,
    "великими": lambda value: str(value).upper(),
    "малими": lambda value: str(value).lower(),
    "якщо_порожньо": lambda value, instead="": value or instead,
    "кількість": len,
    **{name: _case(code) for name, code in CASES.items()},
}
# What is said in Latin letters by those who know Jinja.
FILTERS |= {
    "upper": FILTERS["великими"], "lower": FILTERS["малими"], "default": FILTERS["якщо_порожньо"],
    "length": FILTERS["кількість"], "genitive": FILTERS["родовий"], "dative": FILTERS["давальний"],
    "date_words": day_in_words, "money_words": sum_in_words,
}  # fmt: skip
