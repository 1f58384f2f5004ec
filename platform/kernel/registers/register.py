"""One declaration, many faces: subclass Register in a module's registers.py and everything follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst

from kernel.access.levels import Level
from kernel.access.rights import allowed, level_of, visible
from kernel.registers.added import Added, added_to
from kernel.registers.declarations import Action, KeptBy, MapLayer, PublicPage, Reason, Term, View, Waiting
from kernel.registers.facets import Facet, UnknownField, facet_of, known_kind
from kernel.registers.holding import held_by
from kernel.registers.registry import add, main_of

MASK = "••••••"


class Register:
    """See docs/registers.md for every attribute; a name the model lacks stops `manage.py check`."""

    model: ClassVar[type[Any]]
    slug: ClassVar[str] = ""
    title: ClassVar[str | Promise] = ""
    icon: ClassVar[str] = ""

    columns: ClassVar[Sequence[str]] = ()
    more_columns: ClassVar[Sequence[str]] = ()
    filters: ClassVar[Sequence[str]] = ()
    # What a column reads besides its own field: a card's name may need the card it points to.
    joins: ClassVar[Mapping[str, Sequence[str]]] = {}
    order: ClassVar[Sequence[str]] = ()
    # Columns sorted by another field than their own: houses go 2, 10, 10А and not 10, 10А, 2.
    sorted_by: ClassVar[Mapping[str, str]] = {}
    totals: ClassVar[Sequence[str]] = ()
    units: ClassVar[dict[str, str]] = {}
    views: ClassVar[Sequence[View]] = ()

    sections: ClassVar[Mapping[Any, Sequence[str]]] = {}
    intros: ClassVar[Mapping[str, Any]] = {}
    dependent: ClassVar[Mapping[str, str]] = {}
    key: ClassVar[Sequence[str]] = ()
    duplicates: ClassVar[Sequence[str]] = ()
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {}
    numbering: ClassVar[str] = ""
    creates_in_place: ClassVar[bool] = False
    read_only: ClassVar[bool] = False

    masked: ClassVar[Sequence[str]] = ()
    field_levels: ClassVar[Mapping[str, Level]] = {}

    # The head of the card: the field that says how it stands (the model's `tones` colour it) and the figures below.
    status: ClassVar[str] = ""
    measures: ClassVar[Sequence[str | Term]] = ()

    kept_by: ClassVar[Sequence[KeptBy]] = ()
    panels: ClassVar[Sequence[Any]] = ()
    layer: ClassVar[MapLayer | None] = None
    # Rules between shapes: NoOverlap("shape"), InsideCommunity("shape"), SnapTo("shape", "land.parcels", within=0.5).
    topology: ClassVar[Sequence[Any]] = ()
    public: ClassVar[PublicPage | None] = None
    indicators: ClassVar[Sequence[Any]] = ()
    # Who answers for the figures, where an indicator does not say it itself.
    owner: ClassVar[str | Promise] = ""
    reports: ClassVar[Sequence[Any]] = ()
    print_forms: ClassVar[Sequence[Any]] = ()
    label_field: ClassVar[str] = ""
    called_by: ClassVar[str] = ""

    # How its doubles become one: kernel.registers.merging.
    merges: ClassVar[Any] = None
    # Fields that field staff and residents may propose to change: kernel.proposals.
    proposals: ClassVar[Sequence[str]] = ()
    # Dates that end something, and the duties they make: kernel.renewals.
    renewals: ClassVar[Sequence[Any]] = ()
    # How its cards are filled in where there is no network: kernel.fieldwork.
    fieldwork: ClassVar[Any] = None

    # Columns that are alike on every card of the register: what tells its cards from others of one table.
    within: ClassVar[Mapping[str, Any]] = {}

    # What waits for a person on the first page of their day, and in the list by `?waiting=`.
    waiting: ClassVar[Sequence[Waiting]] = ()

    # Fields that are not changed without a reason; "*" for all of them.
    reason_for: ClassVar[Sequence[str]] = ()

    # The field that says whose the card is: many are given to a person at once.
    assignee: ClassVar[str] = ""

    # The operation that saves a card, where a module has its own: (card, *, by, reason) → card.
    saves: ClassVar[Callable[..., Any] | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "model" in cls.__dict__:
            add(cls())

    # -- names ----------------------------------------------------------------------------------

    def __init__(self) -> None:
        meta = self.model._meta
        self.module: str = meta.app_label
        self.code = self.slug or re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()
        self.label = f"{self.module}.{self.code}"

    def __repr__(self) -> str:
        return f"<Register {self.label}>"

    @property
    def name(self) -> str:
        return str(self.title) or capfirst(str(self.model._meta.verbose_name_plural))

    @property
    def singular(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def picture(self) -> str:
        from kernel.modules.registry import module_named

        return self.icon or module_named(self.module).icon

    @property
    def is_main(self) -> bool:
        return main_of(self.module) is self

    def url(self, page: str = "list", *args: Any) -> str:
        """`url("card", pk)`; pages: list card new edit find bulk columns export import history…"""
        return reverse(f"{self.module}:{self.code}-{page}", args=args)

    def label_of(self, card: Model) -> str:
        return str(getattr(card, self.label_field)) if self.label_field else str(card)

    @cached_property
    def main_text(self) -> str:
        """The field that words typed elsewhere go to when a card is added: what it is called, not its code."""
        facets = self.declared_facets
        texts = [
            name
            for name in (self.called_by, self.label_field, "name", "title", *self.columns, *facets)
            if name in facets and facets[name].writable and facets[name].kind in ("text", "long_text")
        ]
        called = {self.called_by, self.label_field, "name", "title"}
        named = [name for name in texts if name in called or name not in self.key]
        return next((name for name in [*named, *texts] if name not in self.masked), "")

    def hint_of(self, card: Any) -> str:
        """A few words that tell a card from its namesakes, in suggestions and in search."""
        return ""

    def subtitle_of(self, card: Any) -> str:
        """The line under the title of the card."""
        return ""

    def status_of(self, card: Any) -> tuple[str, str] | None:
        """(tone, words) of how the card stands; a register may judge by more than one field."""
        if not self.status:
            return None
        facet = self.facet(self.status)
        words = facet.text(card)
        return (facet.tone(facet.value(card)) or "info", words) if words else None

    # -- facets ---------------------------------------------------------------------------------

    @property
    def added(self) -> Added | None:
        """What the tenant of the moment added to the register."""
        return added_to(self)

    @property
    def facets(self) -> dict[str, Facet]:
        """The declaration's, and the tenant's own after them."""
        added = self.added
        if added is None:
            return self.declared_facets
        if "facets" not in added.kept:
            added.kept["facets"] = {**self.declared_facets, **added.facets}
        whole: dict[str, Facet] = added.kept["facets"]
        return whole

    @cached_property
    def declared_facets(self) -> dict[str, Facet]:
        """Everything the declaration names, and every editable column of the model."""
        names = dict.fromkeys(
            [
                *self.columns,
                *(name for fields in self.sections.values() for name in fields),
                *self.more_columns,
                *(field.name for field in self.model._meta.concrete_fields if _is_filled_in(field)),
                *self.filters,
                *self.key,
                *self.totals,
            ]
        )
        return {name: self.facet(name) for name in names}

    def facet(self, name: str) -> Facet:
        method = getattr(self, name, None)
        declared = getattr(method, "column", None)
        if declared is not None:
            title, order, kind, unit = declared
            return Facet(name=name, title=title, kind=kind, method=method, order_by=order, unit=unit)
        found = facet_of(self.model, name, self.units)
        return replace(found, order_by=self.sorted_by[name]) if name in self.sorted_by else found

    def may_see(self, name: str, user: Any) -> bool:
        """Fields have levels of their own; what a person may not see is not on any face for them."""
        wanted = self.field_levels.get(name)
        if wanted is None and (added := self.added) is not None:
            wanted = added.levels.get(name)
        return wanted is None or level_of(user, self.module) >= wanted

    def seen(self, user: Any) -> dict[str, Facet]:
        return {name: facet for name, facet in self.facets.items() if self.may_see(name, user)}

    def written(self, user: Any) -> dict[str, Facet]:
        """What this person may fill in, in the order of the form."""
        inside = [name for fields in self.form_sections.values() for name in fields]
        return {name: self.facets[name] for name in inside if self.facets[name].writable and self.may_see(name, user)}

    @property
    def form_sections(self) -> Mapping[Any, Sequence[str]]:
        added = self.added
        if added is None:
            return self.declared_sections
        return {**self.declared_sections, added.section: list(added.facets)}

    @cached_property
    def declared_sections(self) -> Mapping[Any, Sequence[str]]:
        if self.sections:
            return self.sections
        return {capfirst(self.singular): [name for name, facet in self.declared_facets.items() if facet.writable]}

    @property
    def asked(self) -> Sequence[str]:
        """What a list may be narrowed by: the declared filters and the tenant's own fields."""
        added = self.added
        return self.filters if added is None else (*self.filters, *added.filters)

    def text_of(self, name: str, card: Model, *, opened: bool = False) -> str:
        """A value in words; personal data stays behind the mask until it is opened with a purpose."""
        text = self.facets[name].text(card) if name in self.facets else self.facet(name).text(card)
        return MASK + text[-3:] if text and name in self.masked and not opened else text

    def untold(self, user: Any) -> set[str]:
        """Columns whose values the history does not tell this person."""
        names = {*self.masked, *(name for name in self.field_levels if not self.may_see(name, user))}
        added = self.added.levels if self.added is not None else {}
        own = {name for name in added if not self.may_see(name, user)}
        return {self.model._meta.get_field(name).column for name in names} | own

    # -- cards ----------------------------------------------------------------------------------

    def queryset(self) -> QuerySet[Any]:
        """Every card; a register may narrow it or add annotations."""
        found = self.model._default_manager.all()
        return found.filter(**self.within) if self.within else found

    def rows(self, user: Any, level: Level = Level.VIEW, *, archived: bool | None = False) -> QuerySet[Any]:
        """The cards this person may see; `archived=None` means both those in the lists and those out of them."""
        found = visible(self.queryset(), user, level, module=self.module)
        return found if archived is None or not self.archives else found.filter(archived_at__isnull=not archived)

    @cached_property
    def archives(self) -> bool:
        return any(field.name == "archived_at" for field in self.model._meta.concrete_fields)

    @cached_property
    def searchable(self) -> bool:
        return any(field.name == "sought" for field in self.model._meta.concrete_fields)

    def may(self, user: Any, level: Level, card: Model | None = None) -> bool:
        if self.read_only and level > Level.VIEW:
            return False
        return allowed(user, self.module, level, card)

    def advice(self, card: Model) -> list[str]:
        """What is worth saying about a card before it is saved; it does not stop anybody."""
        return []

    def keeps(self, card: Any) -> list[Reason]:
        """Why the card may not go to the archive yet; empty lets it go. A register may add reasons of its own."""
        return held_by(self, card)

    def derived(self) -> Mapping[str, Any]:
        """Columns that follow from others, as expressions: an import writes them together with the row."""
        return {}

    def fits(self, name: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Which cards a reference may point to, besides those its register shows."""
        return queryset

    @cached_property
    def actions(self) -> dict[str, Action]:
        found = [getattr(type(self), name) for name in dir(type(self))]
        return {one.name: one for one in found if isinstance(one, Action)}

    @cached_property
    def references(self) -> tuple[str, ...]:
        """Own columns that point to cards: joined when a list is read."""
        return tuple(name for name, facet in self.declared_facets.items() if facet.is_own and facet.kind == "reference")

    def joined(self, names: Sequence[str]) -> list[str]:
        """What a list with these columns must join so as not to ask for every row anew."""
        paths: list[str] = []
        for name in names:
            facet = self.facets.get(name) or self.facet(name)
            paths += self.joins.get(name, ())
            if facet.method is None:
                path = name if facet.kind == "reference" else name.rpartition("__")[0]
                if path:
                    paths.append(path)
        return list(dict.fromkeys(paths))


def _is_filled_in(field: Any) -> bool:
    """A column people fill in; what registers have no kind for is left to the module's own pages."""
    return bool(field.editable) and not field.primary_key and known_kind(field) is not None


__all__ = ["MASK", "Register", "UnknownField"]
