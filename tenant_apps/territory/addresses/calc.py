"""How Ukrainian addresses are written: kinds of streets, house numbers, a whole address in one line (ID-016)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

from shared_apps.reference.folding import CYRILLIC_FOR_LATIN

ALPHABET = "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯ"
LARGEST_NUMBER = 9999


class StreetKind(NamedTuple):
    code: str
    short: str
    full: str
    forms: tuple[str, ...]


KINDS = (
    StreetKind("street", "вул.", "вулиця", ("вул", "вулиця", "вулиці", "ул", "в-ця")),
    StreetKind("avenue", "просп.", "проспект", ("просп", "проспект", "пр-т", "пр-кт", "прт", "пр")),
    StreetKind("boulevard", "бульв.", "бульвар", ("бульв", "бульвар", "бул", "б-р", "бр")),
    StreetKind("lane", "пров.", "провулок", ("пров", "провулок", "провул", "пр-к", "пров-к")),
    StreetKind("square", "пл.", "площа", ("пл", "площа")),
    StreetKind("maidan", "майдан", "майдан", ("майдан", "майд")),
    StreetKind("passage", "проїзд", "проїзд", ("проїзд", "пр-д", "прзд")),
    StreetKind("entry", "вʼїзд", "вʼїзд", ("вʼїзд", "в-д")),
    StreetKind("descent", "узвіз", "узвіз", ("узвіз", "узв")),
    StreetKind("highway", "шосе", "шосе", ("шосе", "ш")),
    StreetKind("road", "дорога", "дорога", ("дорога", "дор")),
    StreetKind("embankment", "наб.", "набережна", ("наб", "набережна")),
    StreetKind("blind_alley", "тупик", "тупик", ("тупик", "туп")),
    StreetKind("alley", "алея", "алея", ("алея", "ал")),
    StreetKind("line", "лінія", "лінія", ("лінія", "лін")),
    StreetKind("quarter", "кварт.", "квартал", ("кварт", "квартал", "кв-л")),
    StreetKind("microdistrict", "мкр.", "мікрорайон", ("мкр", "мкрн", "мікрорайон", "м-н", "мкр-н", "мр-н")),
    StreetKind("estate", "масив", "масив", ("масив", "ж/м", "житломасив")),
)
KIND_OF_CODE = {kind.code: kind for kind in KINDS}
_KIND_OF_FORM = {form: kind.code for kind in KINDS for form in kind.forms}

SETTLEMENT_FORMS = {"м": "M", "місто": "M", "с": "C", "село": "C", "смт": "X", "селище": "X", "сел": "X", "с-ще": "X"}
SETTLEMENT_SHORT = {"M": "м.", "K": "м.", "X": "селище", "T": "смт", "C": "с."}

_APOSTROPHES = str.maketrans(dict.fromkeys("'’`´ʹ′‘", "ʼ"))
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u0301]")
_LETTER = f"[{ALPHABET}]"
_NUMBER = re.compile(rf"([0-9]{{1,5}})({_LETTER}?)(?:/([0-9]{{1,4}})({_LETTER}?))?")
_CORPUS = re.compile(rf"([0-9]{{0,3}})({_LETTER}?)")


class NotANumber(ValueError):
    """What was written cannot be the number of a house; `text` is what was written."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


