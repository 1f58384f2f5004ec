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

_regional: Regional = lambda register: []  # noqa: E731
_facts: Callable[[], Facts] = dict
_arms: Callable[[], bytes] = bytes


def connect(*, regional: Regional, facts: Callable[[], Facts], arms: Callable[[], bytes]) -> None:
    """`facts` has name, full_name, genitive, edrpou; `arms` is a PNG, or nothing."""
    global _regional, _facts, _arms
    _regional, _facts, _arms = regional, facts, arms


def regional_forms(register: str) -> list[RegionalForm]:
    """Those in force in the region of the current tenant."""
    return _regional(register)


def community_facts() -> Facts:
    return _facts()


def coat_of_arms() -> bytes:
    return _arms()
