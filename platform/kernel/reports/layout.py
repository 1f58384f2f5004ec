"""What a report is made of for one reader: groups, columns, measures, conditions, each checked against the register.

One address describes a report whole: `by`, `across`, `column`, `measure`, `sort`, `span`, `period`, and conditions as in
the list. A declared or a saved report is the beginning of such an address, and what the reader adds comes over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, Value
from django.db.models.functions import Cast, NullIf
from django.http import QueryDict
from django.utils.translation import gettext as _

from kernel.access.dates import local_today
from kernel.registers.facets import Facet
from kernel.registers.filters import Filter
from kernel.registers.listing import Listing
from kernel.registers.register import Register
from kernel.registers.registry import register_of
from kernel.reports.declarations import Report
from kernel.reports.spans import PARTS, SPANS, cut, days_of, span_of, words_of

MOST_GROUPINGS = 4
MOST_MEASURES = 8
MOST_COLUMNS = 30
FORM = ("by", "across", "column", "measure", "sort", "span", "period", "format", "plain")
GROUPED = frozenset({"text", "choice", "boolean", "reference", "date", "moment", "integer", "code"})
SUMMED = frozenset({"integer", "decimal", "money"})
KINDS = ("count", "share", "sum", "avg", "min", "max")
NOT_IN_LISTS = ("sort", "after", "size", "columns", "view", "totals", "page", "format")


class UnknownPart(LookupError):
    """A report names what its register cannot group, measure or show."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """What rows or columns are grouped by: a filter of the register, a date by its part."""

    facet: Facet
    part: str = ""

    @property
    def name(self) -> str:
        return f"{self.facet.name}:{self.part}" if self.part else self.facet.name

    @property
    def label(self) -> str:
        return f"{self.facet.label}, {PARTS[self.part]}" if self.part else self.facet.label

    def expression(self) -> Any:
        if self.part:
            return cut(self.facet.expression(), self.part, moment=self.facet.kind == "moment")
        if self.facet.kind in ("text", "choice") and isinstance(self.facet.field, CharField):
            # Nothing written and nothing known are one group.
            return NullIf(Cast(self.facet.expression(), CharField()), Value(""), output_field=CharField())
        return self.facet.expression()

    def words(self, value: Any, names: dict[Any, str]) -> str:
        if value is None:
            return _("не заповнено")
        if self.part:
            return words_of(value, self.part)
        return names.get(value, str(value)) if self.facet.kind == "reference" else self.facet.words(value)

    def conditions(self, value: Any) -> dict[str, str]:
        """The parameters of the list that mean this very group."""
        if value is not None and self.part:
            first, last = days_of(value, self.part)
            return {f"{self.facet.name}__from": first.isoformat(), f"{self.facet.name}__to": last.isoformat()}
        return Filter(self.facet).equal_to(value)


@dataclass(frozen=True, slots=True)
class Measure:
    kind: str
    facet: Facet | None = None

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.facet.name}" if self.facet else self.kind

    @property
    def label(self) -> str:
        words = {
            "count": _("Кількість"), "share": _("Частка"), "sum": _("Сума"), "avg": _("Середнє"),
            "min": _("Найменше"), "max": _("Найбільше"),
        }[self.kind]  # fmt: skip
        return f"{words}: {self.facet.label.lower()}" if self.facet else words

    @property
    def unit(self) -> str:
        return "%" if self.kind == "share" else self.facet.unit if self.facet else ""

    @property
    def head(self) -> str:
        return f"{self.label}, {self.unit}" if self.unit else self.label

    @property
    def decimals(self) -> int:
        if self.kind == "share":
            return 1
        if self.facet is None or self.is_day:
            return 0
        own = 2 if self.facet.kind == "money" else self.facet.decimals
        return max(own, 2) if self.kind == "avg" else own

    @property
    def is_day(self) -> bool:
        return self.facet is not None and self.facet.kind in ("date", "moment")


class Layout:
    """A report as one person may have it. What they may not see is left out and said in `mistakes`."""

    most_by, most_across = MOST_GROUPINGS, 1
    # Words of the address that are no conditions.
    form: tuple[str, ...] = FORM

    def __init__(self, register: Register, user: Any, query: QueryDict | str, base: Report | None = None) -> None:
        self.register, self.user, self.base = register, user, base
        given = QueryDict(query) if isinstance(query, str) else query
        self.query = over(base, given) if base and given.get("plain") != "1" else given.copy()
        self.mistakes: list[str] = []
        self.by = self._dimensions(self.query.getlist("by")[: self.most_by])
        self.aside = self._dimensions(self.query.getlist("across")[: self.most_across])
        self.across = self.aside[0] if self.aside else None
        self.columns = self._columns(self.query.getlist("column")[:MOST_COLUMNS])
        self.measures = self._measures(self.query.getlist("measure")[:MOST_MEASURES])
        if not self.measures:
            self.measures = [Measure("count")]
        self.period = self._period(self.query.get("period", ""))

    # -- parts ----------------------------------------------------------------------------------

    def _dimensions(self, names: list[str]) -> list[Dimension]:
        found: list[Dimension] = []
        for name in dict.fromkeys(filter(None, names)):
            try:
                found.append(dimension_of(self.register, name, self.user))
            except UnknownPart as unknown:
                self.mistakes.append(str(unknown))
        return found

    def _measures(self, names: list[str]) -> list[Measure]:
        found: list[Measure] = []
        for name in dict.fromkeys(filter(None, names)):
            try:
                found.append(measure_of(self.register, name, self.user))
            except UnknownPart as unknown:
                self.mistakes.append(str(unknown))
        return found

    def _columns(self, names: list[str]) -> list[Facet]:
        seen = self.register.seen(self.user)
        found = [seen[name] for name in dict.fromkeys(names) if name in seen and seen[name].kind != "geometry"]
        for name in dict.fromkeys(filter(None, names)):
            if name not in seen:
                self.mistakes.append(_unseen(name))
        return found

    def _period(self, name: str) -> Facet | None:
        facet = self.register.seen(self.user).get(name) if name in self.register.asked else None
        return facet if facet and facet.kind in ("date", "moment") else None

    # -- rows -----------------------------------------------------------------------------------

    @cached_property
    def days(self) -> tuple[str, str]:
        """The span asked for, as the two ends in the address; own ends come before a named span."""
        if self.period is None:
            return "", ""
        ends = [self.query.get(f"{self.period.name}__{end}", "") for end in ("from", "to")]
        code = self.query.get("span", "")
        if not any(ends) and code in SPANS:
            first, last = span_of(code, local_today())
            return first.isoformat(), last.isoformat()
        return ends[0], ends[1]

    @cached_property
    def conditions(self) -> QueryDict:
        """As the list understands them."""
        found = self.query.copy()
        for name in (*self.form, *NOT_IN_LISTS):
            found.pop(name, None)
        if self.period:
            for end, day in zip(("from", "to"), self.days, strict=True):
                found.pop(f"{self.period.name}__{end}", None)
                if day:
                    found[f"{self.period.name}__{end}"] = day
        for name in [name for name in found if not any(found.getlist(name))]:
            found.pop(name)
        return found

    @cached_property
    def listing(self) -> Listing:
        found = Listing(self.register, self.user, self.conditions)
        _rows = found.rows
        self.mistakes += [mistake for mistake in found.mistakes if mistake not in self.mistakes]
        return found

    def drill(self, *groups: tuple[Dimension, Any]) -> str:
        """The list of the cards behind a figure."""
        query = dict(self.conditions.lists())
        for dimension, value in groups:
            for name, wanted in dimension.conditions(value).items():
                query[name] = [_narrower(name, query.get(name, [""])[-1], wanted)]
        return f"{self._list_url}?{urlencode(query, doseq=True)}"

    @cached_property
    def _list_url(self) -> str:
        return self.register.url()

    @property
    def title(self) -> str:
        if self.base:
            return str(self.base.title)
        if self.by:
            return _("%(register)s: %(groups)s") % {
                "register": self.register.name,
                "groups": ", ".join(one.label.lower() for one in self.by),
            }
        return self.register.name

    @property
    def sort(self) -> str:
        """The measure that orders the groups, with a minus for the largest first; otherwise they go by name."""
        given = self.query.get("sort", "")
        return given if given.removeprefix("-") in {one.name for one in self.measures} else ""

    def address(self, **changes: Any) -> str:
        query = self.query.copy()
        query["plain"] = "1"
        for name, value in changes.items():
            query.pop(name, None)
            if isinstance(value, list | tuple):
                query.setlist(name, [str(one) for one in value])
            elif value is not None:
                query[name] = value
        return "?" + query.urlencode()


def over(base: Report, given: QueryDict) -> QueryDict:
    """The declaration as an address, and the reader's own address over it."""
    merged = QueryDict(base.query, mutable=True)
    for name, values in (("by", base.by), ("column", base.columns), ("measure", base.measures)):
        merged.setlist(name, list(values))
    for name in ("across", "period", "span", "sort"):
        if value := getattr(base, name):
            merged[name] = value
    for name in given:
        merged.setlist(name, given.getlist(name))
    return merged


