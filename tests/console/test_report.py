"""The consolidated report: wholes out of parts, what is missing, small numbers, files, what is kept."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from kernel.indicators.catalogue import declared_named
from kernel.registers.exporting.typesetting import typeset
from kernel.testing.access import enter, make_person
from shared_apps.communities.models import Community
from shared_apps.console.asking import catalogue, default_period
from shared_apps.console.consolidated import columns_of, consolidate
from shared_apps.console.models import Report
from shared_apps.rollups.models import Kept
from shared_apps.rollups.reading import by_district, communities_in, read, read_many, total
from tests.console.test_figures import HTML, SHARE, STOPS, analyst, figures

__all__ = ["analyst", "figures"]

PAGE = "/indicators/report/"
TOTAL = f"{STOPS}.total"


@pytest.fixture
def districts(figures: Any, alpha: Any, beta: Any, gamma: Any) -> None:
    """Alpha and gamma in one district, beta in another."""
    for tenant, code in ((alpha, "UA99010010000010010"), (gamma, "UA99010020000010020"), (beta, "UA99020010000010030")):
        Community.objects.filter(pk=tenant.id).update(katottg=code)


def lines_of(client: Client, **query: Any) -> list[tuple[str, str, list[Any]]]:
    page = client.get(PAGE, query, **HTML)
    assert page.status_code == 200
    return [
        (line.level, line.community.slug if line.community else "", [cell.value for cell in line.cells])
        for line in page.context["lines"]
    ]


def test_wholes_are_made_of_parts(districts, analyst):
    assert lines_of(analyst, pick=[TOTAL, SHARE]) == [
        ("whole", "", [8, 50]),
        ("district", "", [4, 25]),
        ("community", "alpha", [4, 25]),
        ("community", "gamma", [None, None]),
        ("district", "", [4, 75]),
        ("community", "beta", [4, 75]),
    ]
    assert [row[:2] for row in lines_of(analyst, pick=TOTAL, depth="districts")] == [
        ("whole", ""), ("district", ""), ("district", ""),
    ]  # fmt: skip


def test_what_did_not_arrive_is_said(districts, analyst):
    page = analyst.get(PAGE, {"pick": SHARE}, **HTML)
    whole = page.context["lines"][0].cells[0]
    assert (whole.told, whole.of, whole.is_partial) == (2, 3, True)
    text = page.content.decode()
    assert "не надходили" in text and "2 з 3 громад" in text


def test_many_figures_at_once_are_the_figures_one_by_one(districts):
    everyone = communities_in(Community.objects.all())
    asked = [(one, default_period(one)) for one in catalogue()]
    assert len(asked) > 40
    together = read_many(asked, everyone[:2], among=everyone)
    for (one, period), found in zip(asked, together, strict=True):
        alone = read(one, period, everyone[:2], among=everyone)
        assert [(told.community.pk, told.shown, told.quality) for told in found] == [
            (told.community.pk, told.shown, told.quality) for told in alone
        ]
        assert total(one, found) == total(one, alone)
        assert by_district(one, found) == by_district(one, alone)


def test_a_small_number_is_hidden_in_every_line(districts, analyst, alpha, beta, monkeypatch):
    """Eight people in the whole of the region, three of them in alpha: alpha alone must not be told by any line."""
    one = next(one for one in catalogue() if one.indicator.people and one.indicator.additive)
    period = default_period(one)
    for tenant, people in ((alpha, 3), (beta, 50)):
        Kept.objects.update_or_create(
            community_id=tenant.id, indicator=one.code, period=period, dimension="",
            defaults={"value": people, "above": people, "counted": people, "sketch": {}, "formula": one.indicator.version},
        )  # fmt: skip
    from django.utils import timezone

    from shared_apps.rollups.models import Pass

    for tenant in (alpha, beta):
        Pass.objects.update_or_create(
            community_id=tenant.id, register=one.register.label, defaults={"data_at": timezone.now(), "formulas": "x"}
        )
    page = analyst.get(PAGE, {"pick": one.code}, **HTML)
    shown = {(line.level, line.title): line.cells[0].value for line in page.context["lines"]}
    assert 3 not in shown.values()
    known = [value for value in shown.values() if value is not None]
    assert all(one_value - other != 3 for one_value in known for other in known)
    assert "замало людей" in page.content.decode()


def test_questions_do_not_grow_with_figures(districts, analyst, django_assert_max_num_queries):
    analyst.get(PAGE, **HTML)
    with django_assert_max_num_queries(34):
        page = analyst.get(PAGE, {"pick": [one.code for one in catalogue()]}, **HTML)
    assert len(page.context["report"].columns) == len(catalogue()) > 40


def test_a_column_keeps_to_a_period_of_its_own(districts, analyst):
    columns = columns_of([declared_named(TOTAL), declared_named(f"{STOPS}.opened")], "2026-10")
    assert [column.period for column in columns] == ["", "2026-10"]


def test_the_book_tells_why_a_cell_is_empty(districts, analyst):
    book = load_workbook(io.BytesIO(analyst.get(PAGE, {"pick": [TOTAL, SHARE], "file": "xlsx"}).content))
    assert book.sheetnames == ["Зведений звіт", "Повнота", "Показники"]
    rows = list(book["Зведений звіт"].values)
    assert rows[0][:2] == ("Територія", "Рівень") and len(rows) == 7
    assert rows[1][:4] == ("Разом", "разом", 8, 50)
    assert "не надходили" in rows[4]
    assert any(row[4] == "не надходили" for row in book["Повнота"].values)
    assert len(list(book["Показники"].values)) == 3


def test_paper_goes_by_districts(districts, analyst, monkeypatch):
    given = {}

    def spied(name, content, *rest):
        given.update(content)
        return typeset(name, content, *rest)

    monkeypatch.setattr("shared_apps.console.papers.typeset", spied)
    answer = analyst.get(PAGE, {"pick": [TOTAL, SHARE], "file": "pdf"})
    assert answer.content.startswith(b"%PDF")
    assert given["heads"][2] == "Разом" and len(given["heads"]) == 5
    assert [row[2] for row in given["rows"]] == ["8", "50,0"]


def test_it_is_kept_under_a_name(districts, analyst, client_for):
    written = analyst.get(PAGE, {"pick": [SHARE], "depth": "districts"}, **HTML).context["written"]
    answer = analyst.post(f"{PAGE}save/", {"query": written, "title": "Доступність за районами", "shared": "on"})
    kept = Report.objects.get()
    assert answer["location"].endswith(f"?saved={kept.pk}")
    assert (kept.codes, kept.depth, kept.shared) == ([SHARE], "districts", True)
    assert lines_of(analyst, saved=kept.pk) == [("whole", "", [50]), ("district", "", [25]), ("district", "", [75])]
    again = analyst.post(f"{PAGE}save/", {"query": written, "title": "Доступність за районами"}, follow=True, **HTML)
    assert "уже є звіт із такою назвою" in again.content.decode() and Report.objects.count() == 1
    colleague = enter(client_for("console"), make_person("operator"))
    assert lines_of(colleague, saved=kept.pk)[0] == ("whole", "", [50])
    assert colleague.post(f"{PAGE}{kept.pk}/forget/").status_code == 404
    kept.shared = False
    kept.save()
    assert colleague.get(PAGE, {"saved": kept.pk}).status_code == 404
    assert colleague.get(PAGE, {"saved": "x"}).status_code == 404
    analyst.post(f"{PAGE}{kept.pk}/forget/")
    assert not Report.objects.exists()


def test_a_reader_of_one_region_gets_his_own(districts, client_for, beta):
    Community.objects.filter(pk=beta.id).update(katottg="UA32010010000010010")
    person = make_person("oblast_analyst", territories=["UA32000000000030281"])
    found = lines_of(enter(client_for("console"), person), pick=TOTAL)
    assert [(level, slug) for level, slug, _cells in found] == [("whole", ""), ("district", ""), ("community", "beta")]


def test_no_communities_no_report(districts, analyst):
    page = analyst.get(PAGE, {"size": "xl"}, **HTML)
    assert "громад немає" in page.content.decode()
    assert analyst.get(PAGE, {"size": "xl", "file": "xlsx"}, **HTML).status_code == 200


def test_the_whole_is_not_a_mean_of_shares(districts, alpha, analyst):
    Kept.objects.filter(community_id=alpha.id, indicator=SHARE).update(above=Decimal(0), below=Decimal(96))
    everyone = communities_in(Community.objects.all())
    report = consolidate(columns_of([declared_named(SHARE)], ""), everyone, everyone)
    assert report.lines[0].cells[0].value == 3
