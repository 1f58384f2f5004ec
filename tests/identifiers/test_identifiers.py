"""ID-001 … ID-006, ID-010, ID-015: every worked example, and what must hold of any code."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.ua import edrpou as peer_edrpou
from stdnum.ua import rntrc as peer_rnokpp

from kernel import identifiers as ids
from kernel.identifiers import DocumentKind as Kind
from kernel.identifiers import Fault, Sex

some_digits = st.text("0123456789", min_size=8, max_size=8)


def changed(code: str, place: int, digit: str) -> str:
    return code[:place] + digit + code[place + 1 :]


# -- ЄДРПОУ -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", ["21556730", "31502447", "21000042", "21000620", "00015622", "14360570", "24388300", "32855961"]
)
def test_edrpou_that_is_right(code):
    assert ids.edrpou_fault(code) is None


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("32855968", Fault.CHECKSUM),
        ("2155673", Fault.LENGTH),
        ("215567300", Fault.LENGTH),
        ("2155673О", Fault.LETTERS),
        ("٢١٥٥٦٧٣٠", Fault.LETTERS),
        ("", Fault.LETTERS),
    ],
)
def test_edrpou_that_is_wrong(code, fault):
    assert ids.edrpou_fault(code) is fault


@given(some_digits)
def test_edrpou_agrees_with_the_library(code):
    assert ids.is_edrpou(code) == peer_edrpou.is_valid(code)


@pytest.mark.parametrize("code", ["29999999", "30000000", "30000001", "59999999", "60000000", "60000001", "99999999"])
def test_edrpou_agrees_with_the_library_where_weights_change(code):
    assert ids.is_edrpou(code) == peer_edrpou.is_valid(code)


@given(st.text("0123456789", min_size=7, max_size=7), st.sampled_from("123456789"))
def test_wrong_check_digit_of_edrpou_is_seen(first, step):
    code = ids.complete_edrpou(first)
    assert ids.is_edrpou(code)
    assert not ids.is_edrpou(first + str((int(code[7]) + int(step)) % 10))


@given(st.integers(1_000_000, 2_999_999), st.integers(0, 6), st.sampled_from("0123456789"))
def test_one_changed_digit_of_edrpou_is_seen_unless_a_remainder_was_ten(first, place, digit):
    code = ids.complete_edrpou(str(first))
    other = changed(code, place, digit)
    weights = (1, 2, 3, 4, 5, 6, 7)
    sums = [sum(w * int(d) for w, d in zip(weights, one, strict=False)) % 11 for one in (code, other)]
    assume(other != code and 10 not in sums and not other.startswith(("3", "4", "5")))
    assert not ids.is_edrpou(other)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 21556730 ", "21556730"),
        ("2155 6730", "21556730"),
        ("2155673О", "21556730"),
        ("2I556730", "21556730"),
        ("２１５５６７３０", "21556730"),
        ("15622", "00015622"),
        ("15623", "15623"),
        ("21\u200b556730", "21556730"),
        ("", ""),
    ],
)
def test_edrpou_is_kept_in_one_form(typed, kept):
    assert ids.normalised_edrpou(typed) == kept


# -- РНОКПП -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "born", "sex"),
    [
        ("3121212314", date(1985, 6, 15), Sex.MALE),
        ("3287345283", date(1990, 1, 1), Sex.FEMALE),
        ("3714207776", date(2001, 9, 9), Sex.MALE),
        ("3121200030", date(1985, 6, 15), Sex.MALE),
    ],
)
def test_rnokpp_tells_birthday_and_sex(code, born, sex):
    assert ids.is_rnokpp(code)
    assert (ids.rnokpp_birth_date(code), ids.rnokpp_sex(code)) == (born, sex)


@pytest.mark.parametrize(
    ("code", "fault"),
    [("3121212315", Fault.CHECKSUM), ("312121231", Fault.LENGTH), ("312121231А", Fault.LETTERS), ("", Fault.LETTERS)],
)
def test_rnokpp_that_is_wrong(code, fault):
    assert ids.rnokpp_fault(code) is fault


@given(st.text("0123456789", min_size=10, max_size=10))
def test_rnokpp_agrees_with_the_library(code):
    assert ids.is_rnokpp(code) == peer_rnokpp.is_valid(code)


@given(st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.integers(0, 9999))
def test_rnokpp_made_of_a_birthday_tells_it_back(born, serial):
    code = ids.complete_rnokpp(born, f"{serial:04}")
    assert ids.is_rnokpp(code) and ids.rnokpp_birth_date(code) == born
    assert (ids.rnokpp_sex(code) is Sex.MALE) == bool(serial % 2)
    assert ids.normalised_rnokpp(code.lstrip("0")) == code or not code.startswith("0") or code.startswith("00")


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(0, 8), st.sampled_from("0123456789"))
def test_one_changed_digit_of_rnokpp_is_seen_unless_a_remainder_was_ten(first, place, digit):
    code = first + ids.rnokpp_check_digit(first)
    other = changed(code, place, digit)
    weights = (-1, 5, 7, 9, 4, 6, 10, 5, 7)
    sums = {sum(w * int(d) for w, d in zip(weights, one, strict=False)) % 11 for one in (code, other)}
    assume(other != code and sums != {0, 10})
    assert not ids.is_rnokpp(other)


# -- УНЗР -------------------------------------------------------------------------------------------


def test_unzr():
    assert ids.normalised_unzr("1985061501231") == "19850615-01231"
    assert ids.normalised_unzr(" 19850615 – 0123I ") == "19850615-01231"
    assert ids.unzr_fault("19850615-01231") is None
    assert ids.unzr_check_digit("19850615-01231") == "1"
    assert ids.unzr_birth_date("19850615-01231") == date(1985, 6, 15)


@pytest.mark.parametrize(
    ("unzr", "fault"),
    [
        ("19850631-01231", Fault.DATE),
        ("00000000-00000", Fault.DATE),
        ("19850615-0123", Fault.LENGTH),
        ("19850615-0123а", Fault.LETTERS),
    ],
)
def test_unzr_that_cannot_be(unzr, fault):
    assert ids.unzr_fault(unzr) is fault


# -- documents --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (Kind.ID_CARD, "001 234 567", "001234567"),
        (Kind.ID_CARD, "ОО1234567", "001234567"),
        (Kind.PASSPORT, "кн № 123456", "КН123456"),
        (Kind.PASSPORT, "KH 123456", "КН123456"),
        (Kind.PASSPORT, "ґє123456", "ҐЄ123456"),
        (Kind.FOREIGN_PASSPORT, "fb 123456", "FB123456"),
        (Kind.FOREIGN_PASSPORT, "ЕК123456", "EK123456"),
        (Kind.BIRTH_CERTIFICATE, "І-БК 123456", "I-БК123456"),
        (Kind.BIRTH_CERTIFICATE, "1-бк № 123456", "I-БК123456"),
        (Kind.BIRTH_CERTIFICATE, "ІІ – KH 123456", "II-КН123456"),
        (Kind.RESIDENCE_PERMIT, "900123456", "900123456"),
        (Kind.RESIDENCE_PERMIT, "ІН 12345", "ІН12345"),
        (Kind.DRIVER_LICENCE, "BXM 123456", "ВХМ123456"),
    ],
)
def test_document_is_kept_in_one_form(kind, typed, kept):
    assert ids.normalised_document(kind, typed) == kept
    assert ids.is_document(kind, kept)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Kind.ID_CARD, "12345678"),
        (Kind.PASSPORT, "К123456"),
        (Kind.PASSPORT, "FZ123456"),
        (Kind.PASSPORT, "КН12345"),
        (Kind.PASSPORT, "КЫ123456"),
        (Kind.FOREIGN_PASSPORT, "ЖЩ123456"),
        (Kind.BIRTH_CERTIFICATE, "БК 123456"),
        (Kind.BIRTH_CERTIFICATE, ""),
        (Kind.RESIDENCE_PERMIT, "12345"),
        (Kind.DRIVER_LICENCE, "ВХ123456"),
    ],
)
def test_document_that_is_wrong(kind, typed):
    assert not ids.is_document(kind, ids.normalised_document(kind, typed))


def test_issuing_authority():
    assert ids.is_issuing_authority("5311") and not ids.is_issuing_authority("531")


# -- bank accounts ----------------------------------------------------------------------------------

IBANS = ("UA453052990000026007011609571", "UA213223130000026007233566001", "UA778999980314020544000016001")


@pytest.mark.parametrize("iban", IBANS)
def test_iban_that_is_right(iban):
    assert ids.iban_fault(iban) is None
    assert ids.complete_iban(ids.iban_mfo(iban), ids.iban_account(iban)) == iban


def test_iban_names_its_bank():
    assert [ids.iban_mfo(iban) for iban in IBANS] == ["305299", "322313", "899998"]
    assert ids.is_treasury(IBANS[2]) and not ids.is_treasury(IBANS[0])
    assert ids.iban_account(IBANS[0]) == "26007011609571"
    assert ids.shown_iban(IBANS[0]) == "UA45 3052 9900 0002 6007 0116 0957 1"


@given(st.sampled_from(IBANS), st.integers(2, 28), st.sampled_from("0123456789"))
def test_one_changed_digit_of_iban_is_seen(iban, place, digit):
    other = changed(iban, place, digit)
    assume(other != iban)
    assert ids.iban_fault(other) is Fault.CHECKSUM


@given(st.from_regex(r"\A[0-9]{6}\Z"), st.from_regex(r"\A[1-9][0-9]{4,18}\Z"))
def test_iban_made_of_bank_and_account_is_right(mfo, account):
    iban = ids.complete_iban(mfo, account)
    assert ids.is_iban(iban) and ids.iban_mfo(iban) == mfo and ids.iban_account(iban) == account


@pytest.mark.parametrize(
    ("iban", "fault"),
    [
        ("UA45305299000002600701160957", Fault.LENGTH),
        ("UA4530529900000260070116095711", Fault.LENGTH),
        ("PL61109010140000071219812874", Fault.LETTERS),
        ("26007011609571", Fault.LETTERS),
        ("", Fault.LETTERS),
    ],
)
def test_iban_that_is_wrong(iban, fault):
    assert ids.iban_fault(iban) is fault


@pytest.mark.parametrize(
    "typed",
    [
        "UA45 3052 9900 0002 6007 0116 0957 1",
        "ua453052990000026007011609571",
        "UА453052990000026007011609571",  # Cyrillic А
        "UA45305299OOOОО26007011609571",  # letters O in both alphabets
        "UA45-3052-9900\u00a00002 6007\u202f0116 0957 1",
    ],
)
def test_iban_is_kept_in_one_form(typed):
    assert ids.normalised_iban(typed) == IBANS[0]


def test_mfo():
    assert ids.is_mfo("305299") and not ids.is_mfo("30529") and not ids.is_mfo("30529а")


# -- phones -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("067 123-45-67", "+380671234567"),
        ("80671234567", "+380671234567"),
        ("+38 (067) 123.45.67", "+380671234567"),
        ("38 067 123 45 67", "+380671234567"),
        ("00380671234567", "+380671234567"),
        ("67 123 45 67", "+380671234567"),
        ("(05363) 2-12-34", "+380536321234"),
        ("0 800 501 563", "+380800501563"),
        ("067 123–45–67", "+380671234567"),
        ("800501563", "+380800501563"),
        ("", ""),
    ],
)
def test_phone_is_kept_in_one_form(typed, kept):
    assert ids.normalised_phone(typed) == kept
    assert ids.is_phone(kept) or not kept


@pytest.mark.parametrize("typed", ["2-12-34", "+48 601 234 567", "067 123-45-6", "067 123-45-678", "зателефонуйте"])
def test_phone_that_is_wrong(typed):
    assert not ids.is_phone(ids.normalised_phone(typed))


@given(st.from_regex(r"\A[1-9][0-9]{8}\Z"))
def test_phone_once_normal_stays_so(rest):
    kept = ids.normalised_phone(f"0{rest}")
    assert kept == f"+380{rest}" == ids.normalised_phone(kept) == ids.normalised_phone(ids.shown_phone(kept))


# -- tax and activity -------------------------------------------------------------------------------


def test_vat_number():
    assert ids.is_vat_number("123456789012") and ids.is_vat_number("3121212314")
    assert not ids.is_vat_number("12345678901")


@pytest.mark.parametrize(
    ("typed", "kept"), [("84.11", "84.11"), ("8411", "84.11"), ("84,11", "84.11"), (" 84 .11", "84.11")]
)
def test_kved_is_kept_in_one_form(typed, kept):
    assert ids.normalised_kved(typed) == kept and ids.is_kved(kept)
    assert not ids.is_kved("84.1")


READINGS = (
    ids.normalised_edrpou, ids.normalised_rnokpp, ids.normalised_unzr, ids.normalised_iban, ids.normalised_phone,
    ids.normalised_kved,
)  # fmt: skip


@given(st.text("0123456789OОoоIІl UАAaа+-()№.,", max_size=40))
def test_reading_twice_changes_nothing(text):
    for normalise in READINGS:
        assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=40))
def test_nothing_typed_breaks_a_reading(text):
    for normalise in READINGS:
        normalise(text)
    for kind in Kind:
        ids.is_document(kind, ids.normalised_document(kind, text))
    for fault_of in (ids.edrpou_fault, ids.rnokpp_fault, ids.unzr_fault, ids.iban_fault):
        fault_of(text)
