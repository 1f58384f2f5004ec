"""Readers of other kinds of files: whoever knows a kind registers here, and the import takes it as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO


@dataclass(slots=True)
class Sheet:
    header: list[str]
    rows: list[list[Any]]
    notes: list[str] = field(default_factory=list)


# None says «not mine»; Unreadable says «mine, and it cannot be taken».
Reader = Callable[[BinaryIO, str], Sheet | None]
_readers: list[Reader] = []


def register_reader(reader: Reader) -> None:
    if reader not in _readers:
        _readers.append(reader)


def read_by_others(stream: BinaryIO, name: str) -> Sheet | None:
    for reader in _readers:
        stream.seek(0)
        if (found := reader(stream, name)) is not None:
            return found
    stream.seek(0)
    return None
