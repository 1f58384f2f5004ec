"""A text as a value of a kind: for defaults, and for turning one kind into another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

_YES, _NO = {"так", "yes", "true", "1", "+"}, {"ні", "no", "false", "0", "-"}
_SPACES = re.compile(r"[\s\u00a0\u202f'’]")
_DAY = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$")


class Unreadable(ValueError):
    """Not a value of the kind; the message says what would be."""


def read(kind: str, text: str, options: Sequence[tuple[str, str]] = (), decimals: int = 0) -> Any:
    text = text.strip()
    if kind == "text":
        return text
    if kind in ("number", "money"):
        return _figure(text, 2 if kind == "money" else decimals)
    if kind == "date":
        return _day(text)
    if kind == "boolean":
        if text.casefold() in _YES | _NO:
            return text.casefold() in _YES
        raise Unreadable(_("тут має бути «так» або «ні»"))
    if kind == "choice":
        for code, words in options:
            if text in (code, words) or text.casefold() == words.casefold():
                return code
        raise Unreadable(_("такого варіанта немає"))
    raise Unreadable(_("у цей вид текст не перетворити"))


def _figure(text: str, decimals: int) -> Decimal:
    try:
        found = Decimal(_SPACES.sub("", text).removesuffix("₴").removesuffix("грн").replace(",", "."))
    except InvalidOperation:
        raise Unreadable(_("тут має бути число")) from None
    if not found.is_finite() or abs(found) >= Decimal(10) ** 12:
        raise Unreadable(_("завелике число"))
    if found != round(found, decimals):
        raise Unreadable(_("забагато знаків після коми"))
    return found


def _day(text: str) -> date:
    match = _DAY.match(text)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else date.fromisoformat(text)
    except ValueError:
        raise Unreadable(_("тут має бути дата ДД.ММ.РРРР")) from None