def dimension_of(register: Register, name: str, user: Any = None) -> Dimension:
    """Only what a filter of the list can ask for again, or nothing would list the cards behind a figure."""
    path, _colon, part = name.partition(":")
    facet = _facet(register, path, user)
    if path not in register.asked:
        raise UnknownPart(_("«%(name)s» не є умовою реєстру, тож групувати за нею не можна.") % {"name": path})
    if facet.kind not in GROUPED or facet.field is None:
        raise UnknownPart(_("За полем «%(field)s» не групують.") % {"field": facet.label})
    dated = facet.kind in ("date", "moment")
    if part and (not dated or part not in PARTS):
        raise UnknownPart(_("Поле «%(field)s» не ділиться так: «%(part)s».") % {"field": facet.label, "part": part})
    return Dimension(facet, part or "month" if dated else "")


def measure_of(register: Register, name: str, user: Any = None) -> Measure:
    kind, _colon, path = name.partition(":")
    if kind not in KINDS or (not path and kind not in ("count", "share")) or (path and kind == "count"):
        raise UnknownPart(_("Такої міри немає: «%(name)s».") % {"name": name})
    if not path:
        return Measure(kind)
    facet = _facet(register, path, user)
    fits = facet.kind in SUMMED or (kind in ("min", "max") and facet.kind in ("date", "moment"))
    if facet.field is None or not fits:
        raise UnknownPart(_("Поле «%(field)s» так не рахують.") % {"field": facet.label})
    return Measure(kind, facet)


