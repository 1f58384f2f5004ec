"""Figures against sums made by hand and against every other way of asking for them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from kernel.access.models import User
from kernel.operations import Denied
from kernel.pivot.crossing import SCREEN, Cap, crossed
from kernel.pivot.layout import Pivot
from kernel.pivot.tables import PivotTable
from kernel.registers.listing import Listing
from kernel.registers.registry import register_named, register_of, registers
from kernel.reports.computing import ALL
from kernel.reports.layout import dimensions_for, measures_for
from tenant_apps.property.organisations.models import BankAccount
from tenant_apps.territory.playgrounds.models import Equipment

FULL = "by=ground&across=installed_on:year&measure=count&measure=sum:cost&measure=share:cost"


def plain(cell):
    return cell.text.replace("\N{NO-BREAK SPACE}", " ")


def rows(table):
    return [[plain(cell) for cell in line.cells] for line in table.lines]


def total(table):
    return [plain(cell) for cell in table.total.cells]


@pytest.fixture
def asked(equipment, worker):
    person = worker()
    return lambda query: PivotTable(Pivot(equipment, person, query))


def test_a_crossing_made_by_hand(asked):
    table = asked(FULL)
    told = ("Кількість", "Сума: балансова вартість, грн", "Частка: балансова вартість, грн, %")
    groups = ("2024", "2025", "не заповнено", "Разом")
    assert [head.text for head in table.heads] == [
        "Майданчик", *(f"{group}: {text}" for group in groups for text in told)
    ]  # fmt: skip
    figures = {line.cells[0].text: [cell.value for cell in line.cells[1:]] for line in table.lines}
    share = {name: Decimal(100) * part / 2400 for name, part in (("350", 350), ("1000", 1000), ("1350", 1350))}
    assert figures["Парк"] == [
        *(2, 350, share["350"]), *(1, 1000, share["1000"]), *(1, None, None), *(4, 1350, share["1350"])
    ]  # fmt: skip
    assert figures["Двір"][:3] == [None, None, None]
    assert figures["Двір"][3:5] == [2, 1000]
    assert figures["Двір"][6:8] == [1, 50]
    assert figures["Двір"][9:11] == [3, 1050]
    assert [cell.value for cell in table.total.cells][1:] == [
        *(2, 350, share["350"]), *(3, 2000, Decimal(100) * 2000 / 2400),
        *(2, 50, Decimal(100) * 50 / 2400), *(7, 2400, Decimal(100)),
    ]  # fmt: skip


def test_three_levels_of_rows_and_two_of_columns(asked):
    table = asked("by=ground&by=kind&by=maker&across=installed_on:year&across=installed_on:quarter&measure=sum:cost")
    words = [head.text for head in table.heads[3:]]
    assert words == [
        "2024 / I квартал 2024", "2024 / IV квартал 2024", "2024 / Разом",
        "2025 / I квартал 2025", "2025 / III квартал 2025", "2025 / Разом",
        "не заповнено / не заповнено", "не заповнено / Разом", "Разом",
    ]  # fmt: skip
    park = next(line for line in table.lines if line.cells[0].text == "Парк")
    assert [cell.value for cell in park.cells[3:]] == [100, 250, 350, 1000, None, 1000, None, None, 1350]
    swings = next(line for line in table.lines if line.path == ["Парк", "гойдалка"])
    assert [cell.value for cell in swings.cells[3:6]] == [100, 250, 350]
    assert [line.level for line in table.lines][:3] == [0, 1, 2]
    top, below = table.head_rows
    assert [(head.text, head.columns, head.rows) for head in top][:4] == [
        ("Майданчик", 1, 2), ("Вид", 1, 2), ("Виробник", 1, 2), ("2024", 3, 1)
    ]  # fmt: skip
    assert [head.text for head in below] == [*(word.rpartition(" / ")[2] for word in words[:-1]), ""]
    assert sum(head.columns for head in top[3:]) == len(below)


def test_without_subtotals_and_without_totals(asked):
    table = asked("by=ground&by=kind&measure=sum:cost&sums=grand")
    assert rows(table) == [
        ["Двір", "гойдалка", "300,00"],
        ["", "гірка", "700,00"],
        ["", "лава", "50,00"],
        ["Парк", "гойдалка", "350,00"],
        ["", "гірка", "1 000,00"],
        ["", "лава", "—"],
    ]
    assert total(table)[2] == "2 400,00"
    bare = asked("by=ground&across=kind&measure=sum:cost&sums=none")
    assert not bare.has_total
    assert [head.text for head in bare.heads] == ["Майданчик", "гойдалка", "гірка", "лава"]


def test_average_least_and_greatest(asked):
    table = asked("by=ground&measure=avg:cost&measure=min:cost&measure=max:cost&measure=max:installed_on")
    park = next(line for line in table.lines if line.cells[0].text == "Парк")
    assert [cell.value for cell in park.cells[1:]] == [450, 100, 1000, date(2025, 1, 31)]


def test_formulas_are_counted_from_totals_not_summed(asked):
    table = asked("by=ground&measure=count&formula=sum:cost / count&formula_title=Середня&formula=1 / (count - 4)")
    assert [head.text for head in table.heads] == ["Майданчик", "Кількість", "Середня", "1 ÷ ( [Кількість] − 4 )"]
    assert rows(table) == [["Двір", "3", "350,00", "−1,00"], ["Парк", "4", "337,50", "—"]]
    assert total(table)[2] == "342,86"


def test_a_bad_formula_is_left_out_and_said(asked):
    table = asked("by=ground&formula=[Кількість] %2B&formula_title=x")
    assert any("обірвана" in mistake for mistake in table.layout.mistakes)
    assert table.layout.refused == [("x", "[Кількість] +")]
    assert [head.text for head in table.heads] == ["Майданчик", "Кількість"]


def test_one_question_to_the_database(equipment, worker):
    pivot = Pivot(equipment, worker(), "by=kind&by=installed_on:year&across=maker&measure=sum:cost&formula=avg:cost*2")
    _rows = pivot.listing.rows
    with CaptureQueriesContext(connection) as asked:
        crossed(pivot, SCREEN)
    assert [query["sql"].count("ROLLUP") for query in asked.captured_queries] == [2]


def test_conditions_of_the_list_hold(asked):
    assert total(asked("by=kind&kind=swing&measure=sum:cost"))[1] == "650,00"
    assert total(asked("by=kind&q=slide&measure=sum:cost"))[1] == "1 700,00"
    assert total(asked("by=kind&installed_on__from=2025-01-01&measure=sum:cost"))[1] == "2 000,00"


def test_every_figure_leads_to_its_cards(asked):
    """By the very address of the cell; «count» is what the list then shows."""
    table = asked("by=ground&by=installed_on:quarter&across=maker&across=kind&measure=count")
    seen = 0
    for line in [*table.lines, table.total]:
        for cell in line.cells:
            if cell.figure and cell.value is not None:
                listing = Listing(table.layout.register, table.layout.user, cell.url.partition("?")[2])
                assert listing.rows.count() == cell.value, cell.url
                assert not listing.mistakes
                seen += 1
    assert seen > 40


def test_totals_are_sums_of_cells_in_every_register(in_gamma):
    """Every register of the house with something to group: cells, both sides and the whole agree with the list."""
    person = User.objects.get(email="author@gamma.test")
    checked = 0
    for register in registers():
        groups = dimensions_for(register, person)[:2]
        sums = [one for one in measures_for(register, person) if one.kind == "sum"][:1]
        if len(groups) < 2:
            continue
        query = QueryDict(mutable=True)
        query.setlist("by", [groups[0].name])
        query.setlist("across", [groups[1].name])
        query.setlist("measure", ["count", *(one.name for one in sums)])
        values = crossed(Pivot(register, person, query), Cap(5_000, 5_000)).values
        whole = values[(), ALL]
        for place in range(2, len(whole)):
            cells = [row[place] or 0 for (keys, across), row in values.items() if keys and across is not ALL]
            sides = [row[place] or 0 for (keys, across), row in values.items() if keys and across is ALL]
            heads = [row[place] or 0 for (keys, across), row in values.items() if not keys and across is not ALL]
            assert sum(cells) == sum(sides) == sum(heads) == (whole[place] or 0), register.label
        assert whole[0] == register.rows(person).count()
        if sums and sums[0].facet:
            name = sums[0].facet.name
            assert whole[2] == register.rows(person).order_by().aggregate(all=Sum(name))["all"]
        checked += 1
    assert checked > 30


# -- who sees what ---------------------------------------------------------------------------------------------


def test_record_rules_hold(equipment, worker):
    person = worker(rule="own")
    assert PivotTable(Pivot(equipment, person, "by=kind&measure=count")).lines == []
    Equipment.objects.filter(name="slide 700").update(created_by=person)
    table = PivotTable(Pivot(equipment, person, "by=kind&across=ground&measure=sum:cost"))
    assert rows(table) == [["гірка", "700,00", "700,00"]]
    assert [head.text for head in table.heads] == ["Вид", "Двір", "Разом"]


def test_archived_cards_are_left_out_as_in_the_list(equipment, worker):
    Equipment.objects.filter(kind="swing").update(archived_at="2026-01-01T00:00Z")
    person = worker()
    assert total(PivotTable(Pivot(equipment, person, "by=kind&measure=sum:cost")))[1] == "1 750,00"
    assert total(PivotTable(Pivot(equipment, person, "by=kind&measure=sum:cost&archived=1")))[1] == "650,00"


@pytest.mark.parametrize(
    "query",
    [
        "by=rnokpp", "across=document_number", "measure=min:rnokpp", "measure=max:birth_date",
        "formula=min:birth_date", "formula=count * max:birth_date", "by=party__rnokpp",
    ],
)  # fmt: skip
def test_masked_and_higher_fields_are_refused(worker, query):
    parties = register_named("organisations.parties")
    pivot = Pivot(parties, worker("organisations"), query)
    assert pivot.mistakes
    assert (pivot.by, pivot.aside, pivot.formulas, [one.name for one in pivot.measures]) == ([], [], [], ["count"])
    assert not {"rnokpp", "document_number", "unzr", "birth_date"} & {code.partition(":")[2] for code in pivot.offered}


def test_what_a_neighbouring_register_masks_is_not_told_by_a_path(worker, monkeypatch):
    register = register_of(BankAccount)
    assert register is not None
    monkeypatch.setattr(type(register), "filters", (*register.filters, "party__rnokpp"))
    monkeypatch.setitem(register.facets, "party__rnokpp", register.facet("party__rnokpp"))
    pivot = Pivot(register, worker("organisations"), "by=party__rnokpp")
    assert pivot.by == []
    assert pivot.mistakes


# -- how much --------------------------------------------------------------------------------------------------


def test_too_many_rows_and_columns_are_refused_in_words(equipment, worker):
    pivot = Pivot(equipment, worker(), "by=kind&by=maker&across=ground&measure=count&measure=sum:cost")
    with pytest.raises(Denied, match=r"Рядків вийшло 6, а вміщується 5\. Приберіть «Виробник»"):
        crossed(pivot, Cap(5, 50))
    with pytest.raises(Denied, match=r"Стовпців вийшло 4, а вміщується 3\. Перенесіть «Майданчик»"):
        crossed(pivot, Cap(200, 3))
    assert crossed(pivot, Cap(6, 4)).values
