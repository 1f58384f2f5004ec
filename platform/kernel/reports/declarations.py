"""A report is declared beside its register, in the same words in which an address asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Report:
    """`Report("by_street", _("Будинки за вулицями"), by=("settlement", "street"), measures=("count", "share"))`.

    `by` groups by filters of the register, a date by its part: `"signed_on:month"` (day, month, quarter, year);
    `across` spreads one more of them over columns; `columns` lists the cards themselves, under their groups.
    `measures`: `count`, `share`, and `sum:` `min:` `max:` `avg:` `share:` of a field. `query` holds conditions as in the
    address of the list; `period` is the date whose span the reader is asked for, `span` the one offered first.
    """

    code: str
    title: Text
    by: tuple[str, ...] = ()
    across: str = ""
    columns: tuple[str, ...] = ()
    measures: tuple[str, ...] = ("count",)
    query: str = ""
    asks: tuple[str, ...] = ()
    period: str = ""
    span: str = ""
    sort: str = ""
    about: Text = ""


_apart: dict[str, list[Report]] = {}


def declare_reports(register: str, *reports: Report) -> None:
    """For a module's reports.py; `register` is its label."""
    _apart.setdefault(register, []).extend(reports)


def reports_apart(register: str) -> Sequence[Report]:
    return _apart.get(register, [])


def labels_apart() -> list[str]:
    return list(_apart)