def dimensions_for(register: Register, user: Any) -> list[Dimension]:
    found = []
    for name in register.asked:
        for part in PARTS if register.facets[name].kind in ("date", "moment") else ("",):
            try:
                found.append(dimension_of(register, f"{name}:{part}" if part else name, user))
            except UnknownPart:
                break
    return found


def measures_for(register: Register, user: Any) -> list[Measure]:
    found = [Measure("count"), Measure("share")]
    for name, facet in register.seen(user).items():
        if name in register.masked or facet.field is None or not facet.is_own:
            continue
        kinds: tuple[str, ...] = ("sum", "avg", "min", "max", "share") if facet.kind in SUMMED else ()
        if facet.kind in ("date", "moment"):
            kinds = ("min", "max")
        found += [Measure(kind, facet) for kind in kinds]
    return found


def _facet(register: Register, name: str, user: Any) -> Facet:
    """A field that may be counted: personal data and what this person may not see are no part of any figure."""
    facet = register.facets.get(name)
    if facet is None or _hidden(register, name, user) or _hidden_there(facet, user):
        raise UnknownPart(_unseen(name))
    return facet


def _hidden(register: Register, name: str, user: Any) -> bool:
    return name in register.masked or (user is not None and not register.may_see(name, user))


def _hidden_there(facet: Facet, user: Any) -> bool:
    """What the register of another card keeps behind a mask or a level is not told by a path to it either."""
    if facet.field is None or facet.is_own:
        return False
    there = register_of(facet.field.model)
    return there is not None and _hidden(there, facet.name.rpartition("__")[2], user)


def _unseen(name: str) -> str:
    return _("Поля «%(name)s» тут немає або воно вам не видно: його пропущено.") % {"name": name[:80]}


def _narrower(name: str, present: str, wanted: str) -> str:
    """A month within a span that begins or ends inside it keeps the span's end."""
    if not name.endswith(("__from", "__to")) or present[4:5] != "-" or wanted[4:5] != "-":
        return wanted
    return max(present, wanted) if name.endswith("__from") else min(present, wanted)
