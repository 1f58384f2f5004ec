"""What every declared report owes its readers."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from kernel.access.dates import local_zone
from kernel.access.levels import Level
from kernel.registers.listing import Listing
from kernel.reports.computing import ALL, counted, value_of
from kernel.reports.layout import Layout
from kernel.reports.tables import Table
from kernel.tenancy import tenant_context
from kernel.testing.access import enter, make_person, make_role
from tests.exporting.pdf_text import pages_of


def _url(register, **given):
    from urllib.parse import urlencode

    return f"{reverse('reports:show', args=[register.label])}?{urlencode(given, doseq=True)}"


def test_it_is_read_and_written_out(declared, at_work):
    register, report = declared
    client = at_work(register.module, Level.VIEW)
    page = client.get(_url(register, report=report.code))
    assert page.status_code == 200
    assert str(report.title) in page.content.decode()
    book = load_workbook(io.BytesIO(b"".join(client.get(_url(register, report=report.code, format="xlsx")))))
    assert book.active["A2"].value == str(report.title)
    sheet = b"".join(client.get(_url(register, report=report.code, format="csv"))).decode("utf-8-sig")
    assert sheet.count("\r\n") >= 2
    paper = pages_of(b"".join(client.get(_url(register, report=report.code, format="pdf"))))
    assert str(report.title)[:20] in paper[0]
    assert "Гаммівська" in paper[0]


def test_those_without_the_right_do_not_see_it(declared, at_work, client_for):
    register, report = declared
    assert at_work(register.module, Level.NONE).get(_url(register, report=report.code)).status_code == 404
    assert client_for("gamma").get(_url(register, report=report.code)).status_code == 302


def test_rules_of_records_hold_in_figures(declared, worker, lived_in):
    """«Own» cards only, and none is: nothing is counted."""
    register, report = declared
    mine = Layout(register, worker(register.module, Level.VIEW, rule="own"), "", report)
    assert counted(mine).of(())[:1] in ((), (0,))


def test_a_neighbour_counts_none_of_it(declared, client_for, lived_in, beta):
    register, report = declared
    ours = counted(Layout(register, lived_in, "", report)).of(())
    with tenant_context(beta):
        person = make_person(make_role("neighbour", **{register.module: Level.MANAGE}).code)
        theirs = counted(Layout(register, person, "", report)).of(())
        assert theirs[:1] != ours[:1] or ours[:1] == (0,)
        assert theirs[:1] in ((), (0,)) or theirs[0] == register.rows(person).count()
        assert enter(client_for("beta"), person).get(_url(register, report=report.code)).status_code == 200


def _key(dimension, card):
    value = dimension.facet.value(card)
    if value is None or value == "":
        return None
    if dimension.part:
        if isinstance(value, datetime):
            value = timezone.localdate(value, timezone=local_zone())
        month = {"day": value.month, "month": value.month, "quarter": (value.month - 1) // 3 * 3 + 1, "year": 1}
        return date(value.year, month[dimension.part], value.day if dimension.part == "day" else 1)
    return value.pk if dimension.facet.kind == "reference" else value


def test_figures_are_those_of_a_plain_loop(declared, lived_in):
    register, report = declared
    layout = Layout(register, lived_in, "", report)
    found = counted(layout)
    cards = list(layout.listing.rows)
    loop = Counter()
    sums = {}
    for card in cards:
        keys = tuple(_key(one, card) for one in layout.by)
        across = _key(layout.across, card) if layout.across else ALL
        for depth in range(len(keys) + 1):
            for aside in {across, ALL}:
                loop[keys[:depth], aside] += 1
                for place, one in enumerate(layout.measures):
                    if one.facet:
                        sums.setdefault((keys[:depth], aside, place), []).append(one.facet.value(card))
    assert {group: row[0] for group, row in found.values.items() if row[0]} == dict(loop)
    for (keys, aside, place), values in sums.items():
        known = [Decimal(value) for value in values if value is not None]
        measure = layout.measures[place]
        told = found.of(keys, aside)[1 + place]
        if not known or measure.is_day:
            continue
        wanted = {
            "sum": sum(known), "share": sum(known), "min": min(known), "max": max(known),
            "avg": sum(known) / len(known),
        }[measure.kind]  # fmt: skip
        assert abs(Decimal(told) - wanted) < Decimal("0.0001")


def test_every_figure_leads_to_its_cards(declared, lived_in):
    """The list behind a line holds as many cards as the line says."""
    register, report = declared
    layout = Layout(register, lived_in, "", report)
    table = Table(layout)
    if table.is_list:
        groups = [line for line in table.lines if line.kind == "group"][:6]
        for line in groups:
            assert Listing(register, lived_in, line.cells[0].url.partition("?")[2]).rows.exists()
        return
    if report.measures[0] != "count":
        pytest.skip("its first figure is no count")
    for line in [*table.lines[:8], table.total]:
        for cell in line.cells:
            if cell.figure and cell.url and "%" not in cell.text:
                listing = Listing(register, lived_in, cell.url.partition("?")[2])
                if line.cells.index(cell) >= len(layout.by) and cell.value == int(cell.value):
                    place = (line.cells.index(cell) - max(len(layout.by), 1)) % len(layout.measures)
                    if layout.measures[place].name == "count":
                        assert listing.rows.count() == cell.value
                        assert not listing.mistakes


def test_shares_of_one_level_make_a_hundred(lived_in):
    from kernel.registers.registry import register_named

    layout = Layout(register_named("addresses.addresses"), lived_in, "by=purpose&measure=share")
    found = counted(layout)
    whole = found.of(())
    parts = [value_of(layout.measures[0], 0, row, whole) for (keys, _a), row in found.values.items() if keys]
    assert abs(sum(parts) - 100) < Decimal("0.000001")
