"""Columns that keep numbers of houses in one form and in the order of the street."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import F, Func
from django.utils.translation import gettext_lazy as _

from tenant_apps.territory.addresses.calc import ALPHABET, NotANumber, corpus_number, house_number, premises_number

_PART = rf"[0-9]{{1,4}}[{ALPHABET}]?"
NUMBER_FORM = rf"^([1-9][0-9]{{0,3}}[{ALPHABET}]?(/{_PART})?)?$"
CORPUS_FORM = rf"^[0-9]{{0,3}}[{ALPHABET}]?$"
PREMISES_FORM = r"^[^\sа-яґєіїa-z]{1,12}$"


class _InOneForm(models.CharField):
    """Whatever way it is typed, imported or filtered by, it is kept in one form."""

    normal: ClassVar[Any]
    refusal: ClassVar[Any]

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        try:
            return type(self).normal(value) if value else value
        except NotANumber:
            raise ValidationError(self.refusal, code="invalid", params={"value": value}) from None

    def get_prep_value(self, value: Any) -> Any:
        """What is no number is sought and stored as it is: the table's own rule refuses it."""
        try:
            return super().get_prep_value(value)
        except ValidationError:
            return value


class HouseNumber(_InOneForm):
    normal = staticmethod(house_number)
    refusal = _(
        "«%(value)s» не схоже на номер будинку. Напишіть число, за потреби з літерою чи дробом: 14, 14А, 2/1, 2А/1; "
        "корпус — окремо; будинок без номера — порожньо."
    )


class CorpusNumber(_InOneForm):
    normal = staticmethod(corpus_number)
    refusal = _("«%(value)s» не схоже на номер корпусу. Напишіть число чи літеру: 3, 3А, Б.")


class PremisesNumber(_InOneForm):
    normal = staticmethod(premises_number)
    refusal = _("«%(value)s» не схоже на номер приміщення. Напишіть до 12 знаків без пропусків: 5, 5А, 12/3, Н-1.")


class _Order(Func):
    """`calc.number_key` as the database computes it; a test compares the two."""

    output_field = models.CharField(max_length=18)  # type: ignore[assignment]

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        number, *corpus = (compiler.compile(expression)[0] for expression in self.get_source_expressions())
        letter = f"([{ALPHABET}])"
        parts = (
            _digits(number, "^([0-9]+)", 5),
            _digits(number, "/([0-9]+)", 4),
            _place(number, f"^[0-9]+{letter}"),
            _place(number, f"/[0-9]+{letter}"),
            *((_digits(corpus[0], "^([0-9]+)", 3), _place(corpus[0], f"^[0-9]*{letter}$")) if corpus else ("'00000'",)),
        )
        return " || ".join(parts), []


def _digits(column: str, pattern: str, width: int) -> str:
    return f"lpad(coalesce(substring({column} from '{pattern}'), '0'), {width}, '0')"


def _place(column: str, pattern: str) -> str:
    return f"lpad(strpos('{ALPHABET}', coalesce(substring({column} from '{pattern}'), '-'))::text, 2, '0')"


class HouseOrder(models.GeneratedField):  # type: ignore[misc]
    """`number_key = HouseOrder("number", "corpus")`: 2, 2А, 2/1, 10."""

    def __init__(self, *names: str, **options: Any) -> None:
        self.names = names
        options.setdefault("verbose_name", _("порядок номерів"))
        options["expression"] = _Order(*(F(name) for name in names))
        options["output_field"] = models.CharField(max_length=18)
        options["db_persist"] = True
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, _args, options = super().deconstruct()
        for given in ("expression", "output_field", "db_persist", "verbose_name"):
            options.pop(given, None)
        return name, path, list(self.names), options
