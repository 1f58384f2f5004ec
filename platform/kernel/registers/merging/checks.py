"""A declaration that names what its model lacks does not start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import checks

from kernel.registers.facets import UnknownField
from kernel.registers.merging.declare import rules_of
from kernel.registers.merging.references import references_to
from kernel.registers.register import Register
from kernel.registers.registry import register_of, registers


@checks.register(checks.Tags.models)
def merges_are_sound(app_configs: Any = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    return [message for register in registers() if register.merges is not None for message in _of(register)]


def _error(register: Register, text: str, number: int, hint: str) -> checks.Error:
    return checks.Error(
        f"{type(register).__name__}.merges: {text}", hint=hint, obj=register.model, id=f"merging.E{number:03}"
    )


def _of(register: Register) -> Iterator[checks.CheckMessage]:
    assert register.merges is not None
    if register.read_only or not register.archives:
        yield _error(register, "its cards cannot leave the lists.", 1, "Merge only cards that people keep.")
    try:
        rules = rules_of(register)
        named = [*rules.alike, *rules.within, *rules.distinct, *(name for group in rules.same for name in group)]
        for name in [*named, *([rules.near] if rules.near else [])]:
            if not register.facet(name).is_own:
                yield _error(register, f"{name!r} is no column of its own.", 2, "Name fields of the model.")
    except UnknownField as unknown:
        yield _error(register, str(unknown), 2, "Correct the name.")
        return
    if not (rules.alike or rules.same or rules.near):
        yield _error(register, "nothing tells doubles.", 3, "Declare duplicates or key, or say alike, same or near.")
    labels = {one.label for one in references_to(register.model)}
    for label in rules.stays:
        if label not in labels:
            yield _error(register, f"stays names {label!r}, which points nowhere near.", 4, "Correct the label.")
    for inner in rules.inner:
        within = register_of(apps.get_model(inner.model))
        if within is None or within.merges is None:
            yield _error(register, f"inner {inner.model!r} does not merge.", 5, "Declare `merges` on its register.")
