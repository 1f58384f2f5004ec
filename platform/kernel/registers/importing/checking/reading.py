"""A text from a cell as a value of a field, for what plain SQL does not read; and what to advise where it is none."""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.registers.facets import Facet
from kernel.registers.importing.reading.tables import UNCOUNTED
from kernel.search.folding import fold
from kernel.text import mixes_alphabets

YES = frozenset(("так", "т", "+", "1", "true", "yes", "y", "є", "істина", "v", "✓", "✔", "да"))
NO = frozenset(("ні", "н", "-", "–", "—", "0", "false", "no", "n", "немає", "нема", "хибність", "x", "х", "✗"))
# What people and scanners write for digits.
DIGITS = str.maketrans("OoОоQЗзIlІі|бЅSs", "0000033111116555")
TO_CYRILLIC = str.maketrans("aceikopxyABCEHIKMOPTXY", "асеікорхуАВСЕНІКМОРТХУ")
TO_LATIN = str.maketrans("асеікорхуАВСЕНІКМОРТХУ", "aceikopxyABCEHIKMOPTXY")
_UNITS = re.compile(r"(?:\s*(?:грн\.?|₴|uah|м²|м2|кв\.?\s?м\.?|м|га|км|шт\.?|осіб|%|тис\.?))+$", re.IGNORECASE)
_GROUPS = re.compile(r"(?<=\d)['’ʼ`\s](?=\d{3}(?:\D|$))")
_WKT = re.compile(
    r"\s*(?:SRID=\d+;)?\s*(?:MULTI)?(?:POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)\s*\(.*\)\s*$",
    re.IGNORECASE | re.DOTALL,
)
_EXCEL_EPOCH = date(1899, 12, 30)
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("січ", "лют", "берез", "квіт", "трав", "черв", "лип", "серп", "верес", "жовт", "листоп", "груд"), 1
    )
    for name in [names]
}
# Every third of a century is written so by somebody: 00–49 are of this one.
_PIVOT = 50
SRID = 4326


@dataclass(frozen=True, slots=True)
class Reading:
    """`value` is text the database casts; a message with a value is only a warning."""

    value: str | None
    message: str = ""
    advice: str = ""


class Unread(ValueError):
    """Not a value of this kind; `advice` is what was probably meant."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


def read(facet: Facet, text: str) -> Reading:
    if text == UNCOUNTED:
        return Reading(
            None, _("Формулу в клітинці ще не пораховано. Відкрийте файл, збережіть його або впишіть значення.")
        )
    if re.fullmatch(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|Н/Д)", text):
        return Reading(None, _("У клітинці помилка формули %(value)s. Виправте її у файлі.") % {"value": text})
    try:
        value = _READERS[facet.kind](facet, text)
        return _accepted(facet, text, value)
    except Unread as refused:
        return Reading(None, str(refused), refused.advice or _repaired(facet, text))
    except ValidationError as refused:
        return Reading(None, _worded(facet, refused), _repaired(facet, text))


def _worded(facet: Facet, refused: ValidationError) -> str:
    """The library's own sentences do not say what to do next."""
    first = refused.error_list[0]
    limit = (first.params or {}).get("limit_value")
    match first.code:
        case "min_value":
            return _("Замало: найменше можна %(limit)s. Виправте число.") % {"limit": limit}
        case "max_value":
            return _("Забагато: найбільше можна %(limit)s. Виправте число.") % {"limit": limit}
        case "invalid" if facet.kind == "email":
            return _("Це не електронна адреса. Впишіть її цілком, напр. golova@hromada.gov.ua.")
    return " ".join(refused.messages)


def _accepted(facet: Facet, text: str, value: Any) -> Reading:
    if facet.kind not in ("point", "geometry"):
        value = facet.field.clean(value, None)
    stored = _stored(value)
    if isinstance(value, str) and mixes_alphabets(value):
        for table in (TO_CYRILLIC, TO_LATIN):
            if not mixes_alphabets(mended := value.translate(table)):
                return Reading(stored, _("Схожі літери двох абеток в одному слові: пошук такого не знайде."), mended)
    return Reading(stored)


