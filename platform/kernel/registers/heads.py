"""What stands at the head of a card: how it stands, and its figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.registers.declarations import Term
from kernel.registers.register import Register


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure with its unit, or a term with two days."""

    label: str
    value: Any = None
    unit: str = ""
    start: date | None = None
    end: date | None = None


def measures_of(register: Register, card: Any, user: Any) -> list[Measure]:
    """Only what this person may see; personal figures stay among the facts, behind their mask."""
    found = []
    for one in register.measures:
        if isinstance(one, Term):
            start, end = (_value(register, name, card, user) for name in (one.start, one.end))
            if start and end:
                found.append(Measure(str(one.title), start=start, end=end))
        elif one not in register.masked and register.may_see(one, user):
            facet = register.facet(one)
            value = facet.value(card)
            unit = facet.unit or ("₴" if facet.kind == "money" else "")
            found.append(
                Measure(
                    facet.label, value if facet.is_figure and not facet.is_year else facet.words(value) or None, unit
                )
            )
    return found


def _value(register: Register, name: str, card: Any, user: Any) -> Any:
    return register.facet(name).value(card) if register.may_see(name, user) else None
