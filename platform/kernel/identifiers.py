"""Codes of people, organisations, banks, documents and phones: their one written form and their arithmetic.

No Django here. `normalised_…` turns what people type or paste into the form that is kept, and leaves what it
does not understand as it was, for a validator to name. `is_…` answers yes or no; `…_fault` says what is wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

TREASURY_MFO = "899998"

_NOISE = re.compile(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff.()\-\u2010-\u2015\u2212]")
_DIGIT_FOR_LETTER = str.maketrans("OoОоIlІі|", "000011111")
_LATIN_FOR_CYRILLIC = str.maketrans("АВСЕНІКМОРТХУ", "ABCEHIKMOPTXY")
_CYRILLIC_FOR_LATIN = str.maketrans("ABCEHIKMOPTXY", "АВСЕНІКМОРТХУ")


class Fault(StrEnum):
    LENGTH = "length"
    LETTERS = "letters"
    SHAPE = "shape"
    CHECKSUM = "checksum"
    DATE = "date"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


def compact(text: str) -> str:
    """Without spaces, hyphens, dots, brackets and invisible marks; full-width digits become plain ones."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text.replace("№", "")))


def digits(text: str) -> str:
    """A code that can only be digits: O typed for zero and I for one are cured."""
    return compact(text).translate(_DIGIT_FOR_LETTER)


def latin(text: str) -> str:
    """A code whose letters are Latin: Cyrillic look-alikes are cured."""
    return compact(text).upper().translate(_LATIN_FOR_CYRILLIC)


def cyrillic(text: str) -> str:
    """A code whose letters are Cyrillic: Latin look-alikes are cured."""
    return compact(text).upper().translate(_CYRILLIC_FOR_LATIN)


def _weighed(weights: Sequence[int], code: str) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, code, strict=False))


def _shape_fault(code: str, length: int) -> Fault | None:
    if not re.fullmatch(r"[0-9]+", code):
        return Fault.LETTERS
    return Fault.LENGTH if len(code) != length else None


# -- ЄДРПОУ (ID-001) --------------------------------------------------------------------------------


def edrpou_check_digit(code: str) -> str:
    """Of the first seven digits; an eighth is used only to see which weights the number asks for."""
    whole = int(code[:7]) * 10 + (int(code[7]) if len(code) > 7 else 0)
    weights = (7, 1, 2, 3, 4, 5, 6) if 30_000_000 <= whole <= 60_000_000 else (1, 2, 3, 4, 5, 6, 7)
    rest = _weighed(weights, code) % 11
    if rest == 10:
        rest = _weighed([weight + 2 for weight in weights], code) % 11
    return str(rest % 10)


def edrpou_fault(code: str) -> Fault | None:
    return _shape_fault(code, 8) or (Fault.CHECKSUM if edrpou_check_digit(code) != code[7] else None)


def is_edrpou(code: str) -> bool:
    return edrpou_fault(code) is None


def normalised_edrpou(text: str) -> str:
    """Leading zeros that a spreadsheet ate come back, where the check digit agrees that they were there."""
    code = digits(text)
    whole = code.zfill(8)
    return whole if 4 <= len(code) < 8 and is_edrpou(whole) else code


def complete_edrpou(first_seven: str) -> str:
    return first_seven + edrpou_check_digit(first_seven)


# -- РНОКПП (ID-002) --------------------------------------------------------------------------------

_BEFORE_DAY_ONE = date(1899, 12, 31)
_RNOKPP_WEIGHTS = (-1, 5, 7, 9, 4, 6, 10, 5, 7)


def rnokpp_check_digit(code: str) -> str:
    return str(_weighed(_RNOKPP_WEIGHTS, code) % 11 % 10)


def rnokpp_fault(code: str) -> Fault | None:
    return _shape_fault(code, 10) or (Fault.CHECKSUM if rnokpp_check_digit(code) != code[9] else None)


def is_rnokpp(code: str) -> bool:
    return rnokpp_fault(code) is None


def normalised_rnokpp(text: str) -> str:
    """With the leading zero of those born before 1927, where the check digit agrees."""
    code = digits(text)
    whole = code.zfill(10)
    return whole if len(code) == 9 and is_rnokpp(whole) else code


def rnokpp_birth_date(code: str) -> date:
    return _BEFORE_DAY_ONE + timedelta(days=int(code[:5]))


def rnokpp_sex(code: str) -> Sex:
    return Sex.MALE if int(code[8]) % 2 else Sex.FEMALE


def complete_rnokpp(birth_date: date, serial: str) -> str:
    """`serial` is four digits; the last of them is odd for a man."""
    first = f"{(birth_date - _BEFORE_DAY_ONE).days:05}{serial}"
    return first + rnokpp_check_digit(first)


# -- УНЗР (ID-003) ----------------------------------------------------------------------------------


def normalised_unzr(text: str) -> str:
    code = digits(text)
    return f"{code[:8]}-{code[8:]}" if re.fullmatch(r"[0-9]{13}", code) else code


def unzr_fault(unzr: str) -> Fault | None:
    """Only what cannot be: the control digit is a matter of `unzr_check_digit`, and of a warning."""
    code = unzr.replace("-", "", 1)
    if fault := _shape_fault(code, 13):
        return fault
    return None if _calendar_date(code[:8]) else Fault.DATE


def unzr_birth_date(unzr: str) -> date | None:
    return _calendar_date(unzr[:8])


def unzr_check_digit(unzr: str) -> str:
    """ICAO 7-3-1 over the first twelve digits."""
    return str(_weighed((7, 3, 1) * 4, unzr.replace("-", "", 1)[:12]) % 10)


