"""How a column's value is written for people."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db import models

from kernel.cards.fields import YearField
from kernel.money import NBSP
from kernel.registers.facets import Facet


def facet(kind, **given):
    return Facet(name="x", title=given.pop("title", "Поле"), kind=kind, **given)


def test_a_year_is_not_a_quantity():
    assert facet("integer", field=YearField()).words(1994) == "1994"
    assert facet("integer", field=models.PositiveSmallIntegerField()).words(1994) == f"1{NBSP}994"


def test_a_year_s_column_is_like_any_other():
    assert YearField().deconstruct()[1] == "django.db.models.PositiveSmallIntegerField"


@pytest.mark.parametrize(
    ("title", "unit", "label"),
    [("Площа, м²", "м²", "Площа"), ("Площа", "м²", "Площа"), ("Площа, м²", "", "Площа, м²"), ("м²", "м²", "м²")],
)
def test_a_unit_is_told_once(title, unit, label):
    assert facet("decimal", title=title, unit=unit).label == label


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ("POLYGON((0 0, 0 1, 1 1, 0 0))", "контур, точок: 4"),
        ("MULTIPOLYGON(((0 0, 0 1, 1 1, 0 0)))", "контур, точок: 4"),
        ("LINESTRING(0 0, 1 1, 2 1)", "лінія, точок: 3"),
    ],
)
def test_a_shape_is_told_in_words(shape, words):
    assert facet("geometry").words(GEOSGeometry(shape, srid=4326)) == words
