"""House numbers, kinds of streets and whole lines, as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_apps.territory.addresses.calc import (
    ALPHABET,
    KINDS,
    NotANumber,
    Parts,
    building_label,
    corpus_number,
    house_number,
    is_postcode,
    kind_of,
    kind_words,
    number_key,
    parse_address,
    split_street,
    street_title,
)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("14-а", "14А"), ("14А", "14А"), ("14 a", "14А"), ("14 - А", "14А"), ("№ 14а", "14А"), ("14 «А»", "14А"),
        ("2/1", "2/1"), ("2 / 1", "2/1"), ("2а/1б", "2А/1Б"), ("2\\1", "2/1"), ("007", "7"), ("14B", "14В"),
        ("12ґ", "12Ґ"), ("12ї", "12Ї"), ("9999", "9999"), ("б/н", ""), ("", ""), ("14–а", "14А"),
    ],
)  # fmt: skip
def test_house_number_has_one_form(written, kept):
    assert house_number(written) == kept


@pytest.mark.parametrize(
    "written", ["А", "0", "10000", "14аб", "14ы", "14Q", "12-14", "1/2/3", "<b>", "-5", "٣", "5²2", "1４"]
)
def test_what_is_not_a_house_number_is_refused(written):
    with pytest.raises(NotANumber):
        house_number(written)


@pytest.mark.parametrize(("written", "kept"), [("корп. 3", "3"), ("К3", "3"), ("3-а", "3А"), ("а", "А"), ("", "")])
def test_corpus_has_one_form(written, kept):
    assert corpus_number(written) == kept


def test_houses_stand_in_the_order_of_the_street():
    """ID-016: 2, 2А, 2/1, 10."""
    houses = [
        ("2", ""),
        ("2", "1"),
        ("2А", ""),
        ("2Б", ""),
        ("2Ґ", ""),
        ("2Д", ""),
        ("2/1", ""),
        ("2/1А", ""),
        ("10", ""),
    ]
    assert sorted(reversed(houses), key=lambda house: number_key(*house)) == houses


numbers = st.builds(
    lambda whole, letter, part: f"{whole}{letter}{part}",
    st.integers(1, 9999),
    st.sampled_from(["", *ALPHABET]),
    st.one_of(st.just(""), st.integers(1, 9999).map(lambda part: f"/{part}")),
)


@given(numbers)
def test_normalised_number_stays_as_it_is(number):
    assert house_number(number) == number
    assert house_number(number.lower()) == number


@given(numbers, numbers)
def test_different_numbers_have_different_keys_of_one_length(one, other):
    assert (number_key(one) == number_key(other)) == (one == other)
    assert len(number_key(one)) == len(number_key("")) == 18


@given(numbers, numbers)
def test_the_whole_number_leads_the_order(one, other):
    first, second = (int("".join(c for c in n.split("/")[0] if c.isdigit())) for n in (one, other))
    if first < second:
        assert number_key(one) < number_key(other)


@given(st.text(max_size=200))
def test_any_text_is_parsed_without_an_error(text):
    assert isinstance(parse_address(text), Parts)


@given(st.sampled_from(KINDS), st.sampled_from(["Соборна", "Лесі Українки", "Січових Стрільців"]), numbers)
def test_what_is_shown_is_read_back(kind, name, number):
    parts = parse_address(f"м. Дубогір, {street_title(kind.code, name)}, {building_label(number, '3')}")
    assert parts == Parts("", "M", "Дубогір", kind.code, name, number, "3")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_form_of_a_kind_leads_to_it(kind):
    for form in (*kind.forms, kind.short, kind.full, kind.full.upper()):
        assert kind_of(form) == kind.code, form
        assert split_street(f"{form} Тиха") == (kind.code, "Тиха"), form


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("street", "вулиця ул в-ця"),
        ("avenue", "проспект пр-т пр-кт"),
        ("descent", ""),
        ("lane", "провулок пр-к пров-к"),
    ],
)
def test_words_of_a_kind_are_those_its_title_does_not_begin_with(kind, words):
    assert kind_words(kind) == words


def test_no_form_means_two_kinds():
    forms = [form for kind in KINDS for form in kind.forms]
    assert len(forms) == len(set(forms))


@pytest.mark.parametrize(
    ("written", "kind", "name"),
    [
        ("вул.Соборна", "street", "Соборна"), ("Соборна вул.", "street", "Соборна"), ("Соборна", "", "Соборна"),
        ("Харківське шосе", "highway", "Харківське"), ("Андріївський узвіз", "descent", "Андріївський"),
        ("пр-т Миру", "avenue", "Миру"), ("б-р Свободи", "boulevard", "Свободи"), ("Набережна", "", "Набережна"),
        ("вул. Набережна", "street", "Набережна"), ("просп. Т. Шевченка", "avenue", "Т. Шевченка"),
        ("вул. 8 Березня", "street", "8 Березня"), ("вулиця  Лесі   Українки", "street", "Лесі Українки"),
        ("в'їзд Тихий", "entry", "Тихий"), ("вyл. Соборна", "street", "Соборна"), ("", "", ""),
    ],
)  # fmt: skip
def test_street_is_split_into_kind_and_name(written, kind, name):
    assert split_street(written) == (kind, name)


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("м. Дубогір, вул.Соборна 31-а кв 5",
         Parts("", "M", "Дубогір", "street", "Соборна", "31А", "", "", "flat", "5")),
        ("Соборна, буд. 31 А", Parts(street="Соборна", number="31А")),
        ("просп. Т. Шевченка 2/1 корп. 3", Parts("", "", "", "avenue", "Т. Шевченка", "2/1", "3")),
        ("36000, Полтавська обл., Полтавський р-н, м.Дубогір, бул. Свободи, буд.7, корп.2, кв.14",
         Parts("36000", "M", "Дубогір", "boulevard", "Свободи", "7", "2", "", "flat", "14")),
        ("вул. 8 Березня, 12", Parts(street_kind="street", street="8 Березня", number="12")),
        ("вул. 8 Березня", Parts(street_kind="street", street="8 Березня")),
        ("40 років Перемоги 15", Parts(street="40 років Перемоги", number="15")),
        ("с. Медвинка вул. Садова 4", Parts("", "C", "Медвинка", "street", "Садова", "4")),
        ("Дубогір, Козацька, 5", Parts(settlement="Дубогір", street="Козацька", number="5")),
        ("вул. Комарова 12-34", Parts(street_kind="street", street="Комарова", number="12",
                                      premises_kind="flat", premises="34")),
        ("вул. Комарова, 12, 34", Parts(street_kind="street", street="Комарова", number="12",
                                        premises_kind="flat", premises="34")),
        ("вул. Миру, 3, під'їзд 2, кв. 40", Parts("", "", "", "street", "Миру", "3", "", "2", "flat", "40")),
        ("вул. Миру, 3, оф. 12а", Parts("", "", "", "street", "Миру", "3", "", "", "office", "12А")),
        ("с-ще Зореград, пров. Тихий, б/н", Parts("", "X", "Зореград", "lane", "Тихий")),
        ("мкр. 3, буд. 15", Parts(street_kind="microdistrict", street="3", number="15")),
        ("вул. Миру 5а", Parts(street_kind="street", street="Миру", number="5А")),
        ("вул. Миру 5 a", Parts(street_kind="street", street="Миру", number="5А")),
        ("вул. Миру 5 корп. ы", Parts(street_kind="street", street="Миру 5 корп. ы")),
        ("", Parts()),
        (",,, ;", Parts()),
    ],
)  # fmt: skip
def test_line_is_taken_apart(line, parts):
    assert parse_address(line) == parts


@pytest.mark.parametrize(
    ("text", "right"),
    [("36000", True), ("01001", True), ("00123", False), ("3600", False), ("360000", False), ("٣٦٠٠٠", False), ("3600О", False)],
)  # fmt: skip
def test_postcode_is_five_digits(text, right):
    assert is_postcode(text) is right
