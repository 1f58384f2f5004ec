"""A layer is a register as somebody's map sees it: their rows, the geometry, the words and colours they may read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.contrib.gis.db.models import (
    LineStringField,
    MultiLineStringField,
    MultiPointField,
    PointField,
    PolygonField,
)
from django.core.exceptions import ValidationError
from django.db.models import BinaryField, Case, CharField, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.http import Http404, QueryDict

from kernel.access.levels import Level
from kernel.modules.entitlement import enabled_labels
from kernel.modules.registry import module_named
from kernel.registers.facets import Facet
from kernel.registers.listing import Listing
from kernel.registers.public.opened import OpenRegister, opened
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named, registers

SRID = 4326


class AsStored(Func):
    """A geometry as the database has it: Django would turn it into bytes for Python."""

    template = "%(expressions)s"
    output_field = BinaryField()


@dataclass(frozen=True)
class Layer:
    """`user` is None for residents: then only what the public page opens is there."""

    register: Register
    user: Any = None
    opened: OpenRegister | None = None
    # Nobody's own sight: how cells are counted, once for all who may see all rows.
    whole_sight: bool = False

    @property
    def key(self) -> str:
        """Under which its cells are counted."""
        return f"open:{self.register.label}" if self.opened else self.register.label

    @property
    def name(self) -> str:
        """In tiles and in the OGC service."""
        return self.opened.page.slug if self.opened else self.register.code

    @property
    def title(self) -> str:
        return self.register.name

    @property
    def area(self) -> Any:
        return module_named(self.register.module).area

    @property
    def geometry(self) -> str:
        assert self.register.layer is not None
        return self.register.layer.geometry

    @property
    def field(self) -> Any:
        return self.register.model._meta.get_field(self.geometry)

    @property
    def of_points(self) -> bool:
        return isinstance(self.field, PointField | MultiPointField)

    @property
    def kinds(self) -> list[str]:
        if self.of_points:
            return ["point"]
        if isinstance(self.field, LineStringField | MultiLineStringField):
            return ["line"]
        return ["polygon"] if isinstance(self.field, PolygonField) or "POLYGON" in self.field.geom_type else [
            "point", "line", "polygon",
        ]  # fmt: skip

    # -- what of a card is told -----------------------------------------------------------------

    def _told(self, name: str) -> Facet | None:
        """A facet this reader may have in the database's own words, or nothing."""
        if not name or name in self.register.masked:
            return None
        if self.opened is not None:
            if name not in self.opened.page.columns:
                return None
        elif not self.whole_sight and not self.register.may_see(name, self.user):
            return None
        facet = self.register.facet(name)
        return facet if facet.method is None else None

    @cached_property
    def label(self) -> Facet | None:
        layer = self.register.layer
        assert layer is not None
        names = [layer.label, self.register.label_field, *self.register.columns]
        return next((found for name in names if (found := self._told(name)) and _in_words(found)), None)

    @cached_property
    def colour(self) -> Facet | None:
        assert self.register.layer is not None
        return self._told(self.register.layer.colour_by)

    @cached_property
    def status(self) -> Facet | None:
        return self._told(self.register.status)

    # -- rows -----------------------------------------------------------------------------------

    def rows(self, query: QueryDict | str = "") -> QuerySet[Any]:
        """Those with a place that the filters of the address let through; what no filter understands is refused."""
        if self.opened is not None:
            found = self.opened.rows()
        else:
            listing = Listing(self.register, self.user, query)
            found = listing.rows
            if listing.mistakes:
                raise ValidationError(listing.mistakes)
        return found.filter(**{f"{self.geometry}__isnull": False}).order_by()

    @cached_property
    def whole(self) -> QuerySet[Any]:
        """Every card in the lists, whoever asks: what cells are counted from."""
        if self.opened is not None:
            return self.rows()
        found = self.register.queryset()
        if self.register.archives:
            found = found.filter(archived_at__isnull=True)
        return found.filter(**{f"{self.geometry}__isnull": False}).order_by()

    def chosen(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The columns a tile is made of, named the same for every register."""
        return rows.values(
            map_id=F("pk"),
            map_shape=AsStored(F(self.geometry)),
            map_label=_text(self.label),
            map_colour=_value(self.colour),
            map_colour_text=_words(self.colour),
            map_status=_words(self.status),
        )

    def everything(self) -> Layer:
        return self if self.opened else replace(self, whole_sight=True)


def _in_words(facet: Facet) -> bool:
    return facet.kind not in ("point", "geometry", "file", "reference")


def _text(facet: Facet | None) -> Any:
    return Cast(F(facet.name), TextField()) if facet else Value(None, output_field=TextField())


def _value(facet: Facet | None) -> Any:
    """As the filters of the list name it; a map compares texts."""
    if facet is None:
        return Value(None, output_field=TextField())
    if facet.kind == "boolean":
        told = Case(When(Q(**{facet.name: True}), then=Value("yes")), default=Value("no"), output_field=TextField())
        return told
    return Cast(F(facet.name), TextField())


def _words(facet: Facet | None) -> Any:
    if facet is None:
        return Value(None, output_field=TextField())
    if facet.kind == "boolean":
        return Case(
            When(Q(**{facet.name: True}), then=Value(facet.words(True))),
            default=Value(facet.words(False)),
            output_field=TextField(),
        )
    if facet.choices:
        cases = [When(Q(**{facet.name: value}), then=Value(words)) for value, words in facet.choices.items()]
        return Case(*cases, default=Cast(F(facet.name), TextField()), output_field=TextField())
    if facet.kind == "reference":
        name = _name_of_reference(facet)
        return Cast(F(f"{facet.name}__{name}"), TextField()) if name else Cast(F(facet.name), TextField())
    return Cast(F(facet.name), TextField())


def _name_of_reference(facet: Facet) -> str:
    """The column that tells the card it points to, unless it is closed there."""
    other = facet.reference
    if other is None:
        return ""
    names = [other.label_field, *(name.removeprefix("-") for name in other.order), *other.columns]
    fields = {field.name: field for field in other.model._meta.concrete_fields}
    closed = {*other.masked, *other.field_levels}
    return next((one for one in names if isinstance(fields.get(one), CharField) and one not in closed), "")


# -- which there are ------------------------------------------------------------------------------------


def layers_of(user: Any) -> list[Layer]:
    """Layers of the modules that are on and that this person may look into."""
    enabled = enabled_labels()
    return [Layer(one, user) for one in registers() if one.module in enabled and _may_look(one, user)]


def layer_for(user: Any, label: str) -> Layer:
    """What a person may not see is not there."""
    try:
        register = register_named(label)
    except UnknownRegister:
        raise Http404 from None
    if register.module not in enabled_labels() or not _may_look(register, user):
        raise Http404
    return Layer(register, user)


def _may_look(register: Register, user: Any) -> bool:
    layer = register.layer
    if layer is None or layer.geometry in register.masked:
        return False
    return register.may(user, Level.VIEW) and register.may_see(layer.geometry, user)


def open_layers() -> list[Layer]:
    return [Layer(one.register, None, one) for one in opened() if one.geometry]


def open_layer_at(slug: str) -> Layer:
    """By the address of its page or by the register's own label."""
    for layer in open_layers():
        if slug in (layer.name, layer.register.label):
            return layer
    raise Http404
