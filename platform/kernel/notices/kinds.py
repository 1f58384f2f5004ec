"""Kinds of notices, by which people choose what reaches them and how."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """`name` is «module.what»; `channels` is how it comes to those who chose nothing.

    `obligatory`: of sign-in, security, money — it leaves though the month's letters are used up.
    """

    name: str
    title: str | Promise
    channels: tuple[str, ...]
    obligatory: bool = False

    @property
    def module(self) -> str:
        return self.name.partition(".")[0]


_kinds: dict[str, NoticeKind] = {}


class UnknownKind(LookupError):
    def __init__(self, name: str) -> None:
        super().__init__(f"No notice of kind {name!r}: declare it with notice_kind() in the module's notices.py.")


def notice_kind(
    name: str, title: str | Promise, *, channels: tuple[str, ...] = ("app", "email"), obligatory: bool = False
) -> NoticeKind:
    if "." not in name:
        raise ValueError(f"The kind {name!r} is named «module.what».")
    if name in _kinds and str(_kinds[name].title) != str(title):
        raise ValueError(f"The kind of notices {name!r} is declared twice.")
    _kinds[name] = NoticeKind(name, title, channels, obligatory)
    return _kinds[name]


def kind_named(name: str) -> NoticeKind:
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def kinds() -> list[NoticeKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.name)
