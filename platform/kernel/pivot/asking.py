"""Everything a pivot of this register may be made of, with what it is made of now."""

from __future__ import annotations

from typing import Any

from kernel.pivot.layout import CHARTS, MOST_FORMULAS, SUMS, Pivot
from kernel.reports.asking import choices_of, dimension_choices
from kernel.reports.layout import dimensions_for


def offered_to(pivot: Pivot) -> dict[str, Any]:
    offered = dimensions_for(pivot.register, pivot.user)
    aside = [one.name for one in pivot.aside]
    shown = [one.name for one in pivot.shown]
    formulas = [(one.title, one.shown(pivot.labels)) for one in pivot.formulas] + pivot.refused
    formulas += [("", "")] * (MOST_FORMULAS - len(formulas))
    return {
        **choices_of(pivot),
        "aside": [
            dimension_choices(offered, aside[place] if place < len(aside) else "") for place in range(pivot.most_across)
        ],
        "measures": [(code, one.head, code in shown) for code, one in pivot.offered.items()],
        "formulas": formulas,
        "words": [f"[{label}]" for code, label in pivot.labels.items() if not pivot.offered[code].is_day],
        "sums": [(code, words, code == pivot.sums) for code, words in SUMS.items()],
        "charts": [(code, words, code == pivot.drawn) for code, words in CHARTS.items()],
    }
