"""What a report asks its reader: the conditions of the register, and the parts it is composed of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from kernel.registers.filters import Filter
from kernel.registers.inputs import ReferenceField
from kernel.reports.layout import Dimension, Layout, dimensions_for, measures_for
from kernel.reports.spans import SPANS

Choice = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition: its control, what is chosen, its choices."""

    name: str
    label: str
    control: str
    given: dict[str, str]
    choices: Sequence[Choice] = ()
    field: Any = None


def asked_of(layout: Layout) -> list[Asked]:
    """Those the declaration asks for and those already in force; of a composed report all."""
    register, base = layout.register, layout.base
    wanted = register.asked if base is None else (*filter(None, (base.period,)), *base.asks)
    conditions = layout.conditions
    found = []
    for one in layout.listing.filters:
        active = any(name in conditions for name in one.params)
        if one.control != "presence" and one.name not in register.masked and (one.name in wanted or active):
            found.append(_asked(layout, one))
    return found


def _asked(layout: Layout, one: Filter) -> Asked:
    chosen = layout.conditions.getlist(one.name)
    given = {name.rpartition("__")[2]: layout.conditions.get(name, "") for name in one.params if "__" in name}
    choices: list[Choice] = []
    if one.control == "choice":
        choices = [(value, words, value in chosen) for value, words in one.facet.choices.items()]
    elif one.control == "boolean":
        choices = [("yes", _("так"), "yes" in chosen), ("no", _("ні"), "no" in chosen)]
    elif one.control == "period" and layout.period and one.name == layout.period.name:
        span = layout.query.get("span", "")
        choices = [(code, str(words), code == span) for code, words in SPANS.items()]
    field = _reference(layout, one, chosen) if one.control == "reference" else None
    return Asked(one.name, one.facet.label, one.control, given, choices, field)


def _reference(layout: Layout, one: Filter, chosen: list[str]) -> Any:
    other, model = one.facet.reference, one.facet.related_model
    assert model is not None
    field: forms.Field
    if other is None:
        field = forms.ModelChoiceField(model._default_manager.all(), required=False)
    else:
        field = ReferenceField(register=other, user=layout.user, source=lambda rows: rows, required=False)
    shown = field.prepare_value(chosen[0] if chosen else None)
    return field.widget.render(one.name, shown, {"id": f"asked-{one.name}"})


def choices_of(layout: Layout) -> dict[str, Any]:
    """Everything a report of this register may be composed of, with what it is composed of now."""
    register, user = layout.register, layout.user
    offered = dimensions_for(register, user)
    chosen = [one.name for one in layout.by]
    rows = [
        dimension_choices(offered, chosen[place] if place < len(chosen) else "") for place in range(max(3, len(chosen)))
    ]
    measures = [one.name for one in layout.measures]
    columns = [one.name for one in layout.columns]
    facets = [one for one in register.seen(user).values() if one.kind != "geometry"]
    return {
        "rows": rows,
        "across": dimension_choices(offered, layout.across.name if layout.across else ""),
        "measures": [(one.name, one.head, one.name in measures) for one in measures_for(register, user)],
        "columns": [(one.name, one.label, one.name in columns) for one in facets],
        "sorts": [
            (f"{sign}{one.name}", f"{one.label}, {words}", layout.sort == f"{sign}{one.name}")
            for one in layout.measures
            for sign, words in (("-", _("спершу найбільші")), ("", _("спершу найменші")))
        ],
        "periods": [
            (name, register.facets[name].label, bool(layout.period and layout.period.name == name))
            for name in register.asked
            if register.facets[name].kind in ("date", "moment") and register.may_see(name, user)
        ],
        "spans": [(code, str(words), code == layout.query.get("span", "")) for code, words in SPANS.items()],
    }


def dimension_choices(offered: list[Dimension], chosen: str) -> list[Choice]:
    return [(one.name, one.label, one.name == chosen) for one in offered]
