"""A list as the address asks for it: rights, search, filters, order, columns, one page by key.

The screen, exports, bulk changes, the API and the pages of a card's neighbours all go through it, so they
mean the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Sum
from django.http import QueryDict
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.indicators.spans import is_period, within
from kernel.indicators.spans import words as period_words
from kernel.registers.added import attach
from kernel.registers.facets import Facet
from kernel.registers.filters import Chip, Filter
from kernel.registers.keyset import BadCursor, Cursor, Step, after, decode, ordering, steps_of, values_of
from kernel.registers.models import ListChoice, SavedView
from kernel.registers.register import Register
from kernel.registers.tabs import views_of
from kernel.search.query import matching, words_of

PAGE = 50
PAGES = (25, 50, 100, 200)
COUNTED = 10_000
# Parameters of the address that are not conditions.
FORM_OF_LIST = ("sort", "after", "size", "columns", "view", "totals", "page")


@dataclass(frozen=True, slots=True)
class Page:
    cards: list[Any]
    first: int
    last: int
    newer: str
    older: str


class Listing:
    def __init__(
        self, register: Register, user: Any, query: QueryDict | str = "", *, level: Level = Level.VIEW
    ) -> None:
        self.register, self.user, self.level = register, user, level
        self.query = QueryDict(query) if isinstance(query, str) else query
        self.mistakes: list[str] = []
        self.chips: list[Chip] = []

    # -- which rows -----------------------------------------------------------------------------

    @cached_property
    def view(self) -> Any:
        """The tab in force: a ready one by its code, a saved one by its number."""
        code = self.query.get("view", "")
        for ready in self.register.views:
            if ready.code == code:
                return ready
        if code.isdecimal():
            return views_of(self.register, self.user).filter(pk=int(code[:18])).first()
        return None

    @cached_property
    def wishes(self) -> QueryDict:
        """The address over the tab: what the address says itself comes on top of the tab's conditions."""
        merged = QueryDict(self.view.query if self.view else "", mutable=True)
        for name in self.query:
            merged.setlist(name, self.query.getlist(name))
        return merged

    @property
    def archived(self) -> bool:
        return self.wishes.get("archived") == "1" and self.register.archives

    @property
    def text(self) -> str:
        return self.wishes.get("q", "").replace("\x00", "").strip()[:200]

    @cached_property
    def filters(self) -> list[Filter]:
        seen = self.register.seen(self.user)
        return [Filter(seen[name]) for name in self.register.asked if name in seen]

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """The filtered rows, in no order."""
        found = self.register.rows(self.user, self.level, archived=self.archived)
        if self.text and self.register.searchable:
            found = found.filter(matching(self.text))
        for one in self.filters:
            try:
                for condition, chip in one.conditions(self.wishes, self.user):
                    found = found.filter(condition)
                    self.chips.append(chip)
            except ValidationError as wrong:
                self.mistakes.extend(wrong.messages)
        if asked := self._indicator():
            found = found.filter(asked.condition)
            told = str(asked.title)
            params: tuple[str, ...] = ("indicator",)
            if period := self._period_of(asked):
                found = found.filter(within(self.register.model, asked.on, period))
                told, params = f"{told}, {period_words(period)}", ("indicator", "period")
            self.chips.append(Chip(_("Показник"), told, params))
        if waits := self._waiting():
            found = found.filter(waits.where(self.user) if callable(waits.where) else waits.where)
            self.chips.append(Chip(_("Чекає"), str(waits.title), ("waiting",)))
        if chosen := self.query.getlist("id")[:COUNTED]:
            found = found.filter(pk__in=[pk for pk in chosen if pk.isdecimal() and len(pk) < 19])
        return found

    def _indicator(self) -> Any:
        """The figure whose rows are asked for."""
        code = self.wishes.get("indicator", "")
        return next((one for one in self.register.indicators if one.code == code), None)

    def _waiting(self) -> Any:
        """What waits for this person: the rows behind a count of the first page."""
        code = self.wishes.get("waiting", "")
        return next((one for one in self.register.waiting if one.code == code), None)

    def _period_of(self, asked: Any) -> str:
        """Which of its periods the figure was told for."""
        period = self.wishes.get("period", "") if asked.on else ""
        return period if is_period(period) else ""

    @property
    def words(self) -> list[str]:
        return words_of(self.text)

    @cached_property
    def narrowed(self) -> bool:
        """Whether anything besides the tab and rights limits the list."""
        _count = self.rows
        return bool(self.text or self.chips)

    # -- order ----------------------------------------------------------------------------------

    @cached_property
    def sort(self) -> str:
        given = self.wishes.get("sort", "")
        own = {name.removeprefix("-") for name in self.register.order}
        return given if given.removeprefix("-") in {self.order_of(facet) for facet in self.columns} - {""} | own else ""

    def order_of(self, facet: Facet) -> str:
        """What sorts by the column; personal data sorts nothing: order and places in the list would tell it."""
        return "" if facet.name in self.register.masked else facet.order_by

    @cached_property
    def steps(self) -> list[Step]:
        order = [self.sort] if self.sort else list(self.register.order)
        return steps_of(self.register.model, [_order_path(self.register, name) for name in order] or ["-pk"])

    @cached_property
    def placed(self) -> QuerySet[Any]:
        """The rows with what they are ordered by, where it is a field of the tenant's own."""
        facets = self.register.facets
        own = {
            step.path: facet.added.order()
            for step in self.steps
            if (facet := facets.get(step.path)) is not None and facet.added is not None
        }
        return self.rows.annotate(**own) if own else self.rows

    def ordered(self) -> QuerySet[Any]:
        return self.placed.order_by(*ordering(self.steps))

    # -- columns --------------------------------------------------------------------------------

    @cached_property
    def offered(self) -> dict[str, Facet]:
        """Every column this person may have in the list."""
        return {name: facet for name, facet in self.register.seen(self.user).items() if facet.kind != "geometry"}

    @cached_property
    def columns(self) -> list[Facet]:
        return [self.offered[name] for name in self.column_names]

    @cached_property
    def column_names(self) -> list[str]:
        for wanted in self._wanted_columns():
            names = [name for name in wanted if name in self.offered]
            if names:
                return names
        return [name for name in self.register.columns if name in self.offered]

    def _wanted_columns(self) -> Iterable[list[str]]:
        yield [name for name in self.query.get("columns", "").split(",") if name]
        if isinstance(self.view, SavedView):
            yield self.view.columns
        mine = ListChoice.objects.filter(register=self.register.label, owner=self.user).first()
        yield mine.columns if mine else []

    # -- a page ---------------------------------------------------------------------------------

    @cached_property
    def size(self) -> int:
        given = self.query.get("size", "")
        return int(given) if given in map(str, PAGES) else PAGE

    def page(self) -> Page:
        cursor = self._cursor()
        found = self.ordered()
        if cursor:
            try:
                found = after(self.placed, self.steps, cursor)
            except BadCursor:
                self.mistakes.append(_("Такого місця в переліку немає. Показано початок."))
                cursor = None
            else:
                found = found.order_by(*ordering(self.steps, backwards=cursor.backwards))
        if joined := self.register.joined(self.column_names):
            found = found.select_related(*joined)
        cards = list(found[: self.size + 1])
        attach(self.register, cards)
        more, cards = len(cards) > self.size, cards[: self.size]
        backwards = bool(cursor and cursor.backwards)
        if backwards:
            cards.reverse()
        start = self._start(cursor, len(cards), more)
        has_newer = more if backwards else cursor is not None
        has_older = True if backwards else more
        return Page(
            cards,
            start + 1 if cards else 0,
            start + len(cards),
            self._to(cards[0], backwards=True, before=start) if cards and has_newer else "",
            self._to(cards[-1], backwards=False, before=start + len(cards)) if cards and has_older else "",
        )

    def _cursor(self) -> Cursor | None:
        given = self.query.get("after", "")
        if not given:
            return None
        try:
            return decode(given, len(self.steps))
        except BadCursor:
            self.mistakes.append(_("Такого місця в переліку немає. Показано початок."))
            return None

    @staticmethod
    def _start(cursor: Cursor | None, count: int, more: bool) -> int:
        if cursor is None:
            return 0
        if cursor.backwards:
            return max(0, cursor.before - count) if more else 0
        return cursor.before

    def _to(self, card: Any, *, backwards: bool, before: int) -> str:
        return Cursor(values_of(card, self.steps), backwards, before).encode()

    # -- figures --------------------------------------------------------------------------------

    @cached_property
    def counted(self) -> int:
        """Counted up to a bound: beyond it a list says «понад 10 000»."""
        return self.rows.order_by()[: COUNTED + 1].count()

    @property
    def count_text(self) -> str:
        return count_text(self.counted)

    @property
    def total_known(self) -> bool:
        return self.counted <= COUNTED or self.query.get("totals") == "1"

    def totals(self) -> dict[str, str]:
        """Sums under the columns; over a long list they are counted only when asked for."""
        names = [name for name in self.register.totals if name in self.column_names]
        return sums_of(self.register, self.rows, names, self.user) if names and self.total_known else {}

    # -- addresses ------------------------------------------------------------------------------

    def address(self, **changes: Any) -> str:
        """The same list with something changed; None takes a parameter out. A new order begins from the start."""
        query = self.query.copy()
        if set(changes) - {"after"}:
            query.pop("after", None)
        for name, value in changes.items():
            query.pop(name, None)
            if isinstance(value, list | tuple):
                query.setlist(name, list(value))
            elif value is not None:
                query[name] = value
        return "?" + query.urlencode()

    def without(self, chip: Chip) -> str:
        """The list without one condition, even when it is the tab's own."""
        query = self.query.copy()
        query.pop("after", None)
        if self.view:
            query = self.wishes.copy()
            query.pop("view", None)
        for name in chip.params:
            query.pop(name, None)
        return "?" + query.urlencode()

    @cached_property
    def conditions(self) -> str:
        """Conditions and order without the place in the list: what a saved view or an export remembers."""
        query = self.wishes.copy()
        for name in ("after", "view", "size", "totals", "id", "columns"):
            query.pop(name, None)
        return query.urlencode()

    def neighbours(self, card: Any) -> tuple[Any, Any]:
        """The keys of the cards before and after this one in the list."""
        if self.placed is not self.rows:
            card = self.placed.filter(pk=card.pk).first() or card
        place = values_of(card, self.steps)
        found = []
        for backwards in (True, False):
            near = after(self.placed, self.steps, Cursor(place, backwards))
            found.append(near.order_by(*ordering(self.steps, backwards=backwards)).values_list("pk", flat=True).first())
        return found[0], found[1]


def sums_of(register: Register, rows: QuerySet[Any], names: Iterable[str], user: Any) -> dict[str, str]:
    """Sums in words by one question; of personal data and of what this person does not see there are none."""
    told = [name for name in names if name not in register.masked and register.may_see(name, user)]
    if not told:
        return {}
    sums = rows.order_by().aggregate(**{f"sum_{position}": Sum(name) for position, name in enumerate(told)})
    facets = register.facets
    return {name: facets[name].words(sums[f"sum_{position}"]) for position, name in enumerate(told)}


def count_text(count: int) -> str:
    if count > COUNTED:
        return _("понад %(count)s") % {"count": f"{COUNTED:,}".replace(",", "\N{NO-BREAK SPACE}")}
    return f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")


def _order_path(register: Register, name: str) -> str:
    """A reference is ordered by what it is called, where its register says how."""
    sign, path = ("-", name[1:]) if name.startswith("-") else ("", name)
    facet = register.facets.get(path)
    if facet and facet.kind == "reference" and facet.reference and facet.reference.order:
        first = facet.reference.order[0].removeprefix("-")
        return f"{sign}{path}__{first}"
    return sign + path
