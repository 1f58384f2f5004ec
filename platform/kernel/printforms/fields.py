"""What a template may name: fields of the card, of cards it points to, its related lists, the community, the day.

A field is named as the model names it («purpose») or by its label («призначення»); both always work, so what a clerk
writes after the list of fields is what the card's page says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.levels import Level
from kernel.printforms.words import Written
from kernel.registers.declarations import Related
from kernel.registers.facets import Facet
from kernel.registers.keyset import ordering
from kernel.registers.listing import Listing
from kernel.registers.register import MASK, Register
from kernel.registers.registry import register_named

MOST_ROWS = 500

ROOTS = {"картка": "card", "громада": "community", "хто": "who", "сьогодні": "today", "герб": "arms", "qr": "qr"}
ROOTS |= {name: name for name in ("card", "community", "who", "today", "arms")}
FACTS: dict[str, dict[str, Any]] = {
    "community": {
        "name": gettext_lazy("назва"), "full_name": gettext_lazy("повна назва"),
        "genitive": gettext_lazy("назва в родовому"), "edrpou": gettext_lazy("ЄДРПОУ"),
    },
    "who": {
        "name": gettext_lazy("ПІБ"), "position": gettext_lazy("посада"), "department": gettext_lazy("підрозділ"),
    },
}  # fmt: skip


def slug_of(label: str) -> str:
    """«Дата й номер» → «дата_й_номер»: a name that a template can hold."""
    plain = re.sub(r"[ʼ’'`]", "", label.lower())
    slug = re.sub(r"_+", "_", "".join(sign if f"x{sign}".isidentifier() else "_" for sign in plain)).strip("_")
    return slug if slug.isidentifier() else ""


@dataclass(frozen=True, slots=True)
class Named:
    """One thing a card offers to a template."""

    name: str
    label: str
    facet: Facet | None = None
    panel: Related | None = None

    @property
    def register(self) -> Register | None:
        """Whose fields can be named after it."""
        if self.panel:
            return register_named(self.panel.register)
        return self.facet.reference if self.facet and self.facet.kind == "reference" else None


def offered(register: Register) -> list[Named]:
    found = [
        Named(name, facet.label, facet=facet) for name, facet in register.facets.items() if facet.kind != "geometry"
    ]
    return found + [
        Named(one.code.replace("-", "_"), str(one.title or register_named(one.register).name), panel=one)
        for one in register.panels
        if isinstance(one, Related)
    ]


def vocabulary(register: Register) -> dict[str, Named]:
    """Every name of every field; a label that two fields share names the card's own one, the first declared."""
    found = {one.name: one for one in offered(register)}
    labels: dict[str, Named] = {}
    for one in sorted(found.values(), key=lambda one: "__" in one.name):
        labels.setdefault(slug_of(one.label) or one.name, one)
    return {**labels, **found}


def fact_names(root: str) -> dict[str, str]:
    known = {name: name for name in FACTS[root]}
    return known | {slug_of(str(label)): name for name, label in FACTS[root].items()}


class Fields:
    """Anything whose parts a template may ask for, and nothing else of it."""

    def named(self, name: str) -> Any:
        raise KeyError(name)


class FactFields(Fields):
    def __init__(self, root: str, facts: dict[str, str]) -> None:
        self._names, self._facts = fact_names(root), facts

    def named(self, name: str) -> Written:
        return Written(self._facts.get(self._names[name], ""))

    def __str__(self) -> str:
        return self._facts.get("name", "")


class CardFields(Fields):
    """A card as this person may see it; `opened` shows personal data, for it was asked for with a purpose."""

    def __init__(
        self, register: Register, card: Any, user: Any, *, opened: bool, told: list[tuple[Any, str]] | None = None
    ) -> None:
        self._register, self._card, self._user, self._opened = register, card, user, opened
        self._known = vocabulary(register)
        # Whose personal data went onto the paper, and which: shared by all the cards of one paper.
        self.told: list[tuple[Any, str]] = told if told is not None else []

    def __str__(self) -> str:
        return str(Written(self._register.label_of(self._card)))

    def named(self, name: str) -> Any:
        one = self._known[name]
        if one.panel:
            return self._rows(one.panel)
        assert one.facet is not None
        return self._value(one.name, one.facet)

    def _value(self, name: str, facet: Facet) -> Any:
        if not self._register.may_see(name, self._user):
            return Written(MASK)
        text = self._register.text_of(name, self._card, opened=self._opened)
        hidden = name in self._register.masked and not self._opened
        if name in self._register.masked and self._opened and text:
            self.told.append((self._card, name))
        value = None if hidden else facet.value(self._card)
        other = facet.reference if facet.kind == "reference" else None
        if other and value is not None and other.may(self._user, Level.VIEW):
            return CardFields(other, value, self._user, opened=self._opened, told=self.told)
        return Written(text, value)

    def _rows(self, panel: Related) -> list[CardFields]:
        other = register_named(panel.register)
        if not other.may(self._user, Level.VIEW):
            return []
        listing = Listing(other, self._user)
        rows = other.rows(self._user).filter(**{panel.by: self._card.pk}).select_related(*other.references)
        found = rows.order_by(*ordering(listing.steps))[:MOST_ROWS]
        return [CardFields(other, card, self._user, opened=self._opened, told=self.told) for card in found]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list of fields: what to write, by which label it is known, of what kind it is."""

    write: str
    latin: str
    label: str
    kind: str


def lines_for(register: Register) -> list[tuple[str, list[Line]]]:
    """The list of fields that a person who makes a template reads."""
    known = vocabulary(register)
    groups = [(_("Картка"), list(_of_card(register, known, "картка", "card")))]
    for one in offered(register):
        if one.panel:
            other = one.register
            assert other is not None
            head = _("Перелік «%(title)s»: рядок таблиці між {%%tr for рядок in картка.%(name)s %%} і {%%tr endfor %%}")
            shown = _best_name(known, one)
            groups.append(
                (head % {"title": one.label, "name": shown}, list(_of_card(other, vocabulary(other), "рядок", "рядок")))
            )
    for root, title in (("community", _("Громада")), ("who", _("Хто друкує"))):
        word = next(name for name, code in ROOTS.items() if code == root)
        groups.append(
            (
                title,
                [
                    Line(f"{{{{ {word}.{slug_of(str(label))} }}}}", f"{{{{ {root}.{name} }}}}", str(label), "")
                    for name, label in FACTS[root].items()
                ],
            )
        )
    groups.append(
        (
            _("Решта"),
            [
                Line("{{ сьогодні|дата_словами }}", "{{ today|date_words }}", _("день друку"), ""),
                Line("{{ герб }}", "{{ arms }}", _("герб громади"), _("зображення")),
                Line("{{ qr }}", "{{ qr }}", _("QR-код, що веде до картки"), _("зображення")),
            ],
        )
    )
    return groups


def _of_card(register: Register, known: dict[str, Named], word: str, latin: str) -> Iterator[Line]:
    for one in offered(register):
        if one.panel:
            continue
        shown = _best_name(known, one)
        kind = (
            _("персональні дані")
            if one.name in register.masked
            else _("картка: можна далі через крапку")
            if one.register
            else ""
        )
        yield Line(f"{{{{ {word}.{shown} }}}}", f"{{{{ {latin}.{one.name} }}}}", one.label, kind)


def _best_name(known: dict[str, Named], one: Named) -> str:
    """By the label, unless the label means another field."""
    slug = slug_of(one.label)
    return slug if slug in known and known[slug].name == one.name else one.name
