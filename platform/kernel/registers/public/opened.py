"""Registers open to residents: which there are, and which rows and columns leave the house."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel.modules.entitlement import enabled_labels
from kernel.registers.declarations import PublicPage, TransitStops
from kernel.registers.facets import Facet
from kernel.registers.keyset import BadCursor, Cursor, decode, values_of
from kernel.registers.listing import Listing
from kernel.registers.register import Register
from kernel.registers.registry import registers
from kernel.search.query import matching
from kernel.search.text import Folded

SHAPES = ("point", "geometry")


@dataclass(frozen=True)
class OpenRegister:
    register: Register
    page: PublicPage

    @property
    def name(self) -> str:
        return self.register.name

    @property
    def url(self) -> str:
        return reverse("open:page", args=[self.page.slug])

    @cached_property
    def facets(self) -> dict[str, Facet]:
        own = self.register.added.facets if self.register.added is not None else {}
        return {name: own.get(name) or self.register.facet(name) for name in self.page.columns}

    @property
    def geometry(self) -> str:
        """What a map draws, where the page declares it among its columns."""
        layer = self.register.layer
        return layer.geometry if layer and layer.geometry in self.page.columns else ""

    @property
    def stops(self) -> TransitStops | None:
        """Where all that a stop is told by is open."""
        stops = self.page.stops
        return stops if stops and self.geometry and set(stops.columns) <= set(self.page.columns) else None

    @cached_property
    def sought(self) -> tuple[list[str], bool]:
        """Open columns that are searched, and whether these are all the folded text is made of."""
        if not self.register.searchable:
            return [], False
        names = list(getattr(self.register.model._meta.get_field("sought"), "names", ()))
        found = [name for name in names if name in self.page.columns]
        return found, found == names

    def rows(self, text: str = "") -> QuerySet[Any]:
        found = self.register.queryset()
        if self.register.archives:
            found = found.filter(archived_at__isnull=True)
        if self.page.where is not None:
            found = found.filter(self.page.where)
        names, whole = self.sought
        if text and names:
            found = found.filter(matching(text))
            if not whole:
                # The folded text knows closed columns too: being found must not tell what stands in them.
                found = found.alias(open_text=Folded(*names)).filter(matching(text, "open_text"))
        return found


class OpenListing(Listing):
    """The list as a resident asks for it: a question and a place; everything else of the address is nobody's wish."""

    def __init__(self, opened: OpenRegister, query: QueryDict) -> None:
        known = QueryDict(mutable=True)
        for name in ("q", "after"):
            if name in query:
                known[name] = str(query[name])
        super().__init__(opened.register, AnonymousUser(), known)
        self.opened = opened

    @cached_property
    def view(self) -> Any:
        return None

    @cached_property
    def rows(self) -> QuerySet[Any]:
        return self.opened.rows(self.text)

    @cached_property
    def offered(self) -> dict[str, Facet]:
        return {name: facet for name, facet in self.opened.facets.items() if facet.kind not in SHAPES}

    @cached_property
    def column_names(self) -> list[str]:
        return list(self.offered)

    def _to(self, card: Any, *, backwards: bool, before: int) -> str:
        """A place by its card alone: the values of the order may be closed."""
        return Cursor([card.pk], backwards, before).encode()

    def _cursor(self) -> Cursor | None:
        given = self.query.get("after", "")
        if not given:
            return None
        try:
            place = decode(given, 1)
            card = self.opened.rows().filter(pk=place.values[0]).first()
        except (BadCursor, ValidationError, ValueError, TypeError):
            card = None
        if card is None:
            self.mistakes.append(_("Такого місця в переліку немає. Показано початок."))
            return None
        return replace(place, values=values_of(card, self.steps))


def opened() -> list[OpenRegister]:
    """Those of the modules that are on here, by name."""
    enabled = enabled_labels()
    found = [OpenRegister(one, _widened(one)) for one in registers() if one.public and one.module in enabled]
    return sorted(found, key=lambda one: one.name)


def _widened(register: Register) -> PublicPage:
    """With those of the tenant's own fields that residents are meant to see."""
    page, added = register.public, register.added
    assert page is not None
    return replace(page, columns=(*page.columns, *added.public)) if added is not None and added.public else page


def opened_at(slug: str) -> OpenRegister:
    for one in opened():
        if one.page.slug == slug:
            return one
    raise Http404
