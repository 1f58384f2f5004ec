"""The rating by weights: how it is put together, what is missing, what is kept, and the file."""

from __future__ import annotations

import io
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from openpyxl import load_workbook

from kernel.indicators.catalogue import declared_named
from kernel.testing.access import enter, make_person
from provisioning.demo.rating import load_demo_rating
from shared_apps.communities.models import Community
from shared_apps.console.models import Rating
from shared_apps.console.rating_pages import keep_rating
from shared_apps.console.weighing import MOST_RATED, Weighing, found_by, weight_of
from tests.console.test_figures import HTML, SHARE, STOPS, analyst, figures

__all__ = ["analyst", "figures"]

PAGE = "/indicators/rating/"
TOTAL = f"{STOPS}.total"


def rows_of(client, **query):
    page = client.get(PAGE, query, **HTML)
    assert page.status_code == 200
    return [(row.number, row.community.slug, row.score) for row in page.context["standing"].rows]


def test_more_or_less_is_better_as_chosen(analyst):
    assert rows_of(analyst, **{f"w.{SHARE}": "3"}) == [(1, "beta", 100), (2, "alpha", 0), (None, "gamma", None)]
    less = {f"w.{SHARE}": "3", f"d.{SHARE}": "less"}
    assert rows_of(analyst, **less) == [(1, "alpha", 100), (2, "beta", 0), (None, "gamma", None)]
    # Both have four stops: everybody has a hundred, and the places are shared.
    assert rows_of(analyst, **{f"w.{TOTAL}": "1"}) == [(1, "alpha", 100), (1, "beta", 100), (None, "gamma", None)]


def test_what_is_missing_is_said_and_is_no_zero(analyst):
    text = analyst.get(PAGE, {f"w.{SHARE}": "5"}, **HTML).content.decode()
    assert "не надходили" in text
    assert "без місця" in text
    assert "Як пораховано бал" in text
    assert "2 з 3" in text


def test_too_little_known_gives_no_place(analyst, beta, alpha):
    from shared_apps.rollups.models import Kept

    Kept.objects.filter(community_id=beta.id, indicator=TOTAL).delete()
    weighed = {f"w.{SHARE}": "1", f"w.{TOTAL}": "9"}
    [first, second, _third] = rows_of(analyst, **weighed)
    assert first[:2] == (1, "alpha")
    assert second == (None, "beta", 100), "the best of a tenth of what was asked is not the best"


def test_an_indicator_is_found_by_words_and_taken_without_scripts(analyst):
    page = analyst.get(PAGE, {f"w.{SHARE}": "3", "find": "зупин"}, **HTML)
    assert [code for code, _title in page.context["alike"]]
    assert SHARE not in [code for code, _title in page.context["alike"]]
    assert f'<button name="add" value="{TOTAL}"' in page.content.decode()
    answer = analyst.get(PAGE, {f"w.{SHARE}": "3", "find": "зупин", "add": TOTAL}, **HTML)
    assert answer.status_code == 302
    assert f"w.{TOTAL}=10" in answer["location"]
    assert f"w.{SHARE}=3" in answer["location"]
    exact = analyst.get(PAGE, {"find": declared_named(TOTAL).title}, **HTML)
    assert exact.status_code == 302
    assert f"add={TOTAL}" in exact["location"]
    nothing = analyst.get(PAGE, {"find": "йцукен"}, **HTML).content.decode()
    assert "показників немає" in nothing


def test_a_chip_takes_its_indicator_away(analyst):
    page = analyst.get(PAGE, {f"w.{SHARE}": "3", f"w.{TOTAL}": "1"}, **HTML)
    [(_part, share, url), _other] = page.context["chosen"]
    assert share == 75
    assert SHARE not in url
    assert TOTAL in url


@pytest.mark.parametrize("text", ["", "0", "-1", "101", "NaN", "Infinity", "1e400", "сто", "0,0001"])
def test_a_weight_is_a_number_up_to_a_hundred(text):
    assert weight_of(text) is None


def test_nonsense_is_said(analyst):
    text = analyst.get(PAGE, {f"w.{SHARE}": "сто", "w.gone": "5"}, **HTML).content.decode()
    assert "Поки взято 10" in text
    assert "gone" in text
    assert analyst.get(PAGE, {"saved": "x"}, **HTML).status_code == 404
    assert analyst.get(PAGE, {"saved": str(uuid4())}, **HTML).status_code == 404
    many = Weighing.from_query(QueryDict("&".join(f"w.{one}=1" for one in _codes(MOST_RATED + 1))))
    assert len(many.parts) == MOST_RATED
    assert many.mistakes


def _codes(count):
    from shared_apps.console.asking import catalogue

    return [one.code for one in catalogue()][:count]


