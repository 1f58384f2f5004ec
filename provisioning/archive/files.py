"""A tenant's stored files, listed, read and written through the tenant-safe storage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from django.core.files.base import File

from kernel.tenancy.files import storage


def stored_files(folder: str = "") -> Iterator[str]:
    """Names below the current tenant's folder, in a steady order."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    for name in sorted(files):
        yield prefix + name
    for name in sorted(folders):
        yield from stored_files(prefix + name)


def put_file(name: str, source: IO[bytes]) -> None:
    """Under exactly this name: a leftover of an interrupted restore is replaced, not doubled."""
    if storage.exists(name):
        storage.delete(name)
    storage.save(name, File(source))


def delete_files() -> int:
    names = list(stored_files())
    for name in names:
        storage.delete(name)
    return len(names)
