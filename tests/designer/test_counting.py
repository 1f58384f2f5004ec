"""Own fields in what is counted and changed in bulk: reports, pivots, one change of many cards."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kernel.access.levels import Level
from kernel.designer.designing import retire_field
from kernel.designer.models import OwnField
from kernel.pivot.crossing import SCREEN, crossed
from kernel.pivot.layout import Pivot
from kernel.registers.bulk import change_many, changeable, undo
from kernel.registers.listing import Listing
from kernel.registers.saving import save_card
from kernel.reports.computing import ALL, counted
from kernel.reports.layout import Layout, dimensions_for, measures_for
from kernel.testing.access import make_person, make_role
from tenant_apps.territory.bus_stops.models import BusStop

OPTIONS = [["steel", "сталь"], ["wood", "дерево"]]


@pytest.fixture
def counted_fields(field: Any) -> Any:
    field("Матеріал", "choice", options=OPTIONS)
    field("Місць", "number", unit="шт.")
    field("Оглянуто", "date")
    field("Є урна", "boolean")
    field("Сусідня", "reference", points_to="bus_stops.bus-stops")
    field("Номер паспорта", unique=True)
    return field


@pytest.fixture
def six(counted_fields: Any, stop: Any) -> list[BusStop]:
    first = stop("Ринок", material="steel", mists=Decimal(2), ohlianuto=date(2026, 3, 1), ye_urna=True)
    return [
        first,
        stop("Парк", material="steel", mists=Decimal(3), ohlianuto=date(2026, 3, 30), ye_urna=False, susidnia=first),
        stop("Школа", material="wood", mists=Decimal(5), ohlianuto=date(2026, 4, 1), susidnia=first),
        stop("Лікарня", material="wood"),
        stop("Депо"),
        stop("Кільце", mists=Decimal(7)),
    ]


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("x_material", {"steel": (2, 5), "wood": (2, 5), None: (2, 7)}),
        ("x_ohlianuto:month", {date(2026, 3, 1): (2, 5), date(2026, 4, 1): (1, 5), None: (3, 7)}),
        ("x_ye_urna", {True: (1, 2), False: (1, 3), None: (4, 12)}),
    ],
)
def test_a_report_groups_and_sums_by_own_fields_and_lists_the_cards_behind(six, stops, designer, by, groups):
    layout = Layout(stops, designer, f"by={by}&measure=count&measure=sum:x_mists")
    assert not layout.mistakes
    found = counted(layout)
    told = {keys[0]: values for (keys, _across), values in found.values.items() if keys}
    assert {key: (count, int(total)) for key, (_all, count, total) in told.items()} == groups
    assert found.values[(), ALL][2] == 17
    for key, (many, _total) in groups.items():
        listed = Listing(stops, designer, layout.drill((layout.by[0], key)).partition("?")[2])
        assert not listed.mistakes and listed.rows.count() == many, key


def test_groups_by_a_reference_are_named(six, stops, designer):
    layout = Layout(stops, designer, "by=x_susidnia&measure=count")
    found = counted(layout)
    first = six[0]
    assert found.values[(first.pk,), ALL][1] == 2
    assert found.names[0] == {first.pk: stops.label_of(first)}


def test_a_pivot_crosses_own_fields_with_columns_of_the_table(six, stops, designer):
    pivot = Pivot(stops, designer, "by=x_material&across=shelter&measure=avg:x_mists")
    figures = crossed(pivot, SCREEN)
    assert figures.values[("steel",), ("none",)][1] == Decimal("2.5")
    assert figures.values[(), ALL][1] == Decimal("4.25")


def test_cards_of_a_report_show_own_fields_without_a_question_each(six, stops, stop, desk):
    address = (
        f"{reverse('reports:show', args=[stops.label])}?by=x_material&column=name&column=x_mists&column=x_susidnia"
    )

    def asked() -> int:
        with CaptureQueriesContext(connection) as asked:
            shown = desk.get(address)
        assert shown.status_code == 200, shown.content.decode()
        assert "дерево" in shown.content.decode()
        return len(asked)

    asked()
    few = asked()
    for number in range(10):
        stop(f"Ще {number}", material="wood", mists=Decimal(number), susidnia=six[0])
    assert asked() <= few + 1


def test_what_a_person_may_not_see_is_neither_counted_nor_grouped(counted_fields, field, stops, stop):
    field("Собівартість", "money", level=int(Level.MANAGE))
    stop("Ринок", sobivartist=Decimal("10.00"))
    make_role("stops_reader", bus_stops=Level.VIEW)
    reader = make_person("stops_reader")
    assert "sum:x_sobivartist" not in [one.name for one in measures_for(stops, reader)]
    assert "x_material" in [one.name for one in dimensions_for(stops, reader)]
    layout = Layout(stops, reader, "by=x_material&measure=sum:x_sobivartist")
    assert layout.mistakes and [one.name for one in layout.measures] == ["count"]


def test_a_retired_field_leaves_a_saved_report_with_a_word_about_it(six, stops, designer):
    retire_field(stops.label, OwnField.objects.get(code="material").pk, by=designer)
    layout = Layout(stops, designer, "by=x_material&measure=count")
    assert layout.by == [] and "x_material" in layout.mistakes[0]


def test_many_cards_take_an_own_value_and_give_it_back(six, stops, designer):
    assert {"x_material", "x_mists", "x_ohlianuto", "x_ye_urna", "x_susidnia"} <= set(changeable(stops, designer))
    assert "x_nomer_pasporta" not in changeable(stops, designer)
    cards = list(stops.rows(designer).order_by("pk"))
    values = {"x_mists": Decimal(9), "x_ohlianuto": date(2026, 5, 5), "x_susidnia": six[1]}
    change = change_many(stops, cards, values, by=designer, reason="огляд")
    read = stops.facets["x_mists"].value
    assert {read(card) for card in stops.rows(designer)} == {Decimal(9)}
    late = stops.rows(designer).get(pk=six[5].pk)
    stops.facets["x_mists"].added.set(late, Decimal(100))
    save_card(stops, late, by=designer, version=late.version)
    assert undo(change, by=designer) == (5, 1)
    now = {card.name: card for card in stops.rows(designer)}
    assert [read(now[name]) for name in ("Ринок", "Депо", "Кільце")] == [Decimal(2), None, Decimal(100)]
    near = stops.facets["x_susidnia"].value
    assert near(now["Парк"]) == six[0] and near(now["Ринок"]) is None
    assert stops.facets["x_ohlianuto"].value(now["Школа"]) == date(2026, 4, 1)


def test_the_page_of_a_bulk_change_offers_own_fields_and_changes_by_them(six, stops, designer, desk):
    keys = [card.pk for card in six[:2]]
    page = desk.get(stops.url("bulk"), {"verb": "change", "id": keys, "field": "x_material"}).content.decode()
    assert "Матеріал" in page and "сталь" in page
    query = "&".join(f"id={pk}" for pk in keys)
    done = desk.post(
        stops.url("bulk"), {"verb": "change", "query": query, "field": "x_material", "x_material": "wood", "go": "1"}
    )
    assert done.status_code == 302, done.content.decode()
    read = stops.facets["x_material"].value
    assert [read(card) for card in stops.rows(designer).filter(pk__in=keys)] == ["wood", "wood"]
