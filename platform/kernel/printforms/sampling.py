"""A template filled in with made-up values: how it looks where there is no card at hand.

Every field shows what it is called, in guillemets, or a value of its kind; lists have two rows. Nobody's card is read.
"""

from __future__ import annotations

import io
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from docxtpl import DocxTemplate

from kernel.access.dates import local_today
from kernel.printforms.fields import FACTS, FactFields, Fields, vocabulary
from kernel.printforms.rendering import QR_SIZE, code_of, picture_in, rendered
from kernel.printforms.words import Written
from kernel.registers.facets import Facet, figure_text
from kernel.registers.register import Register

ROWS = 2
DEEPEST = 3
_FIGURES = {"integer": Decimal(12), "decimal": Decimal("12.5"), "money": Decimal("1234.50")}
_WORDS = {
    "email": "name@example.org", "phone": "+380 44 000 00 00", "point": "49,5883, 34,5514",
}  # fmt: skip


class SampleFields(Fields):
    def __init__(self, register: Register, depth: int = 0) -> None:
        self._register, self._depth = register, depth
        self._known = vocabulary(register)

    def __str__(self) -> str:
        return f"«{self._register.singular}»"

    def named(self, name: str) -> Any:
        one = self._known[name]
        if one.register and self._depth < DEEPEST:
            below = SampleFields(one.register, self._depth + 1)
            return [below] * ROWS if one.panel else below
        return [] if one.panel else _sample(one.facet)


def _sample(facet: Facet | None) -> Written:
    if facet is None:
        return Written("")
    if facet.kind in _FIGURES:
        figure = _FIGURES[facet.kind]
        return Written(figure_text(figure, 2 if facet.kind == "money" else facet.decimals), figure)
    if facet.kind == "date":
        today = local_today()
        return Written(today.strftime("%d.%m.%Y"), today)
    if facet.kind == "moment":
        now: datetime = timezone.localtime()
        return Written(now.strftime("%d.%m.%Y %H:%M"), now)
    if facet.kind == "boolean":
        return Written(_("так"), True)
    if facet.kind == "choice" and facet.choices:
        value, words = next(iter(facet.choices.items()))
        return Written(words, value)
    return Written(_WORDS.get(facet.kind, f"«{facet.label}»"))


def fill_in_sample(content: bytes, register: Register, *, by: Any, address: str) -> bytes:
    """The community and the person are named as fields too: whose paper it will be is not known yet."""
    template = DocxTemplate(io.BytesIO(content))
    template.init_docx()
    facts = {name: f"«{words}»" for name, words in FACTS["community"].items()}
    today = local_today()
    given: dict[str, Any] = {
        "card": SampleFields(register),
        "community": FactFields("community", facts),
        "who": FactFields("who", {"name": by.full_name, "position": by.position, "department": by.department}),
        "today": Written(today.strftime("%d.%m.%Y"), today),
        "arms": "",
        "qr": picture_in(template, code_of(address), QR_SIZE),
    }
    refusal = _("Шаблон не заповнюється зразком: %(what)s. Виправте його й завантажте ще раз.")
    return rendered(template, given, refusal)
