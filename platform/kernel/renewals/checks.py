from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.core.exceptions import FieldError

from kernel.registers.facets import UnknownField
from kernel.registers.register import Register
from kernel.registers.registry import registers


@checks.register(checks.Tags.models)
def renewals_are_sound(app_configs: Any = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    return [message for register in registers() for message in _of(register)]


def _of(register: Register) -> Iterator[checks.CheckMessage]:
    def error(text: str, number: int, hint: str) -> checks.Error:
        told = f"{type(register).__name__}.renewals: {text}"
        return checks.Error(told, hint=hint, obj=register.model, id=f"renewals.E{number:03}")

    for renewal in register.renewals:
        try:
            facet = register.facet(renewal.field)
        except UnknownField as unknown:
            yield error(str(unknown), 1, "Correct the name.")
            continue
        if not facet.is_own or facet.kind != "date":
            yield error(f"{renewal.field!r} is no date of the card.", 1, "Name a field with a date.")
        if renewal.field in register.masked or renewal.field in register.field_levels:
            yield error(f"{renewal.field!r} is not for everybody, and the calendar is.", 2, "Name another field.")
        if not renewal.days or min(renewal.days) < 0:
            yield error("days are not days before the term.", 3, "Say them as positive numbers.")
        try:
            register.model._default_manager.filter(renewal.where) if renewal.where else None
        except FieldError as unknown:
            yield error(f"where: {unknown}", 1, "Correct the condition.")
