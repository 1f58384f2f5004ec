"""Form fields for the kinds of facets: what people type in Ukraine is understood, what is wrong is named."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceField
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import DayField
from kernel.files.fields import CardFileFormField
from kernel.registers.register import Register
from kernel.search.query import find

SRID = 4326
OFFERED = 20
_PLACE = re.compile(r"^\s*(-?\d{1,3}(?:[.,]\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*$")
_SHAPES = {"POINT": "point", "LINESTRING": "line", "POLYGON": "polygon"}
_COMMON_FIGURE = re.compile(r"[\s\u00a0\u202f'’]")


class FigureField(forms.DecimalField):
    """«1 284,53» is a figure as well as 1284.53."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:  # type: ignore[override]
        if isinstance(value, str):
            value = _COMMON_FIGURE.sub("", value).replace(",", ".").replace("\u2212", "-")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return str(value).replace(".", ",") if isinstance(value, Decimal) else value


class Typed(str):
    """What was typed of a shape, and the system of coordinates it was said to be in."""

    __slots__ = ("crs",)
    crs: str


class ShapeInput(forms.Textarea):
    """A text field with a map over it; without scripts the text and the choice of the system remain."""

    template_name = "maps/shape_input.html"

    def __init__(self, register: Register, name: str, user: Any, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"spellcheck": "false", "autocomplete": "off", **(attrs or {})})
        self.register, self.facet_name, self.user = register, name, user
        # The card being changed, which is no neighbour of its own.
        self.card: Any = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        if value is None:
            return None
        typed = Typed(value)
        typed.crs = str(data.get(f"{name}__crs", ""))[:40]
        return typed

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        from kernel.maps.editing import editing_of

        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "crs": getattr(value, "crs", ""),
            "card": self.card or "",
            **editing_of(self.register, self.facet_name, self.user),
        }
        return context


def _retyped(shown: Any, typed: Any) -> bool:
    """Whether a shape is another text than the form showed; the same one in another system is another place."""
    return bool(getattr(typed, "crs", "")) or (shown or "") != (typed or "").strip()


class PlaceField(forms.CharField):
    """A point as «49.0712, 33.4204»: latitude first, as people read it from a map; or in metres of a named system."""

    default_error_messages = {
        "place": _("Не схоже на координати. Впишіть широту й довготу через кому, напр. 49.0712, 33.4204."),
        "swapped": _("Схоже, широту й довготу переставлено: в Україні широта 44–53, довгота 22–41. Поміняйте місцями."),
    }

    def prepare_value(self, value: Any) -> Any:
        return f"{value.y:.6f}, {value.x:.6f}" if isinstance(value, Point) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        crs = getattr(value, "crs", "")
        match = None if crs else _PLACE.match(text)
        if not match:
            return self._read(text, crs)
        latitude, longitude = (float(part.replace(",", ".")) for part in match.groups())
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise ValidationError(self.error_messages["place"], code="place")
        if 22 <= latitude <= 41 and 44 <= longitude <= 53:
            raise ValidationError(self.error_messages["swapped"], code="swapped")
        return Point(longitude, latitude, srid=SRID)

    def _read(self, text: str, crs: str) -> Any:
        from kernel.maps.shapes import Unfit, read

        try:
            return read(text, crs=crs, kinds=("point",), multi=False).shape
        except Unfit as unfit:
            if unfit.code == "unread":
                raise ValidationError(self.error_messages["place"], code="place") from None
            raise

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _retyped(self.prepare_value(initial), data)


