"""A register that names what its model lacks does not start: the check says which name and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core import checks
from django.core.exceptions import FieldError
from django.db.models import Q
from django.http import QueryDict

from kernel.access.levels import Level
from kernel.registers.declarations import Related, Term
from kernel.registers.facets import UnknownField
from kernel.registers.filters import Filter
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named, registers

HINT = "Correct the name, or declare the field, or make it a method of the register with @column."


@checks.register(checks.Tags.models)
def registers_are_sound(app_configs: Any = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    labels = {config.label for config in app_configs} if app_configs else None
    return [
        message for register in registers() if labels is None or register.module in labels for message in _of(register)
    ]


def _measured(register: Register) -> list[str]:
    return [name for one in register.measures for name in ((one.start, one.end) if isinstance(one, Term) else (one,))]


def _error(register: Register, text: str, number: int, hint: str = HINT) -> checks.Error:
    return checks.Error(
        f"{type(register).__name__}: {text}", hint=hint, obj=register.model, id=f"registers.E{number:03}"
    )


def _of(register: Register) -> Iterator[checks.CheckMessage]:
    broken = False
    named: list[tuple[str, Any]] = [
        ("columns", register.columns),
        ("more_columns", register.more_columns),
        ("filters", register.filters),
        ("order", [name.removeprefix("-") for name in register.order]),
        ("sorted_by", [*register.sorted_by, *register.sorted_by.values()]),
        ("totals", register.totals),
        ("status", [register.status] if register.status else []),
        ("measures", _measured(register)),
        ("key", register.key),
        ("duplicates", register.duplicates),
        ("masked", register.masked),
        ("field_levels", register.field_levels),
        ("units", register.units),
        ("aliases", register.aliases),
        ("dependent", [*register.dependent, *register.dependent.values()]),
        *((f"sections[{title}]", names) for title, names in register.sections.items()),
        *((f"asks of {one.name}", one.asks) for one in register.actions.values()),
    ]
    if register.layer:
        parts = (register.layer.geometry, register.layer.label, register.layer.colour_by)
        named.append(("layer", [name for name in parts if name]))
    if register.public:
        named.append(("public.columns", register.public.columns))
    for attribute, names in named:
        if isinstance(names, str):
            broken = True
            yield _error(register, f"{attribute} = {names!r} is one text, not a tuple of names.", 1)
            continue
        for name in names:
            try:
                register.facet(name)
            except UnknownField as unknown:
                broken = True
                yield _error(register, f"{attribute} names {name!r}: {unknown}", 2)
    if not broken:
        yield from _whole(register)


def _whole(register: Register) -> Iterator[checks.CheckMessage]:
    if not register.columns:
        yield _error(register, "columns is empty: a list needs at least one column.", 3, "Name the columns.")
    for names, attribute in ((register.filters, "filters"), (register.key, "key"), (register.totals, "totals")):
        for name in names:
            if register.facets[name].field is None:
                yield _error(register, f"{attribute} names {name!r}, which is a method and no column.", 4)
    if register.label_field and not hasattr(register.model, register.label_field):
        yield _error(register, f"label_field names {register.label_field!r}, which the model does not have.", 9)
    if register.numbering and "number" not in register.facets:
        yield _error(register, "numbering needs a field called 'number' to write into.", 9)
    if register.masked and not set(register.masked) <= set(getattr(register.model, "personal_data", {})):
        yield _error(register, "masked names fields that personal_data of the model does not.", 5, "Declare them both.")
    for action in register.actions.values():
        if closed := sorted({*action.asks} & {*register.masked, *register.field_levels}):
            text = f"the action {action.name!r} asks for {closed}, which not everybody may see."
            yield _error(register, text, 27, "Ask for it by a field of the action's own form.")
    yield from _for_many(register)
    for keeper in register.kept_by:
        try:
            other = register_named(keeper.register)
            other.model._default_manager.filter(keeper.where or Q(), **{keeper.by: None})
        except (UnknownRegister, FieldError, ValueError) as unknown:
            yield _error(register, f"kept_by {keeper.register!r}, {keeper.by!r}: {unknown}", 26)
    for panel in register.panels:
        if isinstance(panel, Related):
            yield from _panel(register, panel)
    for indicator in register.indicators:
        for name in (
            *indicator.by,
            *indicator.dimensions,
            *filter(None, (getattr(indicator, part, "") for part in ("on", "field", "over", "under"))),
        ):
            if name in register.queryset().query.annotations:
                continue
            try:
                register.facet(name)
            except UnknownField as unknown:
                yield _error(register, f"the indicator {indicator.code!r} names {name!r}: {unknown}", 8)
        for name in indicator.by:
            if name not in register.filters:
                text = f"the indicator {indicator.code!r} is split by {name!r}, which is no filter: nothing lists its rows."
                yield _error(register, text, 8, "Add it to filters.")
        yield from _narrowed(register, f"the indicator {indicator.code!r}", indicator.where)
        yield from _narrowed(register, f"the indicator {indicator.code!r}", getattr(indicator, "of", None))
    for waits in register.waiting:
        if not callable(waits.where):
            yield from _narrowed(register, f"waiting {waits.code!r}", waits.where)
    if register.public:
        yield from _narrowed(register, "public.where", register.public.where)
    yield from _views(register)


def _for_many(register: Register) -> Iterator[checks.CheckMessage]:
    """What is offered under a list: one answer for every card, given by whoever may change them."""
    for action in register.actions.values():
        if not action.many:
            continue
        asked = getattr(action.form, "base_fields", {}).values()
        files = any(isinstance(one, forms.FileField) or one.widget.needs_multipart_form for one in asked)
        if files or any(register.facets[name].kind == "file" for name in action.asks if name in register.facets):
            text = f"the action {action.name!r} asks for a file, and is offered for many cards."
            yield _error(register, text, 29, "Ask for the file on each card, without many=True.")
        if action.level < Level.EDIT or register.read_only:
            text = f"the action {action.name!r} is offered for many, where nobody changes many."
            yield _error(register, text, 29, "Give it Level.EDIT or higher in a register that is written.")
    for name in register.reason_for if "*" not in register.reason_for else ():
        facet = register.facets.get(name)
        if facet is None or not facet.writable:
            text = f"reason_for names {name!r}, which people do not fill in."
            yield _error(register, text, 31, "Name fields of the form, or «*» for all of them.")
    if register.assignee:
        facet = register.facets.get(register.assignee)
        if facet is None or not facet.writable or facet.kind != "reference":
            text = f"assignee names {register.assignee!r}, which is no reference people fill in."
            yield _error(register, text, 30, "Name the field with the responsible person.")


def _narrowed(register: Register, whose: str, where: Q | None) -> Iterator[checks.CheckMessage]:
    """A condition is tried on a query that nobody runs."""
    try:
        register.model._default_manager.filter(where or Q())
    except FieldError as unknown:
        yield _error(register, f"{whose}: {unknown}", 8)


def _views(register: Register) -> Iterator[checks.CheckMessage]:
    filters = {name: Filter(register.facets[name]) for name in register.filters}
    known = {name for one in filters.values() for name in one.params} | {"q", "sort", "archived"}
    for view in register.views:
        query = QueryDict(view.query)
        if strange := set(query) - known:
            yield _error(register, f"the view {view.code!r} uses {sorted(strange)}, which no filter knows.", 7)
        for name, one in filters.items():
            allowed = {"choice": set(one.facet.choices), "boolean": {"yes", "no"}}.get(one.control)
            if allowed is not None and (odd := set(query.getlist(name)) - allowed):
                yield _error(register, f"the view {view.code!r} asks {name!r} for {sorted(odd)}, not a value of it.", 7)


def _panel(register: Register, panel: Related) -> Iterator[checks.CheckMessage]:
    try:
        other = register_named(panel.register)
        other.facet(panel.by)
        for name in panel.columns:
            other.facet(name)
        for name in panel.totals or ():
            if name not in other.facets or not other.facets[name].is_figure or other.facets[name].field is None:
                text = f"the panel {panel.code!r} totals {name!r}, which is no figure of {other.label}."
                yield _error(register, text, 6, "Name a column with figures.")
    except (UnknownRegister, UnknownField) as unknown:
        yield _error(register, f"the panel {panel.code!r}: {unknown}", 6)