def _calendar_date(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


# -- documents (ID-004) -----------------------------------------------------------------------------


class DocumentKind(StrEnum):
    ID_CARD = "id_card"
    PASSPORT = "passport"
    FOREIGN_PASSPORT = "foreign_passport"
    BIRTH_CERTIFICATE = "birth_certificate"
    RESIDENCE_PERMIT = "residence_permit"
    DRIVER_LICENCE = "driver_licence"


_LETTER = "[А-ЩЬЮЯҐЄІЇ]"
_DOCUMENT_FORMS = {
    DocumentKind.ID_CARD: r"[0-9]{9}",
    DocumentKind.PASSPORT: rf"{_LETTER}{{2}}[0-9]{{6}}",
    DocumentKind.FOREIGN_PASSPORT: r"[A-Z]{2}[0-9]{6}",
    DocumentKind.BIRTH_CERTIFICATE: rf"[IVXLC]{{1,6}}-{_LETTER}{{2}}[0-9]{{6}}",
    DocumentKind.RESIDENCE_PERMIT: rf"[0-9]{{9}}|{_LETTER}{{2}}[0-9]{{5,6}}",
    DocumentKind.DRIVER_LICENCE: rf"{_LETTER}{{3}}[0-9]{{6}}",
}
# A series is written with a hyphen, and its Roman numeral comes typed with whatever letters are at hand.
_BIRTH_CERTIFICATE = re.compile(r"^\s*([^\W_]+?)\s*[-\u2010-\u2015\u2212]\s*(\D*?)\s*([0-9]+)\s*$")
_ROMAN = str.maketrans("1ІХСУ", "IIXCV")


def normalised_document(kind: DocumentKind, text: str) -> str:
    """«кн № 123 456», typed in any alphabet, is КН123456; «1-бк 123456» is I-БК123456."""
    match kind:
        case DocumentKind.ID_CARD:
            return digits(text)
        case DocumentKind.FOREIGN_PASSPORT:
            return latin(text)
        case DocumentKind.BIRTH_CERTIFICATE:
            found = _BIRTH_CERTIFICATE.match(unicodedata.normalize("NFKC", text.replace("№", "")).upper())
            if not found:
                return compact(text).upper()
            roman, series, number = found.groups()
            return f"{roman.translate(_ROMAN)}-{cyrillic(series)}{number}"
        case _:
            return cyrillic(text)


def is_document(kind: DocumentKind, number: str) -> bool:
    return re.fullmatch(_DOCUMENT_FORMS[kind], number) is not None


def is_issuing_authority(code: str) -> bool:
    return re.fullmatch(r"[0-9]{4}", code) is not None


# -- bank accounts (ID-005, ID-006) -----------------------------------------------------------------

_U, _A = "30", "10"


def normalised_iban(text: str) -> str:
    code = latin(text)
    return code[:2] + code[2:].translate(_DIGIT_FOR_LETTER)


def iban_fault(iban: str) -> Fault | None:
    if not re.fullmatch(r"UA[0-9]*", iban):
        return Fault.LETTERS
    if len(iban) != 29:
        return Fault.LENGTH
    return None if int(f"{iban[4:]}{_U}{_A}{iban[2:4]}") % 97 == 1 else Fault.CHECKSUM


def is_iban(iban: str) -> bool:
    return iban_fault(iban) is None


def iban_mfo(iban: str) -> str:
    return iban[4:10]


def iban_account(iban: str) -> str:
    """The number inside the bank, without the zeros it was padded with."""
    return iban[10:].lstrip("0") or "0"


def is_treasury(iban: str) -> bool:
    return iban_mfo(iban) == TREASURY_MFO


def complete_iban(mfo: str, account: str) -> str:
    bank_part = mfo + account.zfill(19)
    return f"UA{98 - int(f'{bank_part}{_U}{_A}00') % 97:02}{bank_part}"


def shown_iban(iban: str) -> str:
    """UA45 3052 9900 …: in fours, as it is read aloud."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def is_mfo(code: str) -> bool:
    return re.fullmatch(r"[0-9]{6}", code) is not None


# -- phones (ID-015) --------------------------------------------------------------------------------


def normalised_phone(text: str) -> str:
    """E.164 out of what people write: «067 123-45-67», «80671234567», «(05363) 2-12-34»."""
    typed = compact(text)
    number = typed.removeprefix("+")
    for beginning in ("00380", "380", "80", "0", ""):
        rest = number.removeprefix(beginning)
        if number.startswith(beginning) and re.fullmatch(r"[1-9][0-9]{8}", rest):
            return f"+380{rest}"
    return typed


def is_phone(number: str) -> bool:
    return re.fullmatch(r"\+380[1-9][0-9]{8}", number) is not None


def shown_phone(number: str) -> str:
    """+380 67 123-45-67: the way people read a number aloud."""
    return f"{number[:4]} {number[4:6]} {number[6:9]}-{number[9:11]}-{number[11:]}" if number else ""


# -- tax and activity -------------------------------------------------------------------------------


def is_vat_number(number: str) -> bool:
    """ІПН: ten digits of an entrepreneur, twelve of an organisation."""
    return re.fullmatch(r"[0-9]{10}|[0-9]{12}", number) is not None


def normalised_kved(text: str) -> str:
    """«8411», «84,11» and «84.11» are one class (ID-010)."""
    code = digits(text).replace(",", "")
    return f"{code[:2]}.{code[2:]}" if re.fullmatch(r"[0-9]{4}", code) else code


def is_kved(code: str) -> bool:
    return re.fullmatch(r"[0-9]{2}\.[0-9]{2}", code) is not None
