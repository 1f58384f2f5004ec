"""A facet is one thing people see of a card: its label, its kind, how it is written and read.

Lists, cards, forms, filters, imports, exports and the API all ask the facet, so a field looks and behaves
the same on every face.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.gis.db.models import GeometryField, PointField
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kernel.cards.fields import YearField
from kernel.money import NBSP, format_money

if TYPE_CHECKING:
    from kernel.registers.register import Register

EMPTY = "—"
FIGURES = frozenset({"integer", "decimal", "money"})

_KINDS: tuple[tuple[type[Any], str], ...] = (
    (models.EmailField, "email"),
    (models.URLField, "text"),
    (models.TextField, "long_text"),
    (models.CharField, "text"),
    (models.BooleanField, "boolean"),
    (models.DateTimeField, "moment"),
    (models.DateField, "date"),
    (models.DecimalField, "decimal"),
    (models.FloatField, "decimal"),
    (models.IntegerField, "integer"),
    (models.UUIDField, "code"),
    (PointField, "point"),
    (GeometryField, "geometry"),
)


class UnknownField(LookupError):
    """A declaration names what the model does not have."""


def kind_of(model_field: Any) -> str:
    kind = known_kind(model_field)
    if kind is None:
        raise UnknownField(f"{model_field} is of a kind that registers do not know: {type(model_field).__name__}.")
    return kind


def known_kind(model_field: Any) -> str | None:
    """A field may say it itself: `register_kind = "money"` on its class, or a choice, or a reference."""
    declared = getattr(model_field, "register_kind", "")
    if declared:
        return str(declared)
    if model_field.is_relation:
        return "file" if model_field.related_model._meta.label == "files.StoredFile" else "reference"
    if model_field.choices:
        return "choice"
    for cls, kind in _KINDS:
        if isinstance(model_field, cls):
            return kind
    return None


@dataclass(frozen=True, slots=True)
class Facet:
    """`name` may be a path («building__street»); a facet with a path is read, never written."""

    name: str
    title: Any
    kind: str
    field: Any = None
    method: Any = None
    unit: str = ""
    order_by: str = ""
    hint: Any = ""
    options: dict[str, Any] = dataclasses.field(default_factory=dict)
    # A tenant's own field: how its values are asked for, since they stand in no column of the table.
    added: Any = None

    # -- words, in the language of whoever reads them -------------------------------------------

    @property
    def label(self) -> str:
        """Without its unit, which is shown beside; a model's own name of a column may hold it for the forms."""
        return str(self.title).removesuffix(f", {self.unit}") if self.unit else str(self.title)

    @property
    def help(self) -> str:
        return str(self.hint)

    @property
    def choices(self) -> dict[str, str]:
        return {value: str(words) for value, words in self.options.items()}

    # -- what it is ---------------------------------------------------------------------------

    @property
    def is_own(self) -> bool:
        """A column of the register's own table."""
        return self.field is not None and "__" not in self.name

    @property
    def writable(self) -> bool:
        return self.is_own and bool(self.field.editable)

    @property
    def required(self) -> bool:
        return self.writable and not self.field.blank and not self.field.has_default() and self.kind != "boolean"

    @property
    def max_length(self) -> int | None:
        return getattr(self.field, "max_length", None)

    @property
    def decimals(self) -> int:
        return getattr(self.field, "decimal_places", 0) or 0

    @property
    def related_model(self) -> type[models.Model] | None:
        return self.field.related_model if self.kind in ("reference", "file") else None

    @property
    def reference(self) -> Register | None:
        """The register of the card it points to, where there is one."""
        from kernel.registers.registry import register_named, register_of

        if self.added is not None and self.kind == "reference":
            return register_named(self.added.points_to)
        return register_of(self.related_model) if self.kind == "reference" and self.related_model else None

    @property
    def is_figure(self) -> bool:
        return self.kind in FIGURES

    @property
    def is_year(self) -> bool:
        return isinstance(self.field, YearField)

    def tone(self, value: Any) -> str:
        """A model says which of its choices are good and bad: `tones = {"valid": "ok"}` beside them."""
        tones: dict[str, str] = getattr(self.field.model, "tones", {}) if self.field is not None else {}
        return tones.get(str(value), "")

    def expression(self) -> Any:
        """What the database counts and groups by."""
        return self.added.order() if self.added is not None else F(self.name)

    # -- reading ------------------------------------------------------------------------------

    def value(self, card: Any) -> Any:
        if self.method is not None:
            return self.method(card)
        found = card
        for part in self.name.split("__"):
            try:
                found = getattr(found, part, None)
            except ObjectDoesNotExist:
                # A card of the past points to one that is gone since.
                return None
            if found is None:
                return None
        return found

    def text(self, card: Any) -> str:
        """In words, for people; an empty value is an empty text."""
        return self.words(self.value(card))

    def words(self, value: Any) -> str:
        if value is None or value == "":
            return ""
        if self.options:
            return str(self.options.get(str(value), value))
        if isinstance(value, bool):
            return _("так") if value else _("ні")
        if self.kind == "money":
            return format_money(Decimal(value))
        if isinstance(value, Decimal | float):
            return figure_text(value, self.decimals)
        if isinstance(value, int) and self.kind == "integer" and not self.is_year:
            return figure_text(Decimal(value), 0)
        if isinstance(value, datetime):
            return timezone.localtime(value).strftime("%d.%m.%Y %H:%M")
        if isinstance(value, date):
            return value.strftime("%d.%m.%Y")
        if self.kind == "point":
            return f"{value.y:.6f}, {value.x:.6f}"
        if self.kind == "geometry":
            return shape_text(value)
        return str(value)


def shape_text(shape: Any) -> str:
    words = {0: _("точка"), 1: _("лінія"), 2: _("контур")}.get(shape.dims, _("межі"))
    return _("%(shape)s, точок: %(count)s") % {"shape": words, "count": shape.num_coords}


def figure_text(value: Decimal | float, decimals: int) -> str:
    return f"{value:,.{decimals}f}".replace(",", NBSP).replace(".", ",").replace("-", "\u2212")


def facet_of(model: type[models.Model], name: str, units: dict[str, str] | None = None) -> Facet:
    """The facet of a field, or of a field of a card it points to."""
    parts = name.split("__")
    current: Any = model
    found: Any = None
    for position, part in enumerate(parts):
        try:
            found = current._meta.get_field(part)
        except FieldDoesNotExist:
            raise UnknownField(f"{current._meta.label} has no field {part!r} (in {name!r}).") from None
        if not getattr(found, "concrete", False) or found.many_to_many:
            raise UnknownField(f"{current._meta.label}.{part} is no column: use a panel or a method.")
        if position < len(parts) - 1:
            if not found.is_relation:
                raise UnknownField(f"{current._meta.label}.{part} points nowhere, {name!r} cannot go through it.")
            current = found.related_model
    kind = kind_of(found)
    return Facet(
        name=name,
        title=capfirst(found.verbose_name),
        kind=kind,
        field=found,
        unit=(units or {}).get(name, getattr(found, "unit", "")),
        # Places have no order that people would know.
        order_by="" if kind in ("point", "geometry") else name,
        hint=found.help_text or "",
        options={str(key): words for key, words in found.flatchoices} if found.choices else {},
    )
