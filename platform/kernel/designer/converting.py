"""Another kind for a field that has values: tried first, with what would not turn, then done at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kernel.designer import facts
from kernel.designer.designing import begun, field_or_404, finish, register_or_404, verb
from kernel.designer.facets import column_of
from kernel.designer.known import key_of, said_of
from kernel.designer.models import Extra, Kind, OwnField, UniqueValue
from kernel.designer.reading import Unreadable, read
from kernel.designer.rules import UNIQUE_KINDS, check_field, code_for
from kernel.designer.values import raw_of, value_of
from kernel.operations import Denied, Who
from kernel.registers.facets import Facet
from kernel.registers.register import Register

CONVERTIBLE = (Kind.TEXT, Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.BOOLEAN, Kind.CHOICE)
EXAMPLES = 20
AT_ONCE = 1000


@dataclass(slots=True)
class Trial:
    """How many values turn, and those that do not: the card, its value, why."""

    kind: str
    fits: int = 0
    refused: int = 0
    examples: list[tuple[str, str, str]] = field(default_factory=list)


def try_kind(register: Register, own: OwnField, kind: str) -> Trial:
    trial = Trial(kind)
    wrong: dict[int, tuple[str, str]] = {}
    for row_id, _values, text, _raw, why in _turned(register, own, kind, _options(register, own, kind)):
        if why:
            trial.refused += 1
            if len(wrong) < EXAMPLES:
                wrong[row_id] = (text, why)
        else:
            trial.fits += 1
    cards = register.queryset().in_bulk(list(wrong))
    trial.examples = [
        (register.label_of(cards[pk]) if pk in cards else f"№ {pk}", text, why) for pk, (text, why) in wrong.items()
    ]
    return trial


@verb
def change_kind(label: str, pk: int, kind: str, *, by: Who, version: int | None = None) -> OwnField:
    """All values or none."""
    register, definition = register_or_404(label), begun(label, version)
    own = field_or_404(definition, pk)
    if kind not in CONVERTIBLE or own.kind not in CONVERTIBLE:
        raise Denied(_("Цей вид не перетворити на інший. Додайте нове поле, а це вилучіть."))
    if kind == own.kind:
        return own
    was, options = said_of(own), _options(register, own, kind)
    key, waiting = key_of(own.pk), []
    for _row_id, row, _text, raw, why in _turned(register, own, kind, options):
        if why:
            raise ValidationError(_("Не всі значення перетворюються. Подивіться пробу, виправте картки й повторіть."))
        row.values = {**row.values, key: raw}
        waiting.append(row)
        if len(waiting) >= AT_ONCE:
            Extra.objects.bulk_update(waiting, ["values"])
            waiting = []
    Extra.objects.bulk_update(waiting, ["values"])
    own.kind, own.options = kind, options
    own.default, own.decimals = "", 6 if kind == Kind.NUMBER else 0
    if kind == Kind.NUMBER:
        own.decimals = _places(register, own)
    own.unique = own.unique and kind in UNIQUE_KINDS
    check_field(own, register)
    own.full_clean()
    own.save()
    if was.unique:
        UniqueValue.objects.filter(field_id=own.pk).delete()
    if own.unique:
        if found := facts.doubles(register, own):
            raise ValidationError(facts.doubles_told(found))
        facts.fill_unique(register, own)
    finish(definition, _("Змінено вид поля «%(field)s»") % {"field": own.title}, by)
    return own


def _places(register: Register, own: OwnField) -> int:
    """As many digits after the point as the values need."""
    key = key_of(own.pk)
    found = facts.filled(register, own).values_list("values", flat=True)
    return max((len(str(values[key]).partition(".")[2].rstrip("0")) for values in found), default=0)


def _options(register: Register, own: OwnField, kind: str) -> list[list[str]]:
    """A text becomes a choice of the texts there are."""
    if kind != Kind.CHOICE:
        return []
    key = key_of(own.pk)
    words: dict[str, str] = {}
    for values in facts.filled(register, own).values_list("values", flat=True).iterator():
        text = _words(own, values[key])
        words.setdefault(text.casefold(), text)
    options: list[list[str]] = []
    for text in sorted(words.values()):
        options.append([code_for(text, [one[0] for one in options], ()), text[:120]])
    return options


def _turned(
    register: Register, own: OwnField, kind: str, options: list[list[str]]
) -> Iterator[tuple[int, Any, str, Any, str]]:
    key = key_of(own.pk)
    then = said_of(OwnField(
        pk=own.pk, code=own.code, title=own.title, kind=kind, options=options, decimals=6 if kind == Kind.NUMBER else 0,
        level=own.level))  # fmt: skip
    pairs = [(str(code), str(words)) for code, words in options]
    for row in facts.filled(register, own).iterator(AT_ONCE):
        text = _words(own, row.values[key])
        try:
            value = read(kind, text, pairs, then.decimals)
        except Unreadable as unread:
            yield row.row_id, row, text, None, str(unread)
        else:
            yield row.row_id, row, text, raw_of(then, value), ""


def _words(own: OwnField, raw: Any) -> str:
    said = said_of(own)
    facet = Facet(
        said.name, said.title, "decimal" if said.kind == "number" else said.kind, field=column_of(said),
        options=dict(said.options) if said.kind == "choice" else {},
    )  # fmt: skip
    return facet.words(value_of(said, raw))