def tidy(text: str) -> str:
    """One apostrophe, one dash, one space, nothing invisible."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.translate(_APOSTROPHES).translate(_DASHES).split())


def kind_of(form: str) -> str:
    """The code of a kind of street by any of its spellings; '' when it is none."""
    return _KIND_OF_FORM.get(_mend(tidy(form)).casefold().rstrip("."), "")


def street_title(kind: str, name: str) -> str:
    found = KIND_OF_CODE.get(kind)
    return f"{found.short} {name}" if found else name


def kind_words(kind: str) -> str:
    """Spellings that are not the beginning of the short one: a street is found by any of them."""
    found = KIND_OF_CODE[kind]
    short = found.short.rstrip(".")
    return " ".join(
        form
        for form in found.forms
        if not short.startswith(form) and (form == found.full or "-" in form or len(form) < 3)
    )


def split_street(text: str) -> tuple[str, str]:
    """«вул.Соборна», «Соборна вул.», «Харківське шосе» → (kind, name); without a kind the first is ''."""
    text = tidy(text).strip(" ,")
    words = re.findall(r"[^\s.]+\.?", text) if "." in text else text.split()
    if len(words) > 1:
        if kind := kind_of(words[0]):
            return kind, text[len(words[0]) :].strip(" .,")
        last = words[-1]
        if (kind := kind_of(last)) and not last[:-1].isdigit():
            return kind, text[: -len(last)].strip(" ,")
    return "", text


def house_number(text: str) -> str:
    """«14-а», «14А», «14 a» (Latin) → «14А»; «2 / 1» → «2/1»; «б/н» and '' → ''."""
    cleaned = re.sub(r"[\s.№\"«»“”]", "", _upper(text))
    if cleaned in ("", "Б/Н", "БН"):
        return ""
    cleaned = re.sub(rf"(?<=\d)-(?={_LETTER})", "", cleaned).replace("\\", "/")
    match = _NUMBER.fullmatch(cleaned)
    if not match or not 0 < int(match[1]) <= LARGEST_NUMBER:
        raise NotANumber(text)
    whole, letter, part, part_letter = match.groups()
    return f"{int(whole)}{letter}" + (f"/{int(part)}{part_letter}" if part else "")


def corpus_number(text: str) -> str:
    """«корп. 3», «К3», «3-а» → «3», «3», «3А»."""
    cleaned = re.sub(r"^(?:КОРПУС|КОРП|КОР|К(?=\d)|БЛОК)", "", re.sub(r"[\s.№\-]", "", _upper(text)))
    match = _CORPUS.fullmatch(cleaned)
    if not match:
        raise NotANumber(text)
    return f"{int(match[1])}{match[2]}" if match[1] else match[2]


def premises_number(text: str) -> str:
    """«5 а», «5-а», «№5А» → «5А»; «Н-1», «12/3» stay."""
    cleaned = re.sub(r"[\s.№\"«»“”]", "", _upper(text))
    cleaned = re.sub(rf"(?<=[0-9])-(?={_LETTER}$)", "", cleaned)
    if not re.fullmatch(r"[\w/\-]{1,12}", cleaned):
        raise NotANumber(text)
    return cleaned


def number_key(number: str, corpus: str = "") -> str:
    """2, 2А, 2/1, 10: a text of one length whose order is the order of houses. The database computes the same."""
    match = _NUMBER.fullmatch(number)
    whole, letter, part, part_letter = match.groups() if match else ("0", "", "0", "")
    corpus_match = _CORPUS.fullmatch(corpus)
    corpus_whole, corpus_letter = corpus_match.groups() if corpus_match else ("", "")
    return (
        f"{int(whole):05}{int(part or 0):04}{_place(letter)}{_place(part_letter)}"
        f"{int(corpus_whole or 0):03}{_place(corpus_letter)}"
    )


def building_label(number: str, corpus: str = "") -> str:
    return (number or "б/н") + (f", корп. {corpus}" if corpus else "")


def is_postcode(text: str) -> bool:
    """Five digits; no Ukrainian index begins with 00."""
    return bool(re.fullmatch(r"(?!00)[0-9]{5}", text))


@dataclass(frozen=True, slots=True)
class Parts:
    """A line taken apart; what was not written is ''."""

    postcode: str = ""
    settlement_kind: str = ""
    settlement: str = ""
    street_kind: str = ""
    street: str = ""
    number: str = ""
    corpus: str = ""
    entrance: str = ""
    premises_kind: str = ""
    premises: str = ""


_ABOVE = re.compile(
    r"(?:^|(?<=[,;]))\s*(?:україна|[\w'ʼ-]+\s+(?:область|обл\.?|район|р-н\.?)|(?:обл|р-н)\.?\s+[\w'ʼ-]+"
    r"|[\w'ʼ-]+(?:\s+(?:міська|селищна|сільська))?(?:\s+територіальна)?\s+(?:громада|тг|отг))\s*(?=[,;]|$)",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"(?<![\w№/-])(?<!буд\. )(?<!буд )(\d{5})(?![\w/-])")
_STREET_FORMS = "|".join(sorted((re.escape(form) for form in _KIND_OF_FORM), key=len, reverse=True))
_SETTLEMENT = re.compile(
    rf"(?:^|(?<=[,;]))\s*(м|місто|село|смт|селище|сел|с-ще|с)(?:\.\s*|\s+)"
    rf"([^,;\d]+?)\s*(?=[,;]|$|\s(?:{_STREET_FORMS})[. ])",
    re.IGNORECASE,
)
_PREMISES = {
    "flat": r"квартира|кв|к-ра",
    "room": r"кімната|кімн|кім",
    "office": r"офіс|оф|приміщення|прим",
}
_PREMISES_AT_END = re.compile(
    r"[\s,;]+(?:" + "|".join(f"(?P<{kind}>{forms})" for kind, forms in _PREMISES.items()) + r")\.?\s*№?\s*"
    r"(?P<number>\d{1,5}\s?-?\s?[^\W\d_]?)$",
    re.IGNORECASE,
)
_ENTRANCE_AT_END = re.compile(r"[\s,;]+(?:підʼ?їзд|під|п-д|секція|секц)\.?\s*№?\s*(?P<number>\d{1,3})$", re.IGNORECASE)
_CORPUS_AT_END = re.compile(
    r"[\s,;]+(?:корпус|корп|кор|блок|к)\.?\s*№?\s*(?P<number>\d{1,3}\s?-?[^\W\d_]?|[^\W\d_])$", re.IGNORECASE
)
_HOUSE = r"\d{1,4}(?:\s?-?\s?[^\W\d_](?![\w.]))?(?:\s?[/\\]\s?\d{1,4}(?:\s?-?\s?[^\W\d_](?!\w))?)?|б/н"
_HOUSE_AT_END = re.compile(
    rf"(?:^|[\s,;]+)(?P<marked>(?:будинок|буд|дім|д|б)\.?\s*№?\s*|№\s*)?(?P<number>{_HOUSE})"
    r"(?:(?P<dash>\s?-\s?|,\s*)(?P<flat>\d{1,4}))?$",
    re.IGNORECASE,
)


def parse_address(line: str) -> Parts:
    """Whatever order and abbreviations people use; what is not understood stays in the name of the street."""
    given: dict[str, str] = {}
    rest = _ABOVE.sub(" ", tidy(line)).strip(" ,;.")
    if postcode := _POSTCODE.search(rest):
        given["postcode"] = postcode[1]
        rest = rest[: postcode.start()].rstrip(" ,;") + ", " + rest[postcode.end() :].lstrip(" ,;")
        rest = rest.strip(" ,;")
    if place := _SETTLEMENT.search(rest):
        given["settlement_kind"] = SETTLEMENT_FORMS[place[1].casefold()]
        given["settlement"] = place[2].strip()
        rest = f"{rest[: place.start()]}, {rest[place.end() :]}"
        rest = rest.strip(" ,;")
    rest = _take_tail(rest, given)
    pieces = [piece.strip(" .") for piece in re.split(r"[,;]", rest) if piece.strip(" .")]
    if pieces:
        street = next((piece for piece in pieces if split_street(piece)[0]), pieces[-1])
        given["street_kind"], given["street"] = split_street(street)
        if "settlement" not in given and pieces[0] != street:
            given["settlement"] = pieces[0]
    return Parts(**given)


def _take_tail(rest: str, given: dict[str, str]) -> str:
    """From the end: flat, entrance, corpus, house."""
    if found := _PREMISES_AT_END.search(rest):
        given["premises_kind"] = next(kind for kind in _PREMISES if found[kind])
        given["premises"] = premises_number(found["number"])
        rest = rest[: found.start()]
    if found := _ENTRANCE_AT_END.search(rest):
        given["entrance"] = str(int(found["number"]))
        rest = rest[: found.start()]
    try:
        if (found := _CORPUS_AT_END.search(rest)) and re.search(r"\d", rest[: found.start()]):
            given["corpus"] = corpus_number(found["number"])
            rest = rest[: found.start()]
        found = _HOUSE_AT_END.search(rest)
        if not found or not (found.start() or found["marked"]):
            return rest
        given["number"] = house_number(found["number"])
    except NotANumber:
        return rest
    if found["flat"] and "premises" not in given:
        given["premises_kind"], given["premises"] = "flat", str(int(found["flat"]))
    rest = rest[: found.start()]
    return rest.strip(" ,;")


def _place(letter: str) -> str:
    return f"{ALPHABET.index(letter) + 1:02}" if letter else "00"


def _mend(text: str) -> str:
    """Latin letters that look like Ukrainian ones, typed by mistake."""
    return text.translate(CYRILLIC_FOR_LATIN)


def _upper(text: str) -> str:
    return _mend(tidy(text)).upper()
