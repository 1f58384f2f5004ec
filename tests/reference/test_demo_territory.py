"""The demo oblast must not be taken for a real place."""

import re

import pytest

from shared_apps.reference.demo import DUBOHIR, KALYNOBRID, REGION, SRIBNOVODDIA, demo_units, load_demo_territory
from shared_apps.reference.errors import FileRefused
from shared_apps.reference.folding import fold
from shared_apps.reference.models import TerritorialUnit
from shared_apps.reference.territory import breadcrumb, find_unit, regions, search_territory, settlements_of
from tests.reference.conftest import packaged_rows


def test_names_and_numbers_are_nobodys():
    real = packaged_rows()
    names = {fold(row[6]) for row in real}
    numbers = {next(cell for cell in reversed(row[:5]) if cell)[-5:] for row in real}
    for unit in demo_units():
        assert re.fullmatch(r"UA99\d{15}", unit.code)
        assert fold(unit.name) not in names, unit.name
        assert unit.number not in numbers
        assert unit.demo
    assert len({unit.number for unit in demo_units()}) == len(demo_units())
    assert len({unit.code for unit in demo_units()}) == len(demo_units())


def test_names_are_absent_from_the_official_edition_too(official):
    text = fold(official("katottg-2025-05-16.csv").read_text(encoding="utf-8-sig"))
    for unit in demo_units():
        assert f" {fold(unit.name)} ua" not in text, unit.name


def test_loading_twice_adds_once(platform, db):
    assert load_demo_territory() == len(demo_units())
    assert load_demo_territory() == 0


def test_the_shape_of_the_demo_oblast(platform, db):
    load_demo_territory()
    assert [unit.code for unit in regions()] == [REGION]
    assert [unit.category for unit in settlements_of(DUBOHIR)].count("C") == 9
    assert settlements_of(KALYNOBRID)
    assert settlements_of(SRIBNOVODDIA)
    city = search_territory("Дубогір", kinds=("M",))[0].unit
    assert [unit.label for unit in breadcrumb(city)] == [
        "Дубогірська область",
        "Дубогірський район",
        "Дубогірська міська громада",
    ]
    assert find_unit(city.parent).code == DUBOHIR


def test_a_real_oblast_99_stops_the_demo(platform, db):
    unit = demo_units()[0]
    unit.demo = False
    unit.save()
    with pytest.raises(FileRefused, match="99"):
        load_demo_territory()
    assert TerritorialUnit.objects.count() == 1
