"""What a pivot is made of for one reader, over the same grouping, measures and conditions that reports have.

One address describes it whole: `by` (rows), `across` (columns), `measure`, `formula` with `formula_title`, `sums`,
`chart`, `sort`, and conditions as in the list.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.pivot.formulas import Formula, FormulaRefused, read_formula
from kernel.registers.filters import Filter
from kernel.registers.register import Register
from kernel.reports.layout import FORM, Dimension, Layout, Measure, measure_of, measures_for

MOST_FORMULAS = 3
MOST_TITLE = 60
# Conditions besides those of filters.
CONDITIONS = frozenset({"q", "archived", "indicator", "id"})

SUMS = {
    "": gettext_lazy("проміжні й загальні"),
    "grand": gettext_lazy("лише загальні"),
    "none": gettext_lazy("без підсумків"),
}
CHARTS = {
    "": gettext_lazy("без діаграми"),
    "bars": gettext_lazy("стовпчики"),
    "lines": gettext_lazy("лінії"),
}


class Pivot(Layout):
    most_by, most_across = 3, 2
    form = (*FORM, "formula", "formula_title", "sums", "chart", "saved", "version", "compose")

    def __init__(self, register: Register, user: Any, query: QueryDict | str, name: str = "") -> None:
        super().__init__(register, user, query)
        self.name = name
        self.columns = []
        self.aside = self._apart_from_rows(self.aside)
        self.across = self.aside[0] if self.aside else None
        self.refused: list[tuple[str, str]] = []
        self.formulas = self._formulas()
        asked = any(self.query.getlist("measure"))
        self.shown: list[Measure] = [] if self.formulas and not asked else list(self.measures)
        # What only formulas need is counted by the same question and not shown.
        shown = [one.name for one in self.shown]
        needed = sorted({name for one in self.formulas for name in one.names} - set(shown))
        self.measures = [*self.shown, *(measure_of(register, name, user) for name in needed)]

    def _apart_from_rows(self, aside: list[Dimension]) -> list[Dimension]:
        rows = {one.name for one in self.by}
        for one in aside:
            if one.name in rows:
                self.mistakes.append(
                    _("«%(field)s» уже стоїть у рядках, тож у стовпцях її пропущено. Оберіть інше поле.")
                    % {"field": one.label}
                )
        return [one for one in aside if one.name not in rows]

    # -- formulas -------------------------------------------------------------------------------

    @cached_property
    def offered(self) -> dict[str, Measure]:
        return {one.name: one for one in measures_for(self.register, self.user)}

    @cached_property
    def labels(self) -> dict[str, str]:
        """Codes of measures and what the screen calls them; two of one name are told only by their codes."""
        labels = [one.label for one in self.offered.values()]
        return {code: one.label for code, one in self.offered.items() if labels.count(one.label) == 1}

    def _formulas(self) -> list[Formula]:
        titles = self.query.getlist("formula_title")
        codes = {label.lower(): code for code, label in self.labels.items()}
        known = {code: not one.is_day for code, one in self.offered.items()}
        found = []
        for place, text in enumerate(self.query.getlist("formula")[:MOST_FORMULAS]):
            text = text.replace("\x00", "").strip()
            if not text:
                continue
            title = " ".join(titles[place].replace("\x00", "").split())[:MOST_TITLE] if place < len(titles) else ""
            try:
                found.append(read_formula(text, codes, known, title))
            except FormulaRefused as refused:
                self.mistakes.append(str(refused))
                self.refused.append((title, text))
        return found

    def title_of(self, formula: Formula) -> str:
        return formula.title or formula.shown(self.labels)

    # -- looks ----------------------------------------------------------------------------------

    @property
    def sums(self) -> str:
        given = self.query.get("sums", "")
        return given if given in SUMS else ""

    @property
    def drawn(self) -> str:
        given = self.query.get("chart", "")
        return given if given in CHARTS else ""

    @property
    def title(self) -> str:
        return self.name or _("%(table)s — зведена таблиця") % {"table": self.register.name}

    @property
    def about(self) -> str:
        """What stands where."""
        sides = ((_("Рядки"), self.by), (_("Стовпці"), self.aside))
        told = [f"{side}: {', '.join(one.label.lower() for one in found)}" for side, found in sides if found]
        return "; ".join(told) or _("Оберіть, що стоїть у рядках і стовпцях та що рахувати.")

    # -- addresses ------------------------------------------------------------------------------

    @cached_property
    def conditions(self) -> QueryDict:
        """Of the list's address only what decides which cards: not how they were looked at there."""
        seen = self.register.seen(self.user)
        known = {name for one in self.register.asked if one in seen for name in Filter(seen[one]).params}
        found = super().conditions
        for name in set(found) - known - CONDITIONS:
            found.pop(name)
        return found

    @property
    def written(self) -> QueryDict:
        """What is kept under a name: only what was understood, with codes instead of words."""
        found = self.conditions.copy()
        found.setlist("by", [one.name for one in self.by])
        found.setlist("across", [one.name for one in self.aside])
        found.setlist("measure", [one.name for one in self.shown])
        found.setlist("formula", [one.written for one in self.formulas])
        found.setlist("formula_title", [one.title for one in self.formulas])
        for name, value in (("sums", self.sums), ("chart", self.drawn), ("sort", self.sort)):
            if value:
                found[name] = value
        return found
