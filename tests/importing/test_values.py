"""Texts as values of fields: every way people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models

from kernel.registers.facets import Facet
from kernel.registers.importing.checking.reading import read


def facet(kind: str, field: models.Field) -> Facet:
    field.set_attributes_from_name("x")
    return Facet("x", "Х", kind, field)


AREA = facet(
    "decimal", models.DecimalField(max_digits=8, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))])
)
COUNT = facet("integer", models.IntegerField())
DAY = facet("date", models.DateField())
MAIL = facet("email", models.EmailField())
CODE = facet("text", models.CharField(max_length=6, validators=[RegexValidator(r"^\d{4}$", "Код — чотири цифри.")]))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234,50", "1234.5"), ("1\u2019234.5", "1234.5"), ("1'234,5", "1234.5"), ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"), ("12,5 м²", "12.5"), ("152,92 грн.", "152.92"), ("1e2", "1E+2"),
    ],
)  # fmt: skip
def test_numbers_in_every_form(text, value):
    assert Decimal(read(AREA, text).value) == Decimal(value)


@pytest.mark.parametrize(
    ("field", "text", "said", "advice"),
    [
        (AREA, "3O", "Літера «О» замість нуля", "30,00"),
        (AREA, "3О м²", "Літера «О» замість нуля", "30,00"),
        (AREA, "багато", "не число", ""),
        (AREA, "1,555", "Знаків після коми більше", "1,56"),
        (AREA, "12345678", "Завелике число", ""),
        (AREA, "-5", "Замало: найменше можна 0.01", ""),
        (AREA, "NaN", "не число", ""),
        (COUNT, "2,5", "ціле число", "2"),
        (COUNT, "99999999999", "Забагато: найбільше можна", ""),
        (DAY, "31.09.2026", "У місяці 09.2026 днів 30", "30.09.2026"),
        (MAIL, "пошта(а)hromada.ua", "не електронна адреса", ""),
        (CODE, "12З4", "Код — чотири цифри", "1234"),
        (CODE, "1234567", "знаків 7, а вміщується 6", ""),
    ],
)
def test_what_is_no_value_is_explained_and_mended_where_it_can_be(field, text, said, advice):
    reading = read(field, text)
    assert reading.value is None and said.lower() in reading.message.lower(), reading
    assert reading.advice == advice


@pytest.mark.parametrize(
    "text", ["31.12.2026", "31/12/26", "2026-12-31", "31-12-2026", "46387", "31 грудня 2026 р.", "2026-12-31 00:00:00"]
)
def test_a_date_in_every_form(text):
    assert read(DAY, text).value == str(date(2026, 12, 31))
