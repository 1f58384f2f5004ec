from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe

from ui.typography import NBSP, typeset

# «~» stands for the no-break space, to be seen.
CASES = [
    ("№ 3", "№~3"),
    ("№3 і § 5", "№~3 і~§~5"),
    ("вул. Миру, буд. 5, кв. 12", "вул.~Миру, буд.~5, кв.~12"),
    ("М. П. Кравець", "М.~П.~Кравець"),
    ("Кравець М. П.", "Кравець~М.~П."),
    ("15 м²", "15~м²"),
    ("3853 грн", "3853~грн"),
    ("1 234 567 осіб", "1~234~567 осіб"),
    ("у місті й на селі", "у~місті й~на селі"),
    ("дім'я п’ять", "дімʼя пʼять"),
    ('рішення "Про бюджет"', "рішення «Про бюджет»"),
    ('"Водоканал" і "Теплоенерго".', "«Водоканал» і~«Теплоенерго»."),
    ("тиша - це теж відповідь", "тиша~— це теж відповідь"),
    ("-7 °C", "−7~°C"),
    ("+380 44 000 11 22", "+380~44~000~11~22"),
    ("15-20 учнів, Івано-Франківськ", "15-20 учнів, Івано-Франківськ"),
    ("email@example.org, it's fine", "email@example.org, it's fine"),
    ("", ""),
]


@pytest.mark.parametrize(("typed", "printed"), CASES)
def test_words_are_set_as_a_printer_would(typed: str, printed: str) -> None:
    assert typeset(typed) == printed.replace("~", NBSP)


@pytest.mark.parametrize("typed", [typed for typed, _printed in CASES])
def test_setting_twice_changes_nothing(typed: str) -> None:
    assert typeset(typeset(typed)) == typeset(typed)


def render(value: str) -> str:
    return Template("{% load ui %}{{ value|typo }}").render(Context({"value": value}))


def test_the_filter_escapes_what_people_typed() -> None:
    assert render("<b>№ 3</b>") == "&lt;b&gt;№\xa03&lt;/b&gt;"


def test_markup_that_is_already_safe_keeps_its_attributes() -> None:
    assert render(mark_safe('<a href="/a b">№ 3 & "ні"</a>')) == '<a href="/a b">№\xa03 & «ні»</a>'
