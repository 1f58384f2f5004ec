"""A report that names what its register cannot count does not start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.http import QueryDict

from kernel.registers.facets import UnknownField
from kernel.registers.filters import Filter
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named, registers
from kernel.reports.declarations import Report, labels_apart
from kernel.reports.layout import UnknownPart, dimension_of, measure_of
from kernel.reports.ready import reports_of
from kernel.reports.spans import SPANS


@checks.register(checks.Tags.models)
def reports_are_sound(app_configs: Any = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    labels = {config.label for config in app_configs} if app_configs else None
    found: list[checks.CheckMessage] = []
    for label in labels_apart():
        try:
            register_named(label)
        except UnknownRegister as unknown:
            found.append(checks.Error(str(unknown), hint="Name a register as «module.slug».", id="reports.E001"))
    for register in registers():
        if labels is None or register.module in labels:
            codes = [one.code for one in reports_of(register)]
            for code in {code for code in codes if codes.count(code) > 1}:
                found.append(_error(register, f"the report {code!r} is declared twice.", 2))
            for report in reports_of(register):
                found += [
                    _error(register, f"the report {report.code!r}: {text}", 3) for text in mistakes_of(register, report)
                ]
    return found


def mistakes_of(register: Register, report: Report) -> Iterator[str]:
    if not report.by and not report.columns:
        yield "it neither groups nor lists anything."
    for name in filter(None, (*report.by, report.across)):
        try:
            dimension_of(register, name)
        except UnknownPart as unknown:
            yield str(unknown)
    for name in report.measures:
        try:
            measure_of(register, name)
        except UnknownPart as unknown:
            yield str(unknown)
    for name in report.columns:
        try:
            register.facet(name)
        except UnknownField as unknown:
            yield str(unknown)
        else:
            if name not in register.facets:
                yield f"the column {name!r} is none of the register: add it to columns or more_columns."
    for name in filter(None, (*report.asks, report.period)):
        if name not in register.filters:
            yield f"it asks for {name!r}, which is no filter."
    if report.period in register.filters and register.facet(report.period).kind not in ("date", "moment"):
        yield f"its period {report.period!r} is no date."
    if report.span and (report.span not in SPANS or not report.period):
        yield f"the span {report.span!r} is unknown or has no period."
    if report.sort and report.sort.removeprefix("-") not in report.measures:
        yield f"it is sorted by {report.sort!r}, which is none of its measures."
    known = {name for one in register.filters for name in Filter(register.facets[one]).params} | {"q", "archived"}
    if strange := set(QueryDict(report.query)) - known:
        yield f"its conditions {sorted(strange)} are known to no filter."


def _error(register: Register, text: str, number: int) -> checks.Error:
    return checks.Error(
        f"{type(register).__name__}: {text}",
        hint="Name filters of the register in by, its figures in measures, its columns in columns.",
        obj=register.model,
        id=f"reports.E{number:03}",
    )