def _stored(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def _repaired(facet: Facet, text: str) -> str:
    """The same text with look-alikes put right, if then it is a good value."""
    for candidate in _candidates(facet, text):
        try:
            accepted = _accepted(facet, candidate, _READERS[facet.kind](facet, candidate))
        except (Unread, ValidationError):
            continue
        if accepted.value is not None and not accepted.message:
            return _shown(facet, accepted.value, candidate)
    return ""


def _candidates(facet: Facet, text: str) -> Iterator[str]:
    if facet.kind in ("integer", "decimal", "money", "date", "moment"):
        tables = [DIGITS]
    elif facet.kind == "choice" or facet.kind == "boolean":
        tables = [TO_CYRILLIC, TO_LATIN]
    else:
        tables = [DIGITS, TO_CYRILLIC, TO_LATIN]
    bare = _UNITS.sub("", text)
    for table in tables:
        mended = text.translate(table)
        forms = [mended, bare.translate(table)]
        if facet.kind in ("text", "code"):
            forms.append(re.sub(r"\W", "", mended))
        for form in dict.fromkeys(forms):
            if form and form != text:
                yield form


def _shown(facet: Facet, value: str, candidate: str) -> str:
    if facet.kind in ("decimal", "money"):
        return f"{Decimal(value):.{max(facet.decimals, 1)}f}".replace(".", ",")
    if facet.kind == "date":
        return f"{date.fromisoformat(value):%d.%m.%Y}"
    return value if facet.kind in ("integer",) else candidate


# -- kinds ------------------------------------------------------------------------------------------


def _text(facet: Facet, text: str) -> str:
    longest = facet.max_length
    # A column may keep one form of a code however it is written: «(067) 123-45-67» is thirteen characters there.
    if longest and len(text) > longest and len(str(facet.field.to_python(text))) > longest:
        raise Unread(
            _("Задовгий текст: знаків %(count)d, а вміщується %(limit)d. Скоротіть його.")
            % {"count": len(text), "limit": longest}
        )
    return text


def _number(text: str) -> Decimal:
    bare = _UNITS.sub("", _GROUPS.sub("", text.strip())).replace("\u2212", "-")
    bare = _GROUPS.sub("", _GROUPS.sub("", bare)).replace(" ", "")
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+\.\d+", bare):
        bare = bare.replace(",", "")
    elif re.fullmatch(r"-?\d{1,3}(?:\.\d{3})+,\d+", bare):
        bare = bare.replace(".", "")
    bare = bare.replace(",", ".")
    if not re.fullmatch(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?", bare):
        zero = re.search(r"\d\s*[OoОо]|[OoОо]\s*[\d,.]", text)
        raise Unread(
            _("Літера «О» замість нуля.")
            if zero
            else _("«%(value)s» — не число. Впишіть цифрами, напр. 12,5.") % {"value": text[:60]}
        )
    try:
        return Decimal(bare)
    except InvalidOperation:
        raise Unread(_("«%(value)s» — не число. Впишіть цифрами, напр. 12,5.") % {"value": text[:60]}) from None


def _integer(facet: Facet, text: str) -> int:
    number = _number(text)
    if number != number.to_integral_value():
        raise Unread(_("Тут потрібне ціле число, а є дробова частина."), str(round(number)))
    return int(number)


def _decimal(facet: Facet, text: str) -> Decimal:
    number = _number(text)
    places = facet.decimals
    if number.is_finite() and -number.as_tuple().exponent > places:  # type: ignore[operator]
        rounded = round(number, places)
        if rounded != number:
            raise Unread(
                _("Знаків після коми більше, ніж %(count)d. Округліть число.") % {"count": places},
                f"{rounded:.{places}f}".replace(".", ","),
            )
        number = rounded
    digits = getattr(facet.field, "max_digits", None)
    if digits and abs(number) >= Decimal(10) ** (digits - places):
        raise Unread(_("Завелике число: до коми вміщується %(count)d цифр.") % {"count": digits - places})
    return number


def _date(facet: Facet, text: str) -> date:
    text = re.sub(r"\s*(?:р\.?|року)$", "", text.strip())
    if found := re.fullmatch(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[T ]\d{1,2}:\d\d.*)?", text):
        return _day(*map(int, found.groups()))
    if found := re.fullmatch(r"(\d{1,2})\s*[./\- ]\s*(\d{1,2})\s*[./\- ]\s*(\d{4}|\d{2})(?:\s+\d{1,2}:\d\d.*)?", text):
        return _day(_year(found[3]), int(found[2]), int(found[1]))
    if found := re.fullmatch(r"(\d{1,2})\s+([^\W\d_]+)\.?\s+(\d{4})", text):
        month = next((number for name, number in _MONTHS.items() if found[2].lower().startswith(name)), 0)
        if month:
            return _day(int(found[3]), month, int(found[1]))
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text) and 20_000 <= float(text) <= 80_000:
        # A serial number: a date whose cell was formatted as a number.
        return _EXCEL_EPOCH + timedelta(days=int(float(text)))
    if re.search(r"\d[OoОо]|[OoОо]\d", text):
        raise Unread(_("Літера «О» замість нуля."))
    raise Unread(_("«%(value)s» — не дата. Впишіть день, місяць і рік, напр. 31.12.2026.") % {"value": text[:60]})


def _year(text: str) -> int:
    number = int(text)
    return number if len(text) == 4 else number + (2000 if number < _PIVOT else 1900)


def _day(year: int, month: int, day: int) -> date:
    if not 1800 <= year <= 2200:
        raise Unread(_("Рік %(year)d — певно, помилка. Впишіть рік чотирма цифрами.") % {"year": year})
    if not 1 <= month <= 12:
        swapped = f"{month:02}.{day:02}.{year}" if 1 <= day <= 12 and 1 <= month <= 31 else ""
        raise Unread(_("Місяця %(month)d не буває.") % {"month": month}, swapped)
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        advice = f"{last:02}.{month:02}.{year}" if day > last else ""
        raise Unread(
            _("У місяці %(month)02d.%(year)d днів %(last)d.") % {"month": month, "year": year, "last": last}, advice
        )
    return date(year, month, day)


def _moment(facet: Facet, text: str) -> datetime:
    found = re.search(r"(?<=[T ])(\d{1,2}):(\d\d)(?::(\d\d))?", text)
    day = _date(facet, text)
    hour, minute, second = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    if hour > 23 or minute > 59 or second > 59:
        raise Unread(
            _("Часу %(value)s не буває. Впишіть години й хвилини, напр. 14:30.")
            % {"value": found[0] if found else text}
        )
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute, second))  # noqa: DTZ001


