"""A pivot as a table: heads of several levels, lines with their subtotals, figures that lead to their cards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from kernel.pivot.crossing import SCREEN, Cap, crossed
from kernel.pivot.formulas import Formula
from kernel.pivot.layout import Pivot
from kernel.registers.facets import EMPTY, figure_text
from kernel.reports.computing import ALL, Counted, Keys, place_of, value_of
from kernel.reports.tables import MOST_BARS, Cell, Head, Line, Table, figure_cell

FORMULA_DECIMALS = 2
MOST_POINTS = 60
MOST_LINES = 2


@dataclass(frozen=True, slots=True)
class TopHead:
    """A head over several columns; `rows` for one that stands through all levels."""

    text: str
    columns: int = 1
    rows: int = 1
    figure: bool = True
    sort_url: str = ""


class PivotTable(Table):
    layout: Pivot

    def __init__(self, layout: Pivot, cap: Cap = SCREEN) -> None:
        super().__init__(layout)
        self.cap = cap

    @cached_property
    def counted(self) -> Counted:
        return crossed(self.layout, self.cap)

    @property
    def is_list(self) -> bool:
        return False

    # -- heads ----------------------------------------------------------------------------------

    @cached_property
    def places(self) -> list[tuple[tuple[str, ...], Any]]:
        """Groups of columns in their order: words of each level and the keys; ALL for all of them together."""
        pivot = self.layout
        if not pivot.aside:
            return [((), ALL)]
        found: list[tuple[tuple[str, ...], Any]] = []
        tree: dict[tuple[Any, ...], list[Any]] = {}
        for across in {across for _keys, across in self.counted.values if across is not ALL}:
            tree.setdefault(across[:-1], []).append(across[-1])
        for outer, words in self._ordered(0, tree.get((), [])):
            if len(pivot.aside) == 1:
                found.append(((words,), (outer,)))
                continue
            inner = self._ordered(1, tree.get((outer,), []))
            found += [((words, told), (outer, key)) for key, told in inner]
            if not pivot.sums:
                found.append(((words, _("Разом")), (outer,)))
        if pivot.sums != "none":
            found.append(((_("Разом"), "")[: len(pivot.aside)], ALL))
        return found

    def _ordered(self, level: int, keys: list[Any]) -> list[tuple[Any, str]]:
        dimension, names = self.layout.aside[level], self.counted.names[len(self.layout.by) + level]
        # «Так» and «ні» over a column say nothing without the question.
        asked = f"{dimension.label}: " if dimension.facet.kind == "boolean" else ""
        return [(key, asked + dimension.words(key, names)) for key in sorted(keys, key=place_of(dimension, names))]

    @cached_property
    def spread(self) -> list[tuple[str, Any]]:
        return [(" / ".join(filter(None, words)), key) for words, key in self.places]

    @cached_property
    def figures(self) -> list[Head]:
        """What stands under every group of columns."""
        shown = [Head(one.head, True, "date" if one.is_day else "decimal", one.decimals) for one in self.layout.shown]
        titles = [self.layout.title_of(one) for one in self.layout.formulas]
        return shown + [Head(title, True, "decimal", FORMULA_DECIMALS) for title in titles]

    @cached_property
    def heads(self) -> list[Head]:
        """One line of them: for files and for a narrow screen."""
        heads = [Head(one.label, False) for one in self.layout.by] or [Head("", False)]
        for words, key in self.spread:
            for place, one in enumerate(self.figures):
                text = f"{words}: {one.text}" if words and len(self.figures) > 1 else words or one.text
                url = ""
                if key is ALL and self.layout.by and place < len(self.layout.shown):
                    url = self._sorted(self.layout.shown[place])
                heads.append(Head(text, True, one.kind, one.decimals, url))
        return heads

    @cached_property
    def head_rows(self) -> list[list[TopHead]]:
        """The same by levels: columns of one group stand under one head."""
        width = max(len(self.layout.by), 1)
        named = len(self.figures) > 1 or not self.layout.aside
        columns = [
            [*((key if key is ALL else key[: level + 1], told) for level, told in enumerate(words))]
            + ([((key, place), self.figures[place].text)] if named else [])
            for words, key in self.places
            for place in range(len(self.figures))
        ]
        sorts = [head.sort_url for head in self.heads[width:]]
        levels = len(self.layout.aside) + named
        rows = []
        for level in range(levels):
            row: list[TopHead] = []
            before: Any = None
            for number, column in enumerate(columns):
                here = [step[0] for step in column[: level + 1]]
                if here == before:
                    last = row.pop()
                    row.append(TopHead(last.text, last.columns + 1, sort_url=last.sort_url))
                else:
                    row.append(TopHead(column[level][1], sort_url=sorts[number] if level == levels - 1 else ""))
                before = here
            rows.append(row)
        first = [TopHead(head.text, rows=levels, figure=False) for head in self.heads[:width]]
        return [[*first, *rows[0]], *rows[1:]]

    # -- lines ----------------------------------------------------------------------------------

    @property
    def has_total(self) -> bool:
        return self.layout.sums != "none" or not self.layout.by

    def whole(self) -> Iterator[Line]:
        yield from self.lines
        if self.has_total:
            yield self.total

    @cached_property
    def lines(self) -> list[Line]:
        found = list(self._of_groups((), []))
        return list(self._without_subtotals(found)) if self.layout.sums else found

    def _without_subtotals(self, lines: list[Line]) -> Iterator[Line]:
        """The outer groups are named beside their first line instead of on a line of their own."""
        depth = len(self.layout.by)
        outer: list[Cell] = []
        for line in lines:
            if line.level < depth - 1:
                outer = [*outer[: line.level], line.cells[line.level]]
                continue
            for place, cell in enumerate(outer):
                line.cells[place] = cell
            yield line
            outer = [Cell("") for _cell in outer]

    def _line(self, keys: Keys, path: list[str], kind: str = "group") -> Line:
        pivot, whole = self.layout, self.counted.of(())
        groups = list(zip(pivot.by, keys, strict=False))
        width, level = max(len(pivot.by), 1), max(len(keys) - 1, 0)
        url = pivot.drill(*groups)
        cells = [Cell(path[-1] if place == level else "", url="" if kind == "total" else url) for place in range(width)]
        for _words, key in self.places:
            row = self.counted.of(keys, key)
            if not row:
                cells += [Cell(EMPTY, None, "", True) for _head in self.figures]
                continue
            here = url if key is ALL else pivot.drill(*groups, *zip(pivot.aside, key, strict=False))
            values = [value_of(one, place, row, whole) for place, one in enumerate(pivot.measures)]
            cells += [figure_cell(one, value, here) for one, value in zip(pivot.shown, values, strict=False)]
            if pivot.formulas:
                known = {
                    one.name: None if value is None or one.is_day else Decimal(value)
                    for one, value in zip(pivot.measures, values, strict=True)
                }
                cells += [_formula_cell(one, known, here) for one in pivot.formulas]
        return Line(cells, level, kind, path)

    # -- a picture ------------------------------------------------------------------------------

    @cached_property
    def chart(self) -> dict[str, Any] | None:
        """The first figure by the outermost rows, or by columns where there are no rows; lines of up to two columns."""
        pivot = self.layout
        if not pivot.drawn or not pivot.shown or pivot.shown[0].is_day or not (pivot.by or pivot.aside):
            return None
        measure = pivot.shown[0]
        given = {"label": measure.label, "unit": measure.unit}
        columns = [(words[0], key) for words, key in self.places if key is not ALL and len(key) == 1]
        if not pivot.by:
            points = [(words, ((), key)) for words, key in columns]
            series = [(measure.label, ALL)]
        else:
            points = [(words, (keys, ALL)) for keys, words in self._children(())]
            series = columns if 1 < len(columns) <= MOST_LINES else [(measure.label, ALL)]
        if not 2 <= len(points) <= (MOST_BARS if pivot.drawn == "bars" else MOST_POINTS):
            return None
        if pivot.drawn == "bars":
            return {**given, "rows": [(words, self._height(*group)) for words, group in points]}
        lines = [
            (words, [self._height(keys, across if key is ALL else key) for _told, (keys, across) in points])
            for words, key in series
        ]
        return {**given, "labels": [words for words, _group in points], "series": lines}

    def _height(self, keys: Keys, across: Any) -> Decimal | None:
        measure = self.layout.shown[0]
        value = value_of(measure, 0, self.counted.of(keys, across), self.counted.of(()))
        return round(Decimal(value), measure.decimals) if value is not None else None


def _formula_cell(formula: Formula, figures: dict[str, Decimal | None], url: str) -> Cell:
    value = formula.of(figures)
    if value is None:
        return Cell(EMPTY, None, "", True)
    value = round(value, FORMULA_DECIMALS)
    return Cell(figure_text(value, FORMULA_DECIMALS), value, url, True)
