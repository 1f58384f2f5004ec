"""All registers, by their labels «module.slug»."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Model

if TYPE_CHECKING:
    from kernel.registers.register import Register

_registers: dict[str, Register] = {}
# Where a tenant's own registers are found: of the tenant of the moment, and never kept here.
_sources: list[Callable[[], list[Register]]] = []
_by_model: dict[type[Model], Register] = {}


class UnknownRegister(LookupError):
    def __init__(self, label: str) -> None:
        super().__init__(f"No register {label!r}.")
        self.label = label


def add(register: Register) -> None:
    if register.label in _registers:
        raise ValueError(f"The register {register.label!r} is declared twice.")
    _registers[register.label] = register
    # The first register of a model is its home: references to the model lead there.
    _by_model.setdefault(register.model, register)


def registers_come_from(source: Callable[[], list[Register]]) -> None:
    _sources.append(source)


def _own() -> list[Register]:
    return [register for source in _sources for register in source()]


def registers() -> list[Register]:
    return [*_registers.values(), *_own()]


def register_named(label: str) -> Register:
    if label in _registers:
        return _registers[label]
    for register in _own():
        if register.label == label:
            return register
    raise UnknownRegister(label)


def register_of(model: type[Model] | None) -> Register | None:
    return _by_model.get(model) if model else None


def registers_in(module: str) -> list[Register]:
    found = [register for register in _registers.values() if register.module == module]
    return found or [register for register in _own() if register.module == module]


def main_of(module: str) -> Register | None:
    """The register whose list is the module's own first page: the first one declared."""
    found = registers_in(module)
    return found[0] if found else None
