from __future__ import annotations

import re
from decimal import Decimal

import pytest

from kernel.pivot.formulas import DEEPEST, FormulaRefused, read_formula

LABELS = {"count": "Кількість", "sum:area": "Сума: площа", "min:day": "Найменше: день"}
CODES = {label.lower(): code for code, label in LABELS.items()}
KNOWN = {"count": True, "sum:area": True, "min:day": False}
FIGURES = {"count": Decimal(4), "sum:area": Decimal("10.5")}


def read(text):
    return read_formula(text, CODES, KNOWN)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[Сума: площа] ÷ [Кількість]", "2.625"),
        ("sum:area / count", "2.625"),
        ("[сума:  площа]:count", "2.625"),
        ("2 + 3 × count", "14"),
        ("(2 + 3) * count", "20"),
        ("100 − count − 6", "90"),
        ("100 / count / 5", "5"),
        ("-count + 1,5", "-2.5"),
        ("−(count − 1) · 2", "-6"),
        ("1.25 * - count", "-5.00"),
    ],
)
def test_arithmetic(text, value):
    assert read(text).of(FIGURES) == Decimal(value)


@pytest.mark.parametrize("text", ["count / 0", "sum:area ÷ (count − 4)", "0 / (count - count)"])
def test_zero_divides_nothing(text):
    assert read(text).of(FIGURES) is None


def test_what_is_missing_makes_the_cell_empty():
    assert read("sum:area + 1").of({"sum:area": None}) is None
    assert read("sum:area + 1").of({}) is None


def test_what_outgrows_a_cell_is_empty():
    assert read("count" + " * 999999999999999" * 15).of(FIGURES) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("count +", "обірвана"),
        ("count count", "зайве «count»"),
        ("(count + 1", "бракує дужки"),
        ("count + 1)", "зайве «)»"),
        ("* count", "перед «*»"),
        ("[Борг] / 2", "«Борг»"),
        ("sum:secret", "«sum:secret»"),
        ("[Найменше: день] + 1", "дата"),
        ("2 + 2", "жодної міри"),
        ("count ** 2", "перед «*»"),
        ("count; DROP TABLE x", "незрозуміле"),
        ("__import__('os')", "незрозуміле"),
        ("Count", "незрозуміле"),
        ("count' OR 1", "незрозуміле"),
        ("[Кількість", "незрозуміле"),
        ("1e9 * count", "«e»"),
        ("   ", "порожня"),
        ("count + " * 60 + "1", "задовга"),
        ("(" * (DEEPEST + 2) + "count", "Дужок"),
        ("-" * (DEEPEST + 2) + "count", "Дужок"),
    ],
)
def test_what_is_no_formula_is_refused_in_words(text, told):
    with pytest.raises(FormulaRefused, match=re.escape(told)):
        read(text)


def test_it_is_kept_by_codes_and_shown_by_names():
    formula = read("([Сума: площа]-2)/[Кількість]")
    assert formula.written == "( sum:area - 2 ) / count"
    assert formula.shown(LABELS) == "( [Сума: площа] − 2 ) ÷ [Кількість]"
    assert read(formula.written).of(FIGURES) == read(formula.shown(LABELS)).of(FIGURES) == formula.of(FIGURES)
