"""Figures as words: short sums, changes with their tone."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from kernel.indicators.catalogue import Declared
from ui.numerals import written

MILLION = Decimal(1_000_000)


def rounded(value: Decimal, one: Declared) -> Decimal:
    places = one.indicator.decimals if value % 1 else 0
    return value.quantize(Decimal(1).scaleb(-places))


def told(value: Decimal | None, one: Declared) -> tuple[str, str]:
    """The figure and its unit: «11,9» «млн ₴»."""
    if value is None:
        return "—", ""
    if abs(value) >= MILLION:
        unit = _("млн %(unit)s") % {"unit": one.unit} if one.unit else _("млн")
        return written(value / MILLION, 1), unit
    if abs(value) >= 10_000:
        return written(value, 0), one.unit
    return written(rounded(value, one)), one.unit


def sentence(value: Decimal | None, one: Declared) -> str:
    text, unit = told(value, one)
    return f"{text}\xa0{unit}" if unit else text


def difference(now: Decimal, before: Decimal, one: Declared) -> str:
    """«+2,1 в. п.» of shares, «−0,4 млн ₴» of the rest."""
    change = now - before
    if one.unit == "%":
        return f"{'+' if change > 0 else ''}{written(change, 1)}\xa0{_('в. п.')}"
    return f"{'+' if change > 0 else ''}{sentence(change, one)}"


def tone_of(now: Decimal, before: Decimal, good: bool | None) -> str:
    if good is None or now == before:
        return ""
    return "ok" if (now > before) == good else "bad"
