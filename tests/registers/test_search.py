"""Search folds what is written and what is asked for alike, and knows the forms of words."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.search.folding import FROM, NOTHING, fold
from kernel.search.query import stem, words_of
from tenant_apps.territory.bus_stops.models import BusStop

LETTERS = st.text(alphabet=FROM + NOTHING + "АаБбҐґЇїЄєЬьЮюЯя09 XxPpC-", max_size=40)


def test_database_folds_as_we_do(in_alpha):
    @settings(max_examples=60, deadline=None)
    @given(LETTERS)
    def folds_alike(text):
        cursor.execute("SELECT public.hromada_fold(%s)", [text])
        assert cursor.fetchone()[0] == " " + fold(text)

    with connection.cursor() as cursor:
        folds_alike()


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Під’їзд", "під'їзд"),
        ("Під’їзд", "ПІДЇЗД"),
        ("Центр", "Цeнтp"),  # Latin e and p
        ("Ґрунтова", "грунтова"),
        ("вул.Соборна", "соборна"),
        ("«Зоря»", "зоря"),
    ],
)
def test_spellings_meet(written, asked):
    assert all(word in fold(written) for word in words_of(asked))


@pytest.mark.parametrize(("form", "other"), [("вулицею", "вулиці"), ("Шевченка", "Шевченко"), ("площа", "площу")])
def test_forms_of_a_word_share_a_stem(form, other):
    assert fold(other).startswith(stem(fold(form)))


def test_short_words_are_left_as_they_are():
    assert stem("14а") == "14а"
    assert stem("кп") == "кп"


def test_a_card_is_found_by_any_form_and_any_apostrophe(in_alpha):
    from kernel.search.query import find

    stop = BusStop.objects.create(code="ЗП-1", name="Площа Свободи", landmark="біля під’їзду 2")
    BusStop.objects.create(code="ЗП-2", name="Ринок")
    for asked in ("площею", "свободу площа", "підʼїзд", "зп-1", "своб"):
        assert list(find(BusStop.objects.all(), asked)) == [stop], asked
    assert not find(BusStop.objects.all(), "вокзал").exists()
