"""Which texts of a field plain SQL reads, and how. The rest, and all that need Python's validators, are read by value."""

from __future__ import annotations

from typing import Any

from django.core import validators
from psycopg import sql

from kernel.registers.facets import Facet

_MIXED = "[A-Za-z][А-Яа-яІіЇїЄєҐґ]|[А-Яа-яІіЇїЄєҐґ][A-Za-z]"
_POINT = r"^(4[4-9]|5[0-3])\.\d{1,17}\s*[,; ]\s*(2[2-9]|3\d|40)\.\d{1,17}$"
_KNOWN = (
    validators.MaxLengthValidator,
    validators.DecimalValidator,
    validators.ProhibitNullCharactersValidator,
)
_BOUNDS = (validators.MinValueValidator, validators.MaxValueValidator)


def _own_rules(field: Any) -> bool:
    """A field whose class or validators do more than the type tells."""
    plain = type(field).__module__.startswith(("django.db.models", "django.contrib.gis"))
    return not plain or any(
        not isinstance(one, _KNOWN) and not (isinstance(one, _BOUNDS) and not callable(one.limit_value))
        for one in field.validators
    )


def conditions(facet: Facet, text: sql.Composable) -> tuple[sql.Composable, sql.Composable] | None:
    """(when SQL may read the text, what it reads), or None when Python reads every value."""
    field = facet.field
    if _own_rules(field):
        return None
    if facet.kind in ("text", "long_text", "code"):
        fits = sql.SQL("({0} !~ '[A-Za-z]' OR {0} !~ {1}) AND left({0}, 1) <> '#'").format(text, sql.Literal(_MIXED))
        if facet.max_length:
            fits = sql.SQL("length({}) <= {} AND {}").format(text, sql.Literal(facet.max_length), fits)
        return fits, text
    if facet.kind == "integer":
        return _bounded(facet, sql.SQL("{} ~ '^-?[0-9]{{1,9}}$'").format(text), sql.SQL("{}::bigint").format(text))
    if facet.kind in ("decimal", "money") and getattr(field, "max_digits", None):
        pattern = rf"^-?[0-9]{{1,{field.max_digits - field.decimal_places}}}"
        pattern += rf"([.,][0-9]{{1,{field.decimal_places}}})?$" if field.decimal_places else "$"
        number = sql.SQL("replace({}, ',', '.')::numeric").format(text)
        return _bounded(facet, sql.SQL("{} ~ {}").format(text, sql.Literal(pattern)), number)
    if facet.kind == "point":
        made = sql.SQL(
            "ST_SetSRID(ST_MakePoint(substring({0} FROM '[0-9.]+$')::float8, substring({0} FROM '^[0-9.]+')::float8), 4326)"
        ).format(text)
        return sql.SQL("{} ~ {}").format(text, sql.Literal(_POINT)), made
    return None


def _bounded(facet: Facet, fits: sql.Composable, number: sql.Composable) -> tuple[sql.Composable, sql.Composable]:
    """Limits of validators within the same condition; CASE keeps a text that is no number from being cast."""
    limits = []
    for one in facet.field.validators:
        if isinstance(one, validators.MinValueValidator):
            limits.append(sql.SQL("{} >= {}").format(number, sql.Literal(one.limit_value)))
        elif isinstance(one, validators.MaxValueValidator):
            limits.append(sql.SQL("{} <= {}").format(number, sql.Literal(one.limit_value)))
    if limits:
        fits = sql.SQL("CASE WHEN {} THEN {} ELSE false END").format(fits, sql.SQL(" AND ").join(limits))
    return fits, number
