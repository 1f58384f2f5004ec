"""A figure by the values of a field, as many figures of a register as ask for the same field in one question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from kernel.indicators.catalogue import Declared
from kernel.indicators.spans import within
from kernel.registers.facets import Facet
from kernel.registers.filters import Filter
from kernel.registers.register import Register
from tenant_apps.insight.dashboards.spans import Span

MOST_ROWS = 400
MOST_BARS = 7


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    value: Decimal | None
    url: str = ""


def splits(wanted: Iterable[tuple[Declared, str]], user: Any, span: Span) -> dict[tuple[str, str], list[Part]]:
    """By code and field, largest first. Of a past day there is nothing to split: cards stand as they stand now."""
    groups: dict[tuple[str, str, str], list[Declared]] = defaultdict(list)
    for one, by in wanted:
        if by in one.indicator.by and (one.periods or span.running):
            groups[one.register.label, by, one.indicator.on].append(one)
    found: dict[tuple[str, str], list[Part]] = {}
    for (_label, by, on), members in groups.items():
        register = members[0].register
        rows = register.rows(user).order_by()
        if on:
            rows = rows.filter(within(register.model, on, span.code))
        parts: dict[str, Any] = {}
        for one in members:
            parts |= one.indicator.parts()
        told = list(rows.values(by).annotate(**parts)[:MOST_ROWS])
        facet = facet_of(register, by)
        words = words_for(register, facet, [row[by] for row in told], user)
        for one in members:
            found[one.code, by] = _parts(one, facet, told, by, words, span)
    return found


def _parts(
    one: Declared, facet: Facet, told: Sequence[dict[str, Any]], by: str, words: dict[Any, str], span: Span
) -> list[Part]:
    found = []
    for row in told:
        if value := one.indicator.value(row):
            found.append(Part(words[row[by]], value, rows_url(one, facet, row[by], span.code)))
    found.sort(key=lambda part: -(part.value or 0))
    if len(found) <= MOST_BARS + 1 or not one.indicator.additive:
        return found[: MOST_BARS + 1]
    rest = sum((part.value or Decimal(0) for part in found[MOST_BARS:]), Decimal(0))
    return [*found[:MOST_BARS], Part(_("решта, %(count)s") % {"count": len(found) - MOST_BARS}, rest)]


def rows_url(one: Declared, facet: Facet, value: Any, period: str) -> str:
    """The list narrowed to the part; empty where the register has no such filter."""
    if facet.name not in one.register.filters:
        return ""
    asked = {"indicator": one.indicator.code, **Filter(facet).equal_to(value)}
    if one.periods:
        asked["period"] = period
    return f"{one.register.url()}?{urlencode(asked)}"


def facet_of(register: Register, by: str) -> Facet:
    return register.facets.get(by) or register.facet(by)


def words_for(register: Register, facet: Facet, values: Iterable[Any], user: Any) -> dict[Any, str]:
    """What the values are called; a card the reader may not see has no name for them."""
    keys = set(values)
    named: dict[Any, str] = {}
    if facet.kind == "reference" and facet.related_model is not None:
        home = facet.reference
        rows = home.rows(user, archived=None) if home else facet.related_model._default_manager.all()
        cards = rows.filter(pk__in=[key for key in keys if key is not None])
        named = {card.pk: home.label_of(card) if home else str(card) for card in cards}
        return {key: _("не вказано") if key is None else named.get(key, _("інше")) for key in keys}
    return {key: _("не вказано") if key is None or key == "" else str(facet.words(key)) for key in keys}
