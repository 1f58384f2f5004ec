"""What the kernel asks of whoever knows: forms of the region, the words and the arms of the community."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RegionalForm:
    register: str
    code: str
    title: str
    number: int
    content: bytes


Facts = dict[str, str]
Regional = Callable[[str], list[RegionalForm]]
# Register, code, title, and the number of the version now in force: none means that the community has no own one.
OwnChanged = Callable[[str, str, str, int | None], None]

_regional: Regional = lambda register: []  # noqa: E731
_facts: Callable[[], Facts] = dict
_arms: Callable[[], bytes] = bytes
_own_changed: OwnChanged = lambda register, code, title, number: None  # noqa: E731


def connect(
    *, regional: Regional, facts: Callable[[], Facts], arms: Callable[[], bytes], own_changed: OwnChanged
) -> None:
    """`facts` has name, full_name, genitive, edrpou; `arms` is a PNG, or nothing; `own_changed` is told of every turn."""
    global _regional, _facts, _arms, _own_changed
    _regional, _facts, _arms, _own_changed = regional, facts, arms, own_changed


def regional_forms(register: str) -> list[RegionalForm]:
    """Those in force in the region of the current tenant."""
    return _regional(register)


def tell_own_changed(register: str, code: str, title: str, number: int | None) -> None:
    _own_changed(register, code, title, number)


def community_facts() -> Facts:
    return _facts()


def coat_of_arms() -> bytes:
    return _arms()
