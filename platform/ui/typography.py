"""Ukrainian typesetting of plain text: what must stay on one line, quotation marks, the apostrophe, the minus."""

from __future__ import annotations

import re

NBSP = "\N{NO-BREAK SPACE}"
_LETTER = "А-Яа-яІіЇїЄєҐґ"

_SHORTENINGS = "вул|пл|пров|просп|бульв|буд|кв|корп|оф|м|с|смт|обл|р|ст|п|пп|ч|див|напр|тел|ім"
_UNITS = "грн|₴|коп|млн|млрд|тис|%|°C|м²|м³|км²|км|см|мм|м|га|кг|г|т|л|кВт·год|Гкал|год|хв|с|шт|ос|кБ|МБ|ГБ"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # дім'я, п’ять → ʼ, the letter apostrophe, at which a word is neither broken nor cut in search
    (re.compile(rf"(?<=[{_LETTER}])['’`](?=[{_LETTER}])"), "ʼ"),
    (re.compile(r'(^|[\s(\[—–-])"(?=\S)'), r"\1«"),
    (re.compile(r'(?<=[\w.!?…»)%])"'), "»"),
    (re.compile(r"(^|[\s(])-(?=\d)"), r"\1−"),
    (re.compile(r"(?<=\S) - (?=\S)"), f"{NBSP}— "),
    (re.compile(r"(?<=\S) (?=—)"), NBSP),
    (re.compile(r"([№§]) ?(?=\d)"), rf"\1{NBSP}"),
    (re.compile(rf"\b({_SHORTENINGS})\. (?=\S)", re.IGNORECASE), rf"\1.{NBSP}"),
    # Initials stay together and with the surname, on whichever side it stands.
    (re.compile(rf"\b([А-ЯІЇЄҐ])\.[ {NBSP}]?([А-ЯІЇЄҐ])\.[ {NBSP}](?=[А-ЯІЇЄҐ])"), rf"\1.{NBSP}\2.{NBSP}"),
    (re.compile(rf"(?<=[{_LETTER}])[ {NBSP}]([А-ЯІЇЄҐ])\.[ {NBSP}]?([А-ЯІЇЄҐ])\."), rf"{NBSP}\1.{NBSP}\2."),
    (re.compile(rf"(?<=\d) (?=(?:{_UNITS})(?:\W|$))"), NBSP),
    (re.compile(r"(\+380) (\d\d) (\d{3}) (\d\d) (\d\d)"), NBSP.join((r"\1", r"\2", r"\3", r"\4", r"\5"))),
    (re.compile(r"(?<=\d) (?=\d{3}(?:\D|$))"), NBSP),
    (re.compile(rf"(?<![\w])([{_LETTER}]) (?=\S)"), rf"\1{NBSP}"),
)


def typeset(text: str) -> str:
    """The same words, set as a printer would; safe to apply twice."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
