"""An own field as a facet: registers know no difference between it and a column of a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib.gis.db.models import PointField
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.expressions import OuterRef, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from psycopg import sql

from kernel.access.levels import Level
from kernel.designer.known import Known, Said, known, snapshot
from kernel.designer.models import Extra
from kernel.designer.values import LONGEST, Keeping, raw_of
from kernel.files.fields import CardFileField
from kernel.registers.added import Added
from kernel.registers.facets import Facet
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named

_FACET_KIND = {"number": "decimal"}
_UNSORTED = ("reference", "file", "point")


def added_to(register: Register) -> Added | None:
    said = known(register.label)
    if said is None or not said.live:
        return None
    built = snapshot().built
    place = ("added", register.label)
    if place not in built:
        built[place] = _added(register, said)
    found: Added = built[place]
    return found


def _added(register: Register, definition: Known) -> Added:
    keeping = Keeping(definition, register.table)
    facets: dict[str, Facet] = {}
    for said in definition.live:
        if (made := facet_of(register, said, keeping)) is not None:
            facets[said.name] = made
    live = [said for said in definition.live if said.name in facets]
    return Added(
        section=str(_("Додаткові поля")),
        facets=facets,
        filters=tuple(said.name for said in live),
        levels={said.name: said.level for said in live if said.level > Level.VIEW},
        public=tuple(said.name for said in live if said.public and said.level <= Level.VIEW),
        keeping=keeping,
    )


def facet_of(register: Register, said: Said, keeping: Keeping) -> Facet | None:
    """None when what it points to is not there any more."""
    column = column_of(said)
    if column is None:
        return None
    column.set_attributes_from_name(said.name)
    column.model = register.model
    return Facet(
        name=said.name,
        title=said.title,
        kind=_FACET_KIND.get(said.kind, said.kind),
        field=column,
        method=_reader(keeping, said.name),
        unit=said.unit,
        order_by="" if said.kind in _UNSORTED else said.name,
        hint=said.hint,
        options=dict(said.options) if said.kind == "choice" else {},
        added=OwnColumn(said, keeping, column),
    )


def _reader(keeping: Keeping, name: str) -> Callable[[Any], Any]:
    return lambda card: keeping.get(card, name)


def column_of(said: Said) -> Any:
    """A field of no table: it says the type, and checks values as any other does."""
    common: dict[str, Any] = {"verbose_name": said.title, "help_text": said.hint, "blank": not said.required}
    if said.default and said.kind not in _UNSORTED:
        common["default"] = default_of(said)
    if said.kind == "text":
        return models.CharField(max_length=LONGEST, null=True, **common)
    if said.kind in ("number", "money"):
        places = 2 if said.kind == "money" else said.decimals
        return models.DecimalField(max_digits=18, decimal_places=places, null=True, **common)
    if said.kind == "date":
        return models.DateField(null=True, **common)
    if said.kind == "boolean":
        return models.BooleanField(**{"default": False, **common})
    if said.kind == "choice":
        return models.CharField(max_length=40, choices=list(said.options), null=True, **common)
    if said.kind == "point":
        return PointField(srid=4326, null=True, **common)
    if said.kind == "file":
        return CardFileField(null=True, **common)
    try:
        return models.ForeignKey(register_named(said.points_to).model, models.DO_NOTHING, null=True, **common)
    except UnknownRegister:
        return None


def default_of(said: Said) -> Any:
    """The value a new card begins with; the words of it were checked when it was written."""
    from kernel.designer.reading import Unreadable, read

    try:
        return read(said.kind, said.default, said.options, said.decimals)
    except Unreadable:
        return None


def _place(given: Any) -> Any:
    try:
        place: Any = GEOSGeometry(json.dumps(given), srid=4326)
    except (GEOSException, GDALException, ValueError, TypeError):
        place = None
    if (
        place is None
        or place.geom_type != "Point"
        or place.empty
        or not (-180 <= place.x <= 180 and -90 <= place.y <= 90)
    ):
        raise ValidationError(_("Тут має бути точка GeoJSON: спершу довгота, потім широта."))
    return place


class OwnColumn:
    """Conditions and order by a value that stands in no column of the register's table."""

    def __init__(self, said: Said, keeping: Keeping, column: Any) -> None:
        self.said, self.keeping, self.column = said, keeping, column
        self.table = keeping.table

    @property
    def code(self) -> str:
        return self.said.code

    def read(self, value: Any, form_field: Any) -> Any:
        """What a program sent, as the form would read what a person typed."""
        if value is None:
            return form_field.clean(None)
        if self.said.kind == "boolean":
            if not isinstance(value, bool):
                raise ValidationError(_("Тут має бути true або false."))
            return value
        if self.said.kind == "point":
            return _place(value)
        if isinstance(value, bool | dict | list) or (isinstance(value, str) and "\x00" in value):
            raise ValidationError(_("Тут має бути текст або число."))
        if self.said.kind == "file":
            raise ValidationError(_("Файл додають у формі картки."))
        if self.said.kind == "reference":
            return form_field.clean((str(value), ""))
        return form_field.clean(str(value))

    @property
    def unique(self) -> bool:
        return self.said.unique

    @property
    def points_to(self) -> str:
        return self.said.points_to

    @property
    def _rows(self) -> QuerySet[Extra]:
        return Extra.objects.filter(table_name=self.table)

    @property
    def _type(self) -> models.Field[Any, Any]:
        if self.said.kind in ("number", "money"):
            return models.DecimalField(max_digits=24, decimal_places=6)
        types: dict[str, type[models.Field[Any, Any]]] = {
            "date": models.DateField,
            "boolean": models.BooleanField,
            "reference": models.BigIntegerField,
        }
        return types.get(self.said.kind, models.TextField)()

    def _value(self) -> Any:
        text = KeyTextTransform(self.said.key, "values")
        return text if isinstance(self._type, models.TextField) else Cast(text, self._type)

    def stored(self, row: sql.Composable) -> sql.Composable:
        """The value of a row as text, for a statement of one's own."""
        return sql.SQL("(SELECT own.values ->> {} FROM {} own WHERE own.table_name = {} AND own.row_id = {})").format(
            sql.Literal(self.said.key), sql.Identifier(Extra._meta.db_table), sql.Literal(self.table), row
        )

    def set(self, card: Any, value: Any) -> None:
        self.keeping.put(card, self.said.name, value)

    def raw(self, value: Any) -> Any:
        """As it lies in the row, where it may be put back from."""
        return raw_of(self.said, value)

    def put(self, card: Any, raw: Any) -> None:
        """From a line of a file; an empty cell gives a new card what a new card begins with."""
        column = self.column
        if raw is None:
            value = column.get_default() if column.has_default() else None
        elif self.said.kind == "reference":
            value = self.reference.queryset().filter(pk=raw).first()
        elif self.said.kind == "point":
            value = GEOSGeometry(json.dumps(raw), srid=4326)
        else:
            value = column.to_python(raw)
        self.keeping.put(card, self.said.name, value)

    @property
    def reference(self) -> Register:
        found: Register = register_named(self.said.points_to)
        return found

    def order(self) -> Any:
        """What a list is ordered by and a report groups by: the value of the card in the row beside."""
        of_card = Extra.objects.filter(table_name=self.table, row_id=OuterRef("pk")).annotate(own=self._value())
        return Subquery(of_card.values("own")[:1], output_field=self._type)

    def narrow(self, condition: Q) -> Q:
        """The same condition, asked of the rows where the values lie."""
        found = Q()
        found.connector, found.negated = condition.connector, condition.negated
        for child in condition.children:
            if isinstance(child, Q):
                found.children.append(self.narrow(child))
            elif isinstance(child, tuple):
                found.children.append(self._one(child[0].partition("__")[2] or "exact", child[1]))
        return found

    def _one(self, lookup: str, value: Any) -> Q:
        if lookup == "isnull" or (lookup == "exact" and value == ""):
            filled = Q(pk__in=self._rows.filter(values__has_key=self.said.key).values("row_id"))
            return ~filled if lookup == "exact" or value else filled
        if lookup in ("exact", "in"):
            # Containment is what the index of the values answers.
            wanted = Q(pk__in=[])
            for one in value if lookup == "in" else [value]:
                wanted |= Q(values__contains={self.said.key: raw_of(self.said, one)})
            return Q(pk__in=self._rows.filter(wanted).values("row_id"))
        return Q(pk__in=self._rows.annotate(own=self._value()).filter(**{f"own__{lookup}": value}).values("row_id"))
