"""Columns for the codes of kernel.identifiers: kept in one form whatever way they are typed, imported or sought."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.db import models

from kernel import identifiers, validation

# What people type is longer than what is kept: spaces, brackets, hyphens.
LONGEST_TYPED = 60


class TypedCode(forms.CharField):
    """Reads what was typed in any of its forms; the length is asked of the code itself."""

    def __init__(self, *, normalise: Callable[[str], str], **options: Any) -> None:
        self.normalise = normalise
        super().__init__(**{**options, "max_length": LONGEST_TYPED})

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return self.normalise(value) if value else value


class CodeField(models.CharField):
    # Functions of the text typed, as static methods.
    normalise: ClassVar[Any]
    # Milder, where a person types it: a spreadsheet loses leading zeros, a person loses any digit.
    as_typed: ClassVar[Any] = None
    length: ClassVar[int]
    register_kind = "code"

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_length", self.length)
        super().__init__(*args, **options)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return type(self).normalise(value) if value else value

    def formfield(self, **options: Any) -> Any:  # type: ignore[override]
        if self.choices:
            return super().formfield(**options)
        cls = type(self)
        typed = {"normalise": cls.as_typed or cls.normalise, "validators": self.default_validators}
        return super().formfield(**{"form_class": TypedCode, **typed, **options})


class EdrpouField(CodeField):
    """Eight digits; whether the check digit is right, the model asks: there are lawful exceptions."""

    normalise = staticmethod(identifiers.normalised_edrpou)
    as_typed = staticmethod(identifiers.digits)
    length = 8
    default_validators = [validation.validate_edrpou_form]


class RnokppField(CodeField):
    normalise = staticmethod(identifiers.normalised_rnokpp)
    as_typed = staticmethod(identifiers.digits)
    length = 10
    default_validators = [validation.validate_rnokpp]


class UnzrField(CodeField):
    normalise = staticmethod(identifiers.normalised_unzr)
    length = 14
    default_validators = [validation.validate_unzr]


class IbanField(CodeField):
    normalise = staticmethod(identifiers.normalised_iban)
    length = 29
    default_validators = [validation.validate_iban]


class KvedField(CodeField):
    normalise = staticmethod(identifiers.normalised_kved)
    length = 5
    default_validators = [validation.validate_kved]


class VatNumberField(CodeField):
    normalise = staticmethod(identifiers.digits)
    length = 12
    default_validators = [validation.validate_vat_number]


class PhoneField(CodeField):
    normalise = staticmethod(identifiers.normalised_phone)
    length = 13
    register_kind = "phone"
    default_validators = [validation.validate_phone]
