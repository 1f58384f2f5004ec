"""Figures of a pivot: every cell, subtotal and total of rows and columns from one scan, and the bound on how many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kernel.operations import Denied
from kernel.pivot.layout import Pivot
from kernel.reports.computing import ALL, Counted, Keys, asked_rows, names_of

MOST_FETCHED = 200_000


@dataclass(frozen=True, slots=True)
class Cap:
    """How many rows and columns of figures there may be; subtotals are not counted."""

    rows: int
    columns: int
    in_file: bool = False

    @property
    def fetched(self) -> int:
        """Groups with their subtotals: no more than twice as many again on either side."""
        return min((3 * self.rows + 1) * (2 * self.columns + 1), MOST_FETCHED)


SCREEN = Cap(200, 50)
FILE = Cap(5_000, 200, in_file=True)
# More columns than that nobody reads off a sheet.
PAPER = Cap(2_000, 14)


def crossed(pivot: Pivot, cap: Cap) -> Counted:
    """`values[keys of rows, keys of columns]`; ALL stands for all columns together."""
    dimensions = [*pivot.by, *pivot.aside]
    rows = asked_rows(pivot, dimensions, cap.fetched + 1)
    depth, width = len(pivot.by), len(pivot.aside)
    found: dict[tuple[Keys, Any], tuple[Any, ...]] = {}
    for row in rows:
        keys, bits, values = row[: len(dimensions)], row[len(dimensions)], row[len(dimensions) + 1 :]
        # Bit by bit from the left: 1 where the group is rolled up.
        rolled = [bool(bits >> (len(dimensions) - 1 - place) & 1) for place in range(len(dimensions))]
        here = tuple(key for key, gone in zip(keys[:depth], rolled[:depth], strict=True) if not gone)
        across = tuple(key for key, gone in zip(keys[depth:], rolled[depth:], strict=True) if not gone)
        found[here, across or ALL] = tuple(values)
    more = len(rows) > cap.fetched
    _bound(pivot, cap, "rows", len({keys for keys, _across in found if len(keys) == depth}), more)
    wide = len({across for _keys, across in found if across is not ALL and len(across) == width}) or 1
    _bound(pivot, cap, "columns", wide * max(len(pivot.shown) + len(pivot.formulas), 1), more)
    names = [names_of(one, {row[place] for row in rows}) for place, one in enumerate(dimensions)]
    return Counted(found, names, [])


def _bound(pivot: Pivot, cap: Cap, side: str, count: int, more: bool) -> None:
    most = cap.rows if side == "rows" else cap.columns
    if count <= most and not (more and side == "columns"):
        return
    told = {"count": f"{count}+" if more else count, "most": most}
    if side == "rows":
        words = _("Рядків вийшло %(count)s, а вміщується %(most)s.") % told
        last = pivot.by[-1].label if pivot.by else ""
        advice = _("Приберіть «%(field)s» з рядків, поділіть дату на квартали або роки чи додайте умову.")
    else:
        words = _("Стовпців вийшло %(count)s, а вміщується %(most)s.") % told
        last = pivot.aside[-1].label if pivot.aside else ""
        advice = _("Перенесіть «%(field)s» у рядки, оберіть менше мір, поділіть дату на роки чи додайте умову.")
    if not last:
        advice = _("Оберіть менше мір або додайте умову.")
    in_file = "" if cap.in_file else _("У файлі Excel чи CSV — до %(most)s рядків.") % {"most": FILE.rows}
    raise Denied(" ".join(filter(None, (words, advice % {"field": last}, in_file))))
