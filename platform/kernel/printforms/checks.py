"""A built-in form whose file is missing or names what its register lacks does not start."""

from __future__ import annotations

from typing import Any

from django.core import checks

from kernel.printforms.declarations import labels_apart
from kernel.printforms.inspection import inspect_template
from kernel.printforms.resolving import declared_forms
from kernel.registers.registry import UnknownRegister, register_named, registers


@checks.register(checks.Tags.models)
def print_forms_are_sound(app_configs: Any = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    labels = {config.label for config in app_configs} if app_configs else None
    found: list[checks.CheckMessage] = []
    for label in labels_apart():
        try:
            register_named(label)
        except UnknownRegister as unknown:
            found.append(checks.Error(str(unknown), hint="Name a register as «module.slug».", id="printforms.E001"))
    for register in registers():
        if labels is not None and register.module not in labels:
            continue
        for form in declared_forms(register):
            hint = "Draw it anew: manage.py draw_print_forms."
            try:
                problems = inspect_template(form.content(), register).problems
            except (OSError, LookupError) as missing:
                problems = [str(missing)]
            text = f"{type(register).__name__}: the print form {form.code!r}: "
            found += [checks.Error(text + one, hint=hint, obj=register.model, id="printforms.E002") for one in problems]
    return found
