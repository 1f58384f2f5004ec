"""Figures as they are written, and what charts say to those who do not see them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.utils.html import strip_tags

from ui.numerals import quiet, written
from ui.typography import NBSP

TODAY = date(2026, 11, 20)


def drawn(source: str, **given: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(given))


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Decimal("3853.58"), 2, "3~853,58"),
        (Decimal("-640.5"), 2, "−640,50"),
        (Decimal("0.005"), 2, "0,01"),
        (138904, None, "138~904"),
        (999, None, "999"),
        (94.0, None, "94,0"),
        (Decimal("1E+3"), None, "1~000"),
        ("немає", None, "немає"),
        (True, None, "True"),
    ],
)
def test_numbers_are_written_as_here(value: Any, places: int | None, text: str) -> None:
    assert written(value, places) == text.replace("~", NBSP)


def test_kopecks_recede_and_the_machine_reads_the_whole() -> None:
    html = drawn('{% money sum "₴" %}', sum=Decimal("3853.58"))
    assert (
        html
        == f'<data class="money" value="3853.58">3{NBSP}853<span class="fine">,58</span>{NBSP}<span class="unit">₴</span></data>'
    )
    assert "fine" not in quiet(Decimal("18.5"), "м²")


@pytest.mark.parametrize("nothing", [None, ""])
def test_what_is_not_known_is_a_dash_and_not_a_zero(nothing: Any) -> None:
    assert strip_tags(drawn("{% money sum %}{% num sum %}", sum=nothing)) == "——"
    assert strip_tags(drawn("{% money sum %}", sum=0)) == "0,00"


def test_what_people_typed_stays_text() -> None:
    evil = '"><script>alert(1)</script>'
    source = (
        "{% figure v label=v hint=v %}{% facts pairs %}{% tabs tabs v %}{% history said %}{% bar_chart bars v %}{% rank bars2 v %}"
        "{% document_list docs %}{% toast v %}{% ticket v v %}{% condition v v v %}{% plate v v %}{% task_row v v v %}"
        "{% choropleth shapes v %}{% strip_plot strip v v %}{% line_chart names series v %}{% steps names 1 %}{% area_nav nav %}"
        "{% dialog v v %}{{ v }}{% enddialog %}{% menu v %}x{% endmenu %}{% type_ahead v v v v v %}{% file_drop v v v %}"
    )
    html = drawn(
        source,
        v=evil,
        pairs=[(evil, evil)],
        tabs=[(evil, evil, 1, True)],
        said=[(evil, evil, True)],
        bars=[(evil, 1)],
        bars2=[(1, evil, 5, evil, True)],
        docs=[(evil, evil, evil, "")],
        shapes=[(evil, "M0 0", 5), ("b", "M0 0", None)],
        strip=[(evil, 4), ("b", 9)],
        names=[evil, "b"],
        series=[(evil, [1, 2])],
        nav=[{"title": evil, "items": [{"title": evil, "url": evil, "icon": "bus"}]}],
    )
    assert "<script" not in html


@pytest.mark.parametrize(
    ("end", "tone", "words"),
    [
        (date(2027, 7, 18), "ok", "лишилося 240 днів"),
        (date(2026, 11, 30), "warn", "лишилося 10 днів"),
        (date(2026, 11, 20), "warn", "сьогодні"),
        (date(2026, 11, 19), "bad", "тому"),
    ],
)
def test_a_term_is_told_in_words(end: date, tone: str, words: str) -> None:
    html = drawn("{% scale start end today %}", start=date(2025, 11, 30), end=end, today=TODAY)
    assert f'data-tone="{tone}"' in html and words in html and 'role="img"' in html


def test_a_needle_never_leaves_the_rule() -> None:
    for start, end in ((date(2030, 1, 1), date(2031, 1, 1)), (date(1990, 1, 1), date(1991, 1, 1)), (TODAY, TODAY)):
        html = drawn("{% scale start end today %}", start=start, end=end, today=TODAY)
        found = re.search(r'needle" d="M([\d.]+) ', html)
        assert found and 0 <= float(found[1]) <= 190


def test_charts_have_words() -> None:
    line = drawn(
        '{% line_chart names series "Бюджет" "млн ₴" %}',
        names=["січ", "лют"],
        series=[("факт", [1, None]), ("план", [2, 4])],
    )
    assert "<details>" in line and '<td class="num">—</td>' in line and 'aria-hidden="true"' in line
    spark = drawn('{% spark values "Збір" %}', values=[88, Decimal("94.5")])
    assert "Збір: від 88 до 94,5" in spark
    assert "немає даних" in drawn('{% choropleth shapes "Збір" %}', shapes=[("А", "M0 0", None)])


@pytest.mark.parametrize("source", ['{% spark none "x" %}', '{% line_chart none none "x" %}', '{% share none "x" %}', '{% strip_plot none "x" %}', '{% bar_chart none "x" %}', '{% rank none "x" %}', '{% row_tape none "x" %}', '{% choropleth none "x" %}'])  # fmt: skip
def test_charts_of_nothing_do_not_break(source: str) -> None:
    assert "nan" not in drawn(source, none=[])


def test_a_long_file_is_a_short_tape_that_keeps_its_mistakes() -> None:
    rows = [(number, "bad" if number == 4321 else "ok", "") for number in range(1, 9001)]
    html = drawn('{% row_tape rows "файл" %}', rows=rows)
    assert html.count("<rect") <= 200 and html.count('data-tone="bad"') == 1
    assert "з помилкою — 1" in html
