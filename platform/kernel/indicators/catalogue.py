"""Every declared indicator by its stable code: «bus_stops.bus-stops.total»."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, Q

from kernel.indicators.kinds import Indicator
from kernel.indicators.wording import formula_of
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named, register_of, registers


class UnknownIndicator(LookupError):
    def __init__(self, code: str) -> None:
        super().__init__(f"No indicator is called {code!r}.")
        self.code = code


@dataclass(frozen=True, slots=True)
class Declared:
    register: Register
    indicator: Indicator

    @property
    def code(self) -> str:
        return f"{self.register.label}.{self.indicator.code}"

    @property
    def title(self) -> str:
        return str(self.indicator.title)

    @property
    def unit(self) -> str:
        return str(self.indicator.unit)

    @property
    def owner(self) -> str:
        return str(self.indicator.owner or self.register.owner)

    @property
    def formula(self) -> str:
        return formula_of(self.register, self.indicator)

    @property
    def periods(self) -> tuple[str, ...]:
        """Lengths of periods it is known for; none for a figure that only has a present."""
        if not self.indicator.on:
            return ()
        kept = ("day", "month", "quarter", "year")
        return kept[kept.index(self.indicator.every) :]

    @property
    def digest(self) -> str:
        """Changes with what is counted, whatever the version says: a formula changed in silence is found out."""
        one = self.indicator
        told = [
            type(one).__name__,
            *(repr(getattr(one, name, None)) for name in ("where", "of", "field", "over", "under", "share")),
            one.on,
            one.every,
            one.dimensions,
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def declared(register: Register | None = None) -> list[Declared]:
    found = [register] if register else registers()
    return [Declared(home, one) for home in found for one in home.indicators]


def declared_named(code: str) -> Declared:
    label, _dot, own = code.rpartition(".")
    try:
        register = register_named(label)
    except UnknownRegister as unknown:
        raise UnknownIndicator(code) from unknown
    for one in register.indicators:
        if one.code == own:
            return Declared(register, one)
    raise UnknownIndicator(code)


@cache
def dependents() -> dict[str, frozenset[str]]:
    """By the label of a register that changed: the labels of those whose figures must be counted anew."""
    found: dict[str, set[str]] = {}
    for register in registers():
        if register.indicators:
            for home in _read_by(register):
                found.setdefault(home.label, set()).add(register.label)
    return {label: frozenset(labels) for label, labels in found.items()}


def _read_by(register: Register) -> Iterator[Register]:
    """The register itself, others of its model, and those its conditions reach through references."""
    yield register
    for other in registers():
        if other.model is register.model and other is not register:
            yield other
    for one in register.indicators:
        paths = [one.on, *one.dimensions, *(getattr(one, name, "") for name in ("field", "over", "under"))]
        for condition in (one.where, getattr(one, "of", None)):
            paths += list(_paths(condition)) if condition is not None else []
        for path in paths:
            for model in _models_along(register.model, path):
                home = register_of(model)
                if home is not None and home is not register:
                    yield home


def _paths(condition: Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, Q):
            yield from _paths(child)
        elif isinstance(child, tuple):
            yield child[0]
            if isinstance(child[1], F):
                yield str(child[1].name)  # type: ignore[attr-defined]


def _models_along(model: type[Model], path: str) -> Iterator[type[Model]]:
    for part in path.split("__"):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return
        if not field.is_relation or not isinstance(field.related_model, type):
            return
        model = field.related_model
        yield model
