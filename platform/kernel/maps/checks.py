"""A rule between shapes that names what is not there stops the start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.core import checks

from kernel.maps.topology.rules import SnapTo, TopologyRule
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named, registers


@checks.register(checks.Tags.models)
def rules_between_shapes_are_sound(app_configs: Any = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    return [message for register in registers() for message in problems(register)]


def problems(register: Register) -> Iterator[checks.CheckMessage]:
    fields = {field.name: field for field in register.model._meta.concrete_fields}
    for rule in register.topology:
        if not isinstance(rule, TopologyRule):
            yield _error(register, f"topology holds {rule!r}, which is no rule.", 1)
        elif not isinstance(fields.get(rule.field), GeometryField):
            yield _error(register, f"topology names {rule.field!r}, which is no geometry of the model.", 2)
        elif isinstance(rule, SnapTo) and rule.register:
            try:
                if register_named(rule.register).layer is None:
                    yield _error(register, f"SnapTo names {rule.register!r}, which has no layer.", 3)
            except UnknownRegister as unknown:
                yield _error(register, f"SnapTo: {unknown}", 3)
    names = [rule.name for rule in register.topology if isinstance(rule, TopologyRule)]
    if len(names) != len(set(names)):
        yield _error(register, "topology has one rule twice for the same field.", 4)


def _error(register: Register, text: str, number: int) -> checks.Error:
    return checks.Error(
        f"{type(register).__name__}: {text}",
        hint="Correct the declaration of topology.",
        obj=register.model,
        id=f"maps.E{number:03}",
    )
