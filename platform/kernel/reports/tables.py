"""A report as a table: heads, lines with their level, cells with figures, words and ways to the cards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.registers.added import attached
from kernel.registers.facets import EMPTY, figure_text
from kernel.registers.keyset import ordering
from kernel.registers.register import MASK
from kernel.reports.computing import ALL, MOST_ON_SCREEN, Counted, Keys, counted, place_of, value_of
from kernel.reports.layout import Layout, Measure

CARDS_ON_SCREEN = 500
MOST_BARS = 24


@dataclass(frozen=True, slots=True)
class Head:
    text: str
    figure: bool
    kind: str = "text"
    decimals: int = 0
    sort_url: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    value: Any = None
    url: str = ""
    figure: bool = False


@dataclass(slots=True)
class Line:
    """`level` counts from 0 for the outermost group; a card has the level below the last group."""

    cells: list[Cell]
    level: int = 0
    kind: str = "group"
    path: list[str] = field(default_factory=list)


class Table:
    def __init__(self, layout: Layout, *, most: int = MOST_ON_SCREEN, cards: int = CARDS_ON_SCREEN) -> None:
        self.layout, self.cards, self.most = layout, cards, most
        self.cut = False

    @cached_property
    def counted(self) -> Counted:
        return counted(self.layout, self.most)

    @property
    def is_list(self) -> bool:
        return bool(self.layout.columns)

    # -- heads ----------------------------------------------------------------------------------

    @cached_property
    def spread(self) -> list[tuple[str, Any]]:
        """The groups of columns, the last one for all of them together."""
        across = self.layout.across
        if across is None or self.is_list:
            return [("", ALL)]
        names = self.counted.names[-1]
        return [*((across.words(key, names), key) for key in self.counted.across), (_("Разом"), ALL)]

    @cached_property
    def heads(self) -> list[Head]:
        if self.is_list:
            return [Head(_head(one), one.is_figure, one.kind, _places(one)) for one in self.layout.columns]
        heads = [Head(one.label, False) for one in self.layout.by] or [Head("", False)]
        for words, key in self.spread:
            for one in self.layout.measures:
                text = f"{words}: {one.head.lower()}" if words and len(self.layout.measures) > 1 else words or one.head
                url = self._sorted(one) if key is ALL and self.layout.by else ""
                heads.append(Head(text, True, "date" if one.is_day else "decimal", one.decimals, url))
        return heads

    def _sorted(self, measure: Measure) -> str:
        present = self.layout.sort
        return self.layout.address(sort=measure.name if present == f"-{measure.name}" else f"-{measure.name}")

    # -- lines ----------------------------------------------------------------------------------

    @cached_property
    def lines(self) -> list[Line]:
        if self.is_list:
            return list(self._of_cards())
        return list(self._of_groups((), []))

    @cached_property
    def total(self) -> Line:
        if self.is_list:
            return Line([Cell(self._summary((), _("Разом")))], kind="total")
        return self._line((), [_("Разом")], kind="total")

    def whole(self) -> Iterator[Line]:
        """What a file holds: the lines and their total."""
        yield from self.lines
        if self.is_list or self.layout.by or self.layout.across:
            yield self.total
        else:
            yield self._line((), [""])

    def _of_groups(self, above: Keys, path: list[str]) -> Iterator[Line]:
        level = len(above)
        if level == len(self.layout.by):
            return
        for keys, words in self._children(above):
            yield self._line(keys, [*path, words])
            yield from self._of_groups(keys, [*path, words])

    @cached_property
    def _tree(self) -> dict[Keys, list[Any]]:
        found: dict[Keys, list[Any]] = {}
        for keys, across in self.counted.values:
            if keys and across is ALL:
                found.setdefault(keys[:-1], []).append(keys[-1])
        return found

    def _children(self, above: Keys) -> list[tuple[Keys, str]]:
        level = len(above)
        dimension, names = self.layout.by[level], self.counted.names[level]
        found = sorted(self._tree.get(above, []), key=place_of(dimension, names))
        if wanted := self.layout.sort:
            place = [one.name for one in self.layout.measures].index(wanted.removeprefix("-"))
            worth = {key: self.counted.of((*above, key))[1 + place] for key in found}
            known = [key for key in found if worth[key] is not None]
            known.sort(key=lambda key: worth[key], reverse=wanted.startswith("-"))
            found = known + [key for key in found if worth[key] is None]
        return [((*above, key), dimension.words(key, names)) for key in found]

    def _line(self, keys: Keys, path: list[str], kind: str = "group") -> Line:
        groups = list(zip(self.layout.by, keys, strict=False))
        width, level = max(len(self.layout.by), 1), max(len(keys) - 1, 0)
        url = self.layout.drill(*groups)
        cells = [Cell(path[-1] if place == level else "", url="" if kind == "total" else url) for place in range(width)]
        for _words, key in self.spread:
            aside = [(self.layout.across, key)] if self.layout.across and key is not ALL else []
            here = self.layout.drill(*groups, *aside) if aside else url
            row, whole = self.counted.of(keys, key), self.counted.of(())
            cells += [
                figure_cell(one, value_of(one, place, row, whole), here)
                for place, one in enumerate(self.layout.measures)
            ]
        return Line(cells, level, kind, path)

    # -- cards ----------------------------------------------------------------------------------

    def _of_cards(self) -> Iterator[Line]:
        layout, listing = self.layout, self.layout.listing
        keys = [f"report_key_{place}" for place in range(len(layout.by))]
        rows = listing.rows.annotate(**{key: one.expression() for key, one in zip(keys, layout.by, strict=True)})
        order: list[Any] = []
        for key, one in zip(keys, layout.by, strict=True):
            other = one.facet.reference if one.facet.added is None else None
            # Cards of one group stand together even where two groups are called the same.
            order += [f"{one.facet.name}__{other.order[0].removeprefix('-')}"] if other and other.order else []
            order.append(key)
        names = [one.name for one in layout.columns]
        joined = layout.register.joined(names)
        found = rows.select_related(*joined) if joined else rows
        present: Keys = ()
        cards = found.order_by(*order, *ordering(listing.steps))[: self.cards + 1]
        source = cards.iterator(2000) if self.cards > CARDS_ON_SCREEN else cards
        for number, card in enumerate(attached(layout.register, source, names)):
            if number == self.cards:
                self.cut = True
                return
            here = tuple(getattr(card, key) for key in keys)
            yield from self._begun(present, here)
            present = here
            yield Line(self._card(card), len(keys), "card")

    def _begun(self, before: Keys, here: Keys) -> Iterator[Line]:
        """The groups that begin with this card, each with its own totals."""
        same = next((place for place, (a, b) in enumerate(zip(before, here, strict=False)) if a != b), len(before))
        for level in range(same, len(here)):
            keys = here[: level + 1]
            words = self.layout.by[level].words(here[level], self.counted.names[level])
            url = self.layout.drill(*zip(self.layout.by, keys, strict=False))
            yield Line([Cell(self._summary(keys, words), url=url)], level, "group")

    def _summary(self, keys: Keys, words: str) -> str:
        row, whole = self.counted.of(keys), self.counted.of(())
        told = [
            f"{one.label.lower()} {figure} {one.unit}".strip()
            for place, one in enumerate(self.layout.measures)
            if (figure := figure_cell(one, value_of(one, place, row, whole), "").text)
        ]
        return f"{words} — {'; '.join(told)}"

    def _card(self, card: Any) -> list[Cell]:
        register = self.layout.register
        cells = []
        for place, facet in enumerate(self.layout.columns):
            text = register.text_of(facet.name, card)
            plain = facet.is_figure or facet.kind in ("date", "moment")
            value = facet.value(card) if plain and not text.startswith(MASK) else text
            if isinstance(value, datetime):
                value = timezone.localtime(value).replace(tzinfo=None)
            cells.append(Cell(text or EMPTY, value, "" if place else register.url("card", card.pk), facet.is_figure))
        return cells

    # -- a picture ------------------------------------------------------------------------------

    @cached_property
    def chart(self) -> dict[str, Any] | None:
        """Bars of the outermost groups, or a line where they are periods; of a list there is none."""
        layout = self.layout
        if self.is_list or not layout.by:
            return None
        found = [(words, self._worth(keys)) for keys, words in self._children(()) if keys[-1] is not None]
        measure = layout.measures[0]
        if measure.is_day or not 2 <= len(found) <= MOST_BARS:
            return None
        given = {"label": measure.label, "unit": measure.unit}
        if layout.by[0].part and not layout.sort:
            series = [(measure.label, [value for _words, value in found])]
            return {**given, "labels": [words for words, _value in found], "series": series}
        return {**given, "rows": found}

    def _worth(self, keys: Keys) -> Any:
        value = value_of(self.layout.measures[0], 0, self.counted.of(keys), self.counted.of(()))
        return round(Decimal(value), self.layout.measures[0].decimals) if value is not None else None


def figure_cell(measure: Measure, value: Any, url: str) -> Cell:
    if value is None:
        return Cell(EMPTY, None, "", True)
    if isinstance(value, date):
        return Cell(value.strftime("%d.%m.%Y"), value, url, True)
    value = Decimal(value)
    return Cell(figure_text(value, measure.decimals), value, url, True)


def _head(facet: Any) -> str:
    return f"{facet.label}, {facet.unit}" if facet.unit else facet.label


def _places(facet: Any) -> int:
    return 2 if facet.kind == "money" else facet.decimals
