"""The number of a parcel in the State Land Cadastre, kept in one form."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kernel.codes import CodeField

CADASTRAL_FORM = r"^[0-9]{10}:[0-9]{2}:[0-9]{3}:[0-9]{4}$"


def cadastral_number(text: str) -> str:
    """«5310436100 05 002 0014» and nineteen digits in a row are the same number."""
    digits = re.sub(r"[\s:./\u2013\u2014-]", "", text)
    if len(digits) == 19 and digits.isascii() and digits.isdecimal():
        return f"{digits[:10]}:{digits[10:12]}:{digits[12:15]}:{digits[15:]}"
    return text.strip()


def validate_cadastral(number: str) -> None:
    if not re.fullmatch(CADASTRAL_FORM, number):
        raise ValidationError(
            _(
                "«%(number)s» не схоже на кадастровий номер: це 10, 2, 3 і 4 цифри через двокрапку, "
                "напр. 5310436100:05:002:0014. Звірте з витягом із ДЗК."
            ),
            code="invalid",
            params={"number": number},
        )


class CadastralField(CodeField):
    normalise = staticmethod(cadastral_number)
    length = 22
    default_validators = [validate_cadastral]
