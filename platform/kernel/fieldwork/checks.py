"""A form of the field that names what the register lacks does not start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks

from kernel.fieldwork.declare import FieldForm
from kernel.registers.facets import UnknownField
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named, registers

ASKED = frozenset(
    {"text", "long_text", "integer", "decimal", "money", "date", "choice", "boolean", "reference", "phone", "email"}
)
BY_DEVICE = (("place", frozenset({"point"})), ("photo", frozenset({"file"})), ("day", frozenset({"date"})))


@checks.register(checks.Tags.models)
def forms_of_the_field_are_sound(app_configs: Any = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    return [message for register in registers() if register.fieldwork for message in of_register(register)]


def of_register(register: Register) -> Iterator[checks.CheckMessage]:
    form = register.fieldwork
    if not isinstance(form, FieldForm):
        yield _error(register, "is no FieldForm.", 1)
        return
    if register.read_only:
        yield _error(register, "nobody writes this register.", 2)
    on_form = {name for names in register.declared_sections.values() for name in names}
    wanted: list[tuple[str, frozenset[str]]] = [(name, ASKED) for name in form.fields]
    wanted += [(getattr(form, part), kinds) for part, kinds in BY_DEVICE if getattr(form, part)]
    for name, kinds in wanted:
        try:
            facet = register.facet(name)
        except UnknownField as unknown:
            yield _error(register, str(unknown), 3)
            continue
        if not facet.writable or name not in on_form:
            yield _error(register, f"{name!r} is not on the form of the card.", 3)
        elif facet.kind not in kinds:
            yield _error(register, f"{name!r} is a {facet.kind}, not one of {sorted(kinds)}.", 4)
        elif name in register.masked or name in register.field_levels:
            yield _error(register, f"{name!r} is not for everybody who writes here.", 5)
    missing = [
        name for name, facet in register.declared_facets.items()
        if facet.required and name in on_form and name not in form.filled
    ]  # fmt: skip
    if missing:
        yield _error(register, f"{missing} must be filled in, and nothing asks for them.", 6)
    if form.checklist is not None:
        yield from _checklist(register, form)


def _checklist(register: Register, form: FieldForm) -> Iterator[checks.CheckMessage]:
    assert form.checklist is not None
    by = form.checklist.by
    if by and by not in form.fields:
        yield _error(register, f"the checklist goes by {by!r}, which the form does not ask for.", 7)
    try:
        points = register_named(form.checklist.register)
        if by:
            points.facet(by)
    except (UnknownRegister, UnknownField) as unknown:
        yield _error(register, f"the checklist: {unknown}", 7)


def _error(register: Register, text: str, number: int) -> checks.Error:
    return checks.Error(
        f"{type(register).__name__}.fieldwork: {text}",
        hint="See docs/field.md.",
        obj=register.model,
        id=f"fieldwork.E{number:03}",
    )
