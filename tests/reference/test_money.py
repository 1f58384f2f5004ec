from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import NBSP, count_in_words, format_money, in_words, round_half_up


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("1234.56", "одна тисяча двісті тридцять чотири гривні, п'ятдесят шість копійок"),
        ("0", "нуль гривень, нуль копійок"),
        ("0.01", "нуль гривень, одна копійка"),
        ("1", "одна гривня, нуль копійок"),
        ("2.02", "дві гривні, дві копійки"),
        ("11.11", "одинадцять гривень, одинадцять копійок"),
        ("21", "двадцять одна гривня, нуль копійок"),
        ("1000", "одна тисяча гривень, нуль копійок"),
        ("2000", "дві тисячі гривень, нуль копійок"),
        ("1000000", "один мільйон гривень, нуль копійок"),
        (
            "2345678901.12",
            "два мільярди триста сорок п'ять мільйонів шістсот сімдесят вісім тисяч дев'ятсот одна гривня, "
            "дванадцять копійок",
        ),
        ("-5.02", "мінус п'ять гривень, дві копійки"),
        ("-0.001", "нуль гривень, нуль копійок"),
        ("0.995", "одна гривня, нуль копійок"),
    ],
)
def test_amount_in_words(amount, words):
    assert in_words(Decimal(amount)) == words


@pytest.mark.parametrize("amount", [1000, 1000.0, "1000"])
def test_only_decimal_is_money(amount):
    """An int was once taken for kopecks: 1000 became ten hryvnias."""
    for function in (in_words, format_money, round_half_up):
        with pytest.raises(TypeError):
            function(amount)


@pytest.mark.parametrize("amount", ["NaN", "Infinity"])
def test_money_is_finite(amount):
    with pytest.raises(ValueError, match="not an amount"):
        round_half_up(Decimal(amount))


def test_too_large_for_words():
    with pytest.raises(ValueError, match="too large"):
        in_words(Decimal("1e15"))


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("274.032", "274.03"), ("0.005", "0.01"), ("2.675", "2.68"), ("-0.005", "-0.01"), ("1902.34", "1902.34")],
)
def test_half_goes_up(amount, rounded):
    assert round_half_up(Decimal(amount)) == Decimal(rounded)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("3853.58", f"3{NBSP}853,58"),
        ("0", "0,00"),
        ("-0.001", "0,00"),
        ("-1234567.895", f"-1{NBSP}234{NBSP}567,90"),
        ("999.999", f"1{NBSP}000,00"),
    ],
)
def test_figures(amount, text):
    assert format_money(Decimal(amount)) == text


@given(st.integers(min_value=1, max_value=999_999))
def test_words_never_repeat_or_vanish(number):
    words = count_in_words(number).split()
    assert words
    assert all(first != second for first, second in pairwise(words))
    assert count_in_words(number * 1000).endswith(("тисяча", "тисячі", "тисяч", "мільйон", "мільйони", "мільйонів"))
