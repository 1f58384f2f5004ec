from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks

from kernel.registers.facets import UnknownField
from kernel.registers.register import Register
from kernel.registers.registry import registers


@checks.register(checks.Tags.models)
def proposals_are_sound(app_configs: Any = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    return [message for register in registers() for message in _of(register)]


def _of(register: Register) -> Iterator[checks.CheckMessage]:
    inside = {name for names in register.form_sections.values() for name in names} if register.proposals else set()
    for name in register.proposals:
        told, hint = "", "Name a field of the form."
        try:
            facet = register.facet(name)
        except UnknownField as unknown:
            told = str(unknown)
        else:
            if not facet.writable or name not in inside:
                told = f"{name!r} is not on the form of the card."
            elif facet.kind in ("file", "geometry"):
                told, hint = (
                    f"{name!r} is a {facet.kind}.",
                    "Files are added as photos, shapes are drawn by registrars.",
                )
            elif name in register.masked or name in register.field_levels or name in _personal(register):
                told, hint = f"{name!r} tells of people.", "Only what anybody may read is proposed by anybody."
        if told:
            text = f"{type(register).__name__}.proposals: {told}"
            yield checks.Error(text, hint=hint, obj=register.model, id="proposals.E001")
    if register.proposals and register.read_only:
        text = f"{type(register).__name__}.proposals: nobody writes this register."
        yield checks.Error(text, hint="Take them out.", obj=register.model, id="proposals.E002")


def _personal(register: Register) -> set[str]:
    return set(getattr(register.model, "personal_data", {}))
