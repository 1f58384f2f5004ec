"""What a form says: what is wrong and what to do; codes are kept in one form by whatever face they come in."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError

from kernel import codes, validation
from kernel.identifiers import DocumentKind, Sex


def said(check, *given) -> str:
    with pytest.raises(ValidationError) as refused:
        check(*given)
    return " ".join(refused.value.messages)


@pytest.mark.parametrize(
    ("check", "given", "words"),
    [
        (validation.validate_edrpou, ("32855968",), "підставу винятку"),
        (validation.validate_edrpou, ("3285596",), "тут їх 7"),
        (validation.validate_edrpou, ("ТОВ",), "лише з цифр"),
        (validation.validate_rnokpp, ("3121212315",), "Звірте номер із документом"),
        (validation.validate_rnokpp, ("312121231",), "тут їх 9"),
        (validation.validate_rnokpp, ("КН123456",), "вкажіть паспорт"),
        (validation.validate_unzr, ("1985",), "19850615-01231"),
        (validation.validate_unzr, ("19851315-01231",), "такої дати немає"),
        (validation.validate_iban, ("UA453052990000026007011609572",), "Звірте рахунок"),
        (validation.validate_iban, ("UA4530529900000260070116095",), "тут їх 27"),
        (validation.validate_iban, ("26007011609571",), "UA і 27 цифр"),
        (validation.validate_mfo, ("30529",), "6 цифр"),
        (validation.validate_phone, ("2-12-34",), "Перевірте код міста"),
        (validation.validate_vat_number, ("123",), "реєстрі платників"),
        (validation.validate_kved, ("84",), "Знайдіть код у довіднику"),
        (validation.validate_document, (DocumentKind.PASSPORT, "FZ123"), "дві українські літери"),
        (validation.validate_document, (DocumentKind.ID_CARD, "1"), "9 цифр"),
    ],
)
def test_message_names_what_is_wrong(check, given, words):
    assert words in said(check, *given)


def test_what_is_right_passes():
    validation.validate_edrpou("14360570")
    validation.validate_rnokpp("3121212314")
    validation.validate_unzr("19850615-01231")
    validation.validate_iban("UA453052990000026007011609571")
    validation.validate_mfo("305299")
    validation.validate_phone("+380671234567")
    validation.validate_document(DocumentKind.PASSPORT, "КН123456")


def test_birthday_and_sex_apart_from_the_number_are_warnings():
    assert validation.rnokpp_warnings("3121212314", birth_date=date(1985, 6, 15), sex=Sex.MALE) == []
    warnings = validation.rnokpp_warnings("3121212314", birth_date=date(1985, 6, 16), sex=Sex.FEMALE)
    assert len(warnings) == 2 and "15.06.1985" in warnings[0]
    assert validation.unzr_warnings("19850615-01231", birth_date=date(1985, 6, 15)) == []
    assert len(validation.unzr_warnings("19850615-01232", birth_date=date(1985, 6, 16))) == 2


class CodesForm(forms.Form):
    edrpou = codes.EdrpouField().formfield()
    iban = codes.IbanField().formfield()
    phone = codes.PhoneField(blank=True).formfield()


def test_form_keeps_one_form_of_what_was_typed():
    form = CodesForm(
        {"edrpou": " 1436 0570", "iban": "UА45 3052 9900 0002 6007 0116 0957 1", "phone": "(067) 123-45-67"}
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "edrpou": "14360570",
        "iban": "UA453052990000026007011609571",
        "phone": "+380671234567",
    }


def test_form_shows_the_message_of_the_code():
    form = CodesForm({"edrpou": "1436057", "iban": "UA453052990000026007011609571"})
    assert form.errors == {"edrpou": [said(validation.validate_edrpou, "1436057")]}


def test_lost_zeros_come_back_from_a_spreadsheet_and_not_from_a_form():
    """02141383 is right with its zero, but who typed seven digits has more likely lost another of them."""
    assert codes.EdrpouField().clean("2141383", None) == "02141383"
    assert "edrpou" in CodesForm({"edrpou": "2141383", "iban": "UA453052990000026007011609571"}).errors