class ShapeField(forms.CharField):
    """A line or polygon as GeoJSON, WKT or a table of coordinates, in any system that is named."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def __init__(self, *, kinds: tuple[str, ...] = (), multi: bool | None = None, **options: Any) -> None:
        self.kinds, self.multi = kinds, multi
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        from kernel.maps.shapes import exact

        return json.dumps(exact(value)) if isinstance(value, GEOSGeometry) else value

    def to_python(self, value: Any) -> Any:
        from kernel.maps.shapes import read

        text = super().to_python(value)
        if not text:
            return None
        return read(text, crs=getattr(value, "crs", ""), kinds=self.kinds, multi=self.multi).shape

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _retyped(self.prepare_value(initial), data)


class TypeAhead(forms.Widget):
    """A text with suggestions over a hidden key; without scripts the text alone finds its card."""

    template_name = "registers/parts/type_ahead.html"

    def __init__(self, register: Register, source: Any, depends: str = "", attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.register, self.source, self.depends = register, source, depends
        # Whether a card that is not there yet may be added from here.
        self.creates = False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        return data.get(name, "").strip(), data.get(f"{name}__text", "").strip()

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}__text" not in data

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        key, text = value if isinstance(value, tuple) else (value, "")
        if key and not text:
            card = self.source(str(key))
            text = self.register.label_of(card) if card else ""
        context["widget"] |= {
            "key": key or "",
            "text": text,
            "url": self.register.url("find"),
            "depends": self.depends,
            "create_url": self.register.url("new") if self.creates else "",
            "main_text": self.register.main_text,
        }
        return context

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return id_


class ReferenceField(forms.Field):
    """A card of another register, out of those this person sees."""

    default_error_messages = {
        "gone": _("Такого запису немає або він не ваш. Оберіть інший зі списку."),
        "none": _("Не знайдено. Перевірте написання або оберіть зі списку."),
        "several": _("Знайдено кілька схожих: %(names)s. Уточніть або оберіть зі списку."),
    }

    def __init__(self, *, register: Register, user: Any, source: Any, depends: str = "", **options: Any) -> None:
        self.register, self.user, self.source = register, user, source
        # The card it already points to, which may since have left the lists or this person's sight.
        self.kept: Any = None
        super().__init__(widget=TypeAhead(register, self._by_key, depends), **options)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, tuple) else getattr(value, "pk", value)

    def rows(self) -> Any:
        return self.source(self.register.rows(self.user))

    def clean(self, value: Any) -> Any:
        key, text = value if isinstance(value, tuple) else (value, "")
        card = self._by_key(str(key or ""))
        if card is not None and (not text or text == self.register.label_of(card)):
            return card
        if text:
            return self._by_text(text)
        if key:
            raise ValidationError(self.error_messages["gone"], code="gone")
        if self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return None

    def __deepcopy__(self, memo: Any) -> Any:
        copied = super().__deepcopy__(memo)
        copied.widget.source = copied._by_key
        return copied

    def _by_key(self, key: str) -> Any:
        if not key.isdecimal() or len(key) > 18:
            return None
        if self.kept is not None and int(key) == self.kept:
            return self.register.model._default_manager.get(pk=self.kept)
        return self.rows().filter(pk=key).first()

    def _by_text(self, text: str) -> Any:
        text = text.replace("\x00", "")
        found = list(find(self.rows(), text)[: OFFERED + 1]) if self.register.searchable else []
        exact = [card for card in found if self.register.label_of(card).casefold() == text.casefold()]
        found = exact or found
        if not found:
            raise ValidationError(self.error_messages["none"], code="none")
        if len(found) > 1:
            names = "; ".join(self.register.label_of(card) for card in found[:5])
            raise ValidationError(self.error_messages["several"], code="several", params={"names": names})
        return found[0]

    def has_changed(self, initial: Any, data: Any) -> bool:
        key, text = data if isinstance(data, tuple) else (data, "")
        if str(getattr(initial, "pk", initial) or "") != str(key or ""):
            return True
        return bool(text) and not key


def kinds_of(field: Any) -> tuple[tuple[str, ...], bool | None]:
    """What a column of shapes takes, and whether of many parts, of one, or either."""
    kind = field.geom_type.upper()
    kinds = tuple(words for name, words in _SHAPES.items() if name in kind)
    return kinds, kind.startswith("MULTI") if kinds else None


def input_for(register: Register, name: str, user: Any) -> forms.Field:
    """The form field of a facet."""
    facet = register.facets[name]
    model_field = facet.field
    common: dict[str, Any] = {
        "required": facet.required,
        "label": facet.label + (f", {facet.unit}" if facet.unit else ""),
        "help_text": facet.help,
    }
    if model_field.has_default():
        common["initial"] = model_field.get_default()
    if facet.kind == "reference" and (other := facet.reference):
        return ReferenceField(
            register=other, user=user, source=lambda rows: register.fits(name, rows),
            depends=register.dependent.get(name, ""), **common,
        )  # fmt: skip
    if facet.kind == "file":
        return CardFileFormField(person=user, **common)
    if facet.kind in ("decimal", "money"):
        return FigureField(
            max_digits=getattr(model_field, "max_digits", None), decimal_places=facet.decimals or None, **common
        )
    if facet.kind == "date":
        return DayField(**common)
    if facet.kind == "moment":
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        return forms.DateTimeField(widget=widget, **common)
    if facet.kind == "point":
        common["help_text"] = facet.help or _("Широта й довгота через кому, напр. 49.0712, 33.4204.")
        return PlaceField(widget=ShapeInput(register, name, user, {"rows": 1}), **common)
    if facet.kind == "geometry":
        kinds, multi = kinds_of(model_field)
        return ShapeField(kinds=kinds, multi=multi, widget=ShapeInput(register, name, user, {"rows": 4}), **common)
    made = model_field.formfield(**({"label": common["label"]}))
    if facet.kind == "long_text":
        made.widget.attrs.setdefault("rows", 4)
    if isinstance(made, ModelChoiceField):
        made.empty_label = str(_("— не обрано —"))
    return made
