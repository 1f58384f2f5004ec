"""A credit of our account, whatever format told it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

NUMBER = re.compile(r"^-?\d{1,12}(?:\.\d{1,2})?$")


class StatementRefused(ValueError):
    """The file is not a statement we can read; the words are for people."""


@dataclass(frozen=True, slots=True)
class Line:
    booked_on: date
    amount: Decimal
    reference: str = ""
    payer_edrpou: str = ""
    payer_name: str = ""
    purpose: str = ""

    @property
    def digest(self) -> str:
        """The bank's own number of a payment when there is one; the same payment of two statements is one."""
        told = (self.booked_on.isoformat(), f"{self.amount:.2f}", self.payer_edrpou, self.reference or self.purpose)
        return hashlib.sha256("\x1f".join(told).encode()).hexdigest()


def money(text: str, where: str) -> Decimal:
    plain = re.sub(r"[\s\u00a0\u202f']", "", text).replace(",", ".")
    if not NUMBER.match(plain):
        raise StatementRefused(
            _("%(where)s: «%(text)s» — не сума. Виправте або вивантажте виписку ще раз.")
            % {"where": where, "text": text}
        )
    try:
        return Decimal(plain).quantize(Decimal("0.01"))
    except InvalidOperation as wrong:
        raise StatementRefused(where) from wrong


def day(text: str, where: str) -> date:
    text = text.strip()
    try:
        if re.match(r"^\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text[:10])
        found = re.match(r"^(\d{2})\.(\d{2})\.(\d{4})", text)
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    raise StatementRefused(_("%(where)s: «%(text)s» — не дата.") % {"where": where, "text": text})
