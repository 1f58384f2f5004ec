"""How figures are written: groups of three, a comma, a true minus; kopecks and units set apart so that they may recede."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ui.typography import NBSP

MINUS = "\N{MINUS SIGN}"
ABSENT = mark_safe('<span class="none">—</span>')


def parts(value: Decimal | int | float, places: int | None = None) -> tuple[str, str]:
    """−3853.576, 2 → «−3 853», «,58»."""
    number = Decimal(str(value))
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    whole, _dot, fraction = f"{abs(number):f}".partition(".")
    sign = MINUS if number < 0 else ""
    return f"{sign}{int(whole):,}".replace(",", NBSP), f",{fraction}" if fraction else ""


def written(value: Any, places: int | None = None) -> str:
    """A number as words of a sentence; anything else as it is."""
    return "".join(parts(value, places)) if is_number(value) else str(value)


def is_number(value: Any) -> bool:
    return isinstance(value, Decimal | int | float) and not isinstance(value, bool)


def quiet(value: Any, unit: str = "", places: int | None = None, *, kopecks: bool = False) -> SafeString:
    """The figure with its quiet unit; in a sum of money the kopecks are quiet too."""
    tail = format_html('{}<span class="unit">{}</span>', NBSP, unit) if unit else ""
    if not is_number(value):
        return format_html("{}{}", value, tail)
    whole, fraction = parts(value, places)
    if fraction and kopecks:
        fraction = format_html('<span class="fine">{}</span>', fraction)
    return format_html("{}{}{}", whole, fraction, tail)
