"""Registers a tenant made itself: built of the rows of their definitions, for that tenant and no other."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.urls import reverse

from kernel.access.levels import Level
from kernel.designer.known import Known, snapshot
from kernel.designer.models import Record
from kernel.modules.added import AddedModule
from kernel.modules.manifest import Area
from kernel.registers.declarations import MapLayer, PublicPage
from kernel.registers.facets import Facet
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister

LABEL, MODULE = "own.", "own:"
SHOWN = 5


class OwnRegister(Register):
    """Every face comes from Register; only what a class would declare is read from the definition."""

    def __init__(self, known: Known) -> None:
        self.model = Record  # type: ignore[misc]
        super().__init__()
        self.known = known
        self.code = known.register.removeprefix(LABEL)
        self.module, self.label = f"{MODULE}{self.code}", known.register
        self.title, self.icon = known.title, known.icon or "list"  # type: ignore[misc]
        self.within = {"definition_id": known.pk}  # type: ignore[misc]
        self.numbering = known.numbering  # type: ignore[misc]
        first = ("number", "name") if known.numbering else ("name",)
        own = [one.name for one in known.live if one.kind not in ("point", "file")]
        self.columns = (*first, *own[:SHOWN])  # type: ignore[misc]
        self.order, self.key = ("name",), first[:1]  # type: ignore[misc]
        if any(one.public and one.level <= Level.VIEW for one in known.live):
            # What residents see is opened field by field; the rest of the card stays in the house.
            place = ("place",) if known.placed else ()
            self.public = PublicPage(f"own-{self.code}", columns=(*first, *place), open_data=True)  # type: ignore[misc]
        if known.placed:
            self.layer = MapLayer("place", label="name")  # type: ignore[misc]

    @property
    def singular(self) -> str:
        return self.known.singular or self.known.title

    @property
    def is_main(self) -> bool:
        return True

    @cached_property
    def picture(self) -> str:
        return str(self.icon)

    @cached_property
    def declared_facets(self) -> dict[str, Facet]:
        names = [*(["number"] if self.numbering else []), "name", *(["place"] if self.known.placed else [])]
        return {name: self.facet(name) for name in names}

    def url(self, page: str = "list", *args: Any) -> str:
        return reverse(f"own:record-{page}", args=[self.code, *args])

    def hint_of(self, card: Any) -> str:
        return str(card.number)


def own_registers() -> list[Register]:
    found = snapshot()
    if "own" not in found.built:
        found.built["own"] = {label: OwnRegister(one) for label, one in found.by_register.items() if one.own}
    return list(found.built["own"].values())


def own_register(label: str) -> Register:
    for one in own_registers():
        if one.label == label:
            return one
    raise UnknownRegister(label)


def own_modules() -> list[AddedModule]:
    return [AddedModule(one.module, one.name, Area(one.known.area), one.picture) for one in own_registers()]  # type: ignore[attr-defined]


def records_for(user: Any, level: Level) -> Any:
    """Records of every own register this person may see: for comments and files, which name a card by its table."""
    found = Record.objects.none()
    for register in own_registers():
        if register.may(user, Level.VIEW):
            found = found | register.rows(user, level, archived=None if level == Level.VIEW else False)
    return found
