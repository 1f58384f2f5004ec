"""What is taken out of a register: the rows and columns of the list as it stands, or the cards that were chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.text import get_valid_filename

from kernel.registers.facets import Facet
from kernel.registers.listing import Listing
from kernel.registers.register import Register

LONGEST_QUERY = 2000
AT_ONCE = 5000
IGNORED = ("after", "size", "totals", "page", "columns", "format")


@dataclass(frozen=True)
class Selection:
    register: Register
    user: Any
    query: str
    columns: tuple[str, ...] = ()
    chosen: tuple[str, ...] = field(default=())

    @cached_property
    def listing(self) -> Listing:
        query = QueryDict(self.query, mutable=True)
        for name in IGNORED:
            query.pop(name, None)
        if self.chosen:
            query.setlist("id", list(self.chosen))
        if self.columns:
            query["columns"] = ",".join(self.columns)
        return Listing(self.register, self.user, query)

    @cached_property
    def facets(self) -> list[Facet]:
        return self.listing.columns

    @property
    def names(self) -> list[str]:
        return self.listing.column_names

    @cached_property
    def heads(self) -> list[str]:
        """What stands over the columns; no two alike, or one would cover the other."""
        heads: list[str] = []
        for facet in self.facets:
            head = f"{facet.label}, {facet.unit}" if facet.unit else facet.label
            heads.append(head if head not in heads else f"{head} ({facet.name})")
        return heads

    @property
    def title(self) -> str:
        return self.register.name

    def is_large(self, at_once: int = 0) -> bool:
        """Too long to be made while somebody waits."""
        return self.listing.counted > min(at_once or AT_ONCE, AT_ONCE)

    def file_name(self, extension: str) -> str:
        day = timezone.localdate().strftime("%Y-%m-%d")
        return f"{get_valid_filename(self.title).replace('_', ' ')} {day}.{extension}"


def selection_of(register: Register, user: Any, given: Any) -> Selection:
    """As an address or a form asks: conditions in `query`, ticked cards in `id`, columns in `column` or `columns`.

    `all` means every card under the conditions, whatever is ticked on the page that asks.
    """
    query = given.get("query", "")[:LONGEST_QUERY].removeprefix("?")
    columns = given.getlist("column") or given.get("columns", "")[:LONGEST_QUERY].split(",")
    chosen = () if given.get("all") == "1" else _keys(given.getlist("id"))
    return Selection(register, user, query, tuple(name for name in columns if name), chosen)


def _keys(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(key for key in given if key.isascii() and key.isdecimal() and len(key) < 19)