def _boolean(facet: Facet, text: str) -> bool:
    word = text.strip().casefold().rstrip(".")
    if word in YES:
        return True
    if word in NO:
        return False
    raise Unread(_("«%(value)s» — не «так» і не «ні». Впишіть одне з них.") % {"value": text[:60]})


def _choice(facet: Facet, text: str) -> str:
    if text in facet.choices:
        return text
    folded = " ".join(fold(text).split())
    for code, label in facet.choices.items():
        if folded in (" ".join(fold(label).split()), fold(code)):
            return code
    words = list(facet.choices.values())
    near = next((label for label in words if folded and fold(label).startswith(folded[:4])), "")
    raise Unread(
        _("Такого значення немає. Можна: %(values)s.")
        % {"values": ", ".join(words[:12]) + ("…" if len(words) > 12 else "")},
        near,
    )


def _point(facet: Facet, text: str) -> str:
    numbers = re.fullmatch(r"\s*(-?\d{1,3}(?:[.,]\d+)?)°?\s*[,; ]\s*(-?\d{1,3}(?:[.,]\d+)?)°?\s*", text)
    if numbers:
        lat, lon = (float(one.replace(",", ".")) for one in numbers.groups())
    else:
        shape = _shape(text)
        if shape.geom_type != "Point":
            raise Unread(_("Тут потрібна точка, а у файлі інша фігура. Впишіть широту й довготу."))
        lon, lat = shape.x, shape.y  # type: ignore[attr-defined]
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Unread(_("Таких координат не буває. Впишіть широту й довготу, напр. 49,5883, 34,5514."))
    if 22 <= lat <= 41 and 44 <= lon <= 53:
        raise Unread(_("Схоже, широту й довготу переставлено."), f"{lon}, {lat}")
    return f"SRID={SRID};POINT({lon} {lat})"


def _geometry(facet: Facet, text: str) -> str:
    shape = _shape(text)
    wanted = str(getattr(facet.field, "geom_type", "GEOMETRY")).upper()
    found = shape.geom_type.upper()
    if wanted not in ("GEOMETRY", found):
        if wanted != f"MULTI{found}":
            raise Unread(_("Фігура %(found)s не підходить, потрібна %(wanted)s.") % {"found": found, "wanted": wanted})
        inner = shape.wkt.split(" ", 1)[1]
        return f"SRID={SRID};{wanted}({inner})"
    return f"SRID={SRID};{shape.wkt}"


def _shape(text: str) -> GEOSGeometry:
    try:
        if text.startswith("{"):
            json.loads(text)
        elif not _WKT.match(text):
            # The library would write its complaint into the log of the server.
            raise ValueError(text)
        shape = GEOSGeometry(text)
        if shape.empty or not shape.valid:
            raise Unread(_("Фігура порожня або сама себе перетинає. Виправте її на мапі."))
    except (ValueError, GEOSException, TypeError) as broken:
        if isinstance(broken, Unread):
            raise
        raise Unread(_("Не координати. Впишіть широту й довготу, напр. 49,5883, 34,5514, або WKT.")) from None
    return shape


_READERS: dict[str, Callable[[Facet, str], Any]] = {
    "text": _text,
    "long_text": _text,
    "code": _text,
    "email": lambda facet, text: _text(facet, text.strip().rstrip(".").lower()),
    "phone": _text,
    "integer": _integer,
    "decimal": _decimal,
    "money": _decimal,
    "date": _date,
    "moment": _moment,
    "boolean": _boolean,
    "choice": _choice,
    "point": _point,
    "geometry": _geometry,
}
