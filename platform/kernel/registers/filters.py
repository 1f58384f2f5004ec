"""Conditions over a list: what stands in the address, the filter it means, and the words of its chip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kernel.registers.facets import Facet
from kernel.search.query import find

MOST_CHOSEN = 100


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition in force: `params` are the names of the address that make it."""

    label: str
    value: str
    params: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """One facet's conditions: parameters are the facet's name, with a suffix for all but the plain one."""

    facet: Facet

    @property
    def name(self) -> str:
        return self.facet.name

    @property
    def control(self) -> str:
        """Which control asks for it: choice, boolean, reference, period, range, presence or text."""
        kind = self.facet.kind
        if kind in ("choice", "boolean", "reference"):
            return kind
        if kind in ("date", "moment"):
            return "period"
        if kind in ("point", "geometry", "file"):
            return "presence"
        return "range" if self.facet.is_figure else "text"

    @property
    def params(self) -> tuple[str, ...]:
        suffixes = {"period": ("from", "to", "within"), "range": ("from", "to"), "text": ("has", "is")}
        if self.control == "presence":
            return (f"{self.name}__empty",)
        own = suffixes.get(self.control)
        names = tuple(f"{self.name}__{suffix}" for suffix in own) if own else (self.name,)
        if self.control == "reference" and self._told_in_words:
            names += (f"{self.name}__text",)
        return (*names, f"{self.name}__empty")

    @property
    def _told_in_words(self) -> bool:
        return self.facet.reference is not None and self.facet.reference.searchable

    def conditions(self, query: QueryDict, user: Any) -> Iterator[tuple[Q, Chip]]:
        """What of the address concerns this filter. A value nobody could mean raises ValidationError."""
        for condition, chip in self._asked(query, user):
            yield (self.facet.added.narrow(condition) if self.facet.added is not None else condition), chip

    def _asked(self, query: QueryDict, user: Any) -> Iterator[tuple[Q, Chip]]:
        read = getattr(self, f"_{self.control}")
        yield from read(query, user)
        if self.name + "__empty" in query:
            empty = query[self.name + "__empty"] != "0"
            yield self._empty(empty), self._chip(_("не заповнено") if empty else _("заповнено"), "empty")

    def equal_to(self, value: Any) -> dict[str, str]:
        """The parameters that ask for the cards with this very value."""
        if value is None or value == "":
            return {f"{self.name}__empty": "1"}
        if self.control == "boolean":
            return {self.name: "yes" if value else "no"}
        if self.control in ("choice", "reference"):
            return {self.name: str(value)}
        if self.control == "text":
            return {f"{self.name}__is": str(value)}
        if self.control == "presence":
            return {f"{self.name}__empty": "0"}
        return {f"{self.name}__from": str(value), f"{self.name}__to": str(value)}

    # -- kinds ----------------------------------------------------------------------------------

    def _choice(self, query: QueryDict, user: Any) -> Iterator[tuple[Q, Chip]]:
        wanted = self._wanted(query)
        if not wanted:
            return
        unknown = [value for value in wanted if value not in self.facet.choices]
        if unknown:
            raise self._wrong(unknown[0])
        yield Q(**{f"{self.name}__in": wanted}), self._chip(", ".join(self.facet.choices[value] for value in wanted))

    def _boolean(self, query: QueryDict, user: Any) -> Iterator[tuple[Q, Chip]]:
        given = str(query.get(self.name, ""))
        if not given:
            return
        values = {"yes": True, "no": False}
        if given not in values:
            raise self._wrong(given)
        yield Q(**{self.name: values[given]}), self._chip(_("так") if values[given] else _("ні"))

    def _reference(self, query: QueryDict, user: Any) -> Iterator[tuple[Q, Chip]]:
        wanted = self._wanted(query)
        # Without scripts the words come alone.
        text = query.get(f"{self.name}__text", "").replace("\x00", "").strip()[:200] if self._told_in_words else ""
        if not wanted and not text:
            return
        register, model = self.facet.reference, self.facet.related_model
        assert model is not None
        rows = register.rows(user, archived=None) if register else model._default_manager.all()
        try:
            found = list(rows.filter(pk__in=wanted) if wanted else find(rows, text)[:MOST_CHOSEN])
        except (ValueError, ValidationError):
            raise self._wrong(", ".join(wanted)) from None
        words = [register.label_of(card) if register else str(card) for card in found]
        chip = Chip(self.facet.label, ", ".join(words) or _("немає такого запису"), self.params[:-1])
        yield Q(**{f"{self.name}__in": [card.pk for card in found]}), chip

    def _period(self, query: QueryDict, user: Any) -> Iterator[tuple[Q, Chip]]:
        path = f"{self.name}__date" if self.facet.kind == "moment" else self.name
        within = query.get(f"{self.name}__within", "")
        if within:
            if not within.isdecimal() or len(within) > 5 or int(within) > 36500:
                raise self._wrong(within)
            today = timezone.localdate()
            until = today + timedelta(days=int(within))
            told = _("найближчі %(days)s дн.") % {"days": within}
            yield Q(**{f"{path}__gte": today, f"{path}__lte": until}), self._chip(told, "within")
        first, last = self._date(query, "from"), self._date(query, "to")
        if first:
            yield Q(**{f"{path}__gte": first}), self._chip(_("від %(date)s") % {"date": _day(first)}, "from")
        if last:
            yield Q(**{f"{path}__lte": last}), self._chip(_("до %(date)s") % {"date": _day(last)}, "to")

    def _range(self, query: QueryDict, user: Any) -> Iterator[tuple[Q, Chip]]:
        for suffix, lookup, told in (("from", "gte", _("від %(value)s")), ("to", "lte", _("до %(value)s"))):
            given = query.get(f"{self.name}__{suffix}", "").strip()
            if not given:
                continue
            try:
                value = Decimal(given.replace(",", ".").replace(" ", "").replace("\u00a0", ""))
            except InvalidOperation:
                raise self._wrong(given) from None
            if not value.is_finite() or abs(value) > Decimal(10) ** 18 or value.adjusted() < -18:
                raise self._wrong(given)
            words = f"{given} {self.facet.unit}".strip()
            yield Q(**{f"{self.name}__{lookup}": value}), self._chip(told % {"value": words}, suffix)

    def _text(self, query: QueryDict, user: Any) -> Iterator[tuple[Q, Chip]]:
        given = query.get(f"{self.name}__has", "").replace("\x00", "").strip()[:200]
        if given:
            yield Q(**{f"{self.name}__icontains": given}), self._chip(f"«{given}»", "has")
        exact = query.get(f"{self.name}__is", "").replace("\x00", "")[:500]
        if exact:
            yield Q(**{self.name: exact}), self._chip(exact, "is")

    def _presence(self, query: QueryDict, user: Any) -> Iterator[tuple[Q, Chip]]:
        """Of a place or a file one asks only whether it is there."""
        yield from ()

    # -- pieces ---------------------------------------------------------------------------------

    def _wanted(self, query: QueryDict) -> list[str]:
        """An empty box of a form asks for nothing."""
        return [value for value in query.getlist(self.name) if value][:MOST_CHOSEN]

    def _empty(self, empty: bool) -> Q:
        nothing = Q(**{f"{self.name}__isnull": True})
        if self.facet.kind in ("text", "long_text", "email", "phone", "code", "choice"):
            nothing |= Q(**{self.name: ""})
        return nothing if empty else ~nothing

    def _date(self, query: QueryDict, suffix: str) -> date | None:
        given = query.get(f"{self.name}__{suffix}", "").strip()
        if not given:
            return None
        try:
            found = parse_date(given) or parse_date("-".join(reversed(given.split("."))))
        except ValueError:
            found = None
        if found is None:
            raise self._wrong(given)
        return found

    def _chip(self, value: str, suffix: str = "") -> Chip:
        return Chip(self.facet.label, value, (f"{self.name}__{suffix}" if suffix else self.name,))

    def _wrong(self, given: str) -> ValidationError:
        return ValidationError(
            _("Умову «%(field)s» не застосовано: значення «%(value)s» їй не підходить. Оберіть інше."),
            params={"field": self.facet.label, "value": given[:60]},
        )


def _day(value: date) -> str:
    return date_format(value, "d.m.Y")