def test_words_of_other_alphabets_find_too():
    assert found_by("  ", Weighing()) == ("", [])


def test_the_file_says_how_it_was_counted(analyst):
    answer = analyst.get(PAGE, {f"w.{SHARE}": "3", f"w.{TOTAL}": "1", "file": "xlsx"})
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Рейтинг", "Як пораховано"]
    rows = list(book["Рейтинг"].values)
    assert rows[1][:5] == (1, "Бетинська громада", 100, 100, 75)
    assert rows[3][0] == "без місця"
    assert "немає даних (не надходили)" in rows[3]
    assert list(book["Як пораховано"].values)[1][2:5] == (3, 75, "більше — краще")


def test_it_is_kept_shown_changed_and_dropped(analyst, client_for):
    query = f"w.{SHARE}=3&d.{SHARE}=less&w.{TOTAL}=1&size=s"
    answer = analyst.post(f"{PAGE}save/", {"query": query, "title": " Довкілля ", "shared": "on"})
    saved = Rating.objects.get()
    assert answer["location"] == f"{PAGE}?saved={saved.pk}"
    assert (saved.title, saved.size, saved.parts[0]) == ("Довкілля", "s", [SHARE, "3", "less"])
    page = analyst.get(PAGE, {"saved": saved.pk}, **HTML)
    assert [part.code for part in page.context["weighing"].parts] == [SHARE, TOTAL]
    assert "Довкілля" in page.content.decode()
    reader = enter(client_for("console"), make_person("ministry_reader"))
    assert "Довкілля ·" in reader.get(PAGE, **HTML).content.decode()
    assert reader.get(PAGE, {"saved": saved.pk}, **HTML).context["mine"] is False
    assert reader.post(f"{PAGE}{saved.pk}/forget/").status_code == 404
    reader.post(f"{PAGE}save/", {"query": f"saved={saved.pk}&w.{TOTAL}=1", "title": "Чужий", "as": "same"})
    saved.refresh_from_db()
    assert saved.title == "Довкілля"
    changed = {"query": f"saved={saved.pk}&w.{TOTAL}=7", "title": "Довкілля", "as": "same"}
    analyst.post(f"{PAGE}save/", changed)
    saved.refresh_from_db()
    assert saved.parts == [[TOTAL, "7", "more"]]
    assert not saved.shared
    assert reader.get(PAGE, {"saved": saved.pk}, **HTML).status_code == 404
    assert analyst.post(f"{PAGE}{saved.pk}/forget/").status_code == 302
    assert not Rating.objects.exists()


def test_the_last_chip_of_a_kept_one_can_be_taken_off(analyst):
    analyst.post(f"{PAGE}save/", {"query": f"w.{SHARE}=3", "title": "Один"})
    saved = Rating.objects.get()
    [(_part, _share, url)] = analyst.get(PAGE, {"saved": saved.pk}, **HTML).context["chosen"]
    assert analyst.get(url, **HTML).context["weighing"].parts == []


def test_what_cannot_be_kept_says_why(figures):
    owner = make_person("operator")
    weighing = Weighing.from_query(QueryDict(f"w.{SHARE}=3"))
    keep_rating(Rating(owner_id=owner.pk, title="Один"), weighing, by=owner)
    with pytest.raises(ValidationError, match="такою назвою"):
        keep_rating(Rating(owner_id=owner.pk, title="Один"), weighing, by=owner)
    with pytest.raises(ValidationError):
        keep_rating(Rating(owner_id=owner.pk, title=""), weighing, by=owner)


def test_a_rating_of_gone_indicators_says_so(analyst):
    analyst.post(f"{PAGE}save/", {"query": f"w.{SHARE}=3", "title": "Один"})
    Rating.objects.update(parts=[["gone.gone", "5", "more"], [SHARE, "3", "more"]])
    text = analyst.get(PAGE, {"saved": Rating.objects.get().pk}, **HTML).content.decode()
    assert "gone.gone" in text


def test_a_reader_rates_only_what_he_sees(figures, client_for, beta):
    Community.objects.filter(pk=beta.id).update(katottg="UA32010010000010010")
    person = make_person("oblast_analyst", territories=["UA32000000000030281"])
    found = rows_of(enter(client_for("console"), person), **{f"w.{SHARE}": "3"})
    assert found == [(1, "beta", Decimal(100))]


def test_the_demonstration_has_one_for_everybody(analyst):
    assert load_demo_rating() == 1
    assert load_demo_rating() == 0
    saved = Rating.objects.get()
    assert saved.shared
    assert analyst.get(PAGE, {"saved": saved.pk}, **HTML).context["standing"].rows
