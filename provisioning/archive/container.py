"""The file itself: a ZIP of CSV tables, the blueprint, the tenant's files and a manifest that sums them all up.

ZIP and CSV, so that a community can read its own data with any spreadsheet; the manifest, so that nothing
in it can be changed unnoticed; the seal, so that another installation's archive is not taken for ours.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from kernel.tenancy.signing import derive_key
from provisioning.archive.errors import ArchiveRefused
from provisioning.archive.locked import is_locked, lock, unlock

FORMAT = "hromada-archive-1"
MANIFEST, SEAL, BLUEPRINT, LEAFLET = "manifest.json", "seal.txt", "blueprint.json", "ПРОЧИТАЙТЕ.txt"
BLOCK = 1 << 20


@dataclass
class Entry:
    """One member: a table (with rows) or a file (with the path it had)."""

    member: str
    name: str
    size: int
    sha256: str
    rows: int | None = None


@dataclass
class Manifest:
    community: dict[str, Any]
    blueprint: str
    fingerprint: str
    exported_at: str
    exported_by: str
    server: str
    sequences: dict[str, list[Any]]
    blueprint_sha256: str = ""
    tables: list[Entry] = field(default_factory=list)
    files: list[Entry] = field(default_factory=list)
    format: str = FORMAT

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Manifest:
        try:
            content = json.loads(raw)
            if content.get("format") != FORMAT:
                raise ArchiveRefused(
                    "Це архів іншої програми або іншої версії формату.",
                    "потрібен файл, створений `hromada tenant export`.",
                )
            tables = [Entry(**entry) for entry in content.pop("tables")]
            files = [Entry(**entry) for entry in content.pop("files")]
            return cls(**content, tables=tables, files=files)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ArchiveRefused(f"Опис архіву не читається: {error}", "візьміть іншу копію архіву.") from error

    @property
    def rows(self) -> int:
        return sum(entry.rows or 0 for entry in self.tables)


def _seal(manifest: bytes) -> str:
    key = derive_key(settings.MASTER_SECRET, "archive seal")
    return hmac.new(key.encode(), manifest, hashlib.sha256).hexdigest()


class Writer:
    """Members one after another; the manifest goes last, when everything has been counted."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)

    def close(self, manifest: Manifest, blueprint: str, leaflet: str) -> None:
        body = blueprint.encode()
        manifest.blueprint_sha256 = hashlib.sha256(body).hexdigest()
        self._zip.writestr(BLUEPRINT, body)
        self._zip.writestr(LEAFLET, leaflet)
        raw = manifest.to_bytes()
        self._zip.writestr(MANIFEST, raw)
        self._zip.writestr(SEAL, _seal(raw))
        self._zip.close()

    @contextmanager
    def member(self, member: str, name: str) -> Iterator[tuple[Any, Entry]]:
        """Yields `write` and the entry, whose size and sum are ready when the block ends."""
        entry, digest = Entry(member, name, 0, ""), hashlib.sha256()
        with self._zip.open(member, "w", force_zip64=True) as out:

            def write(data: bytes | memoryview) -> None:
                digest.update(data)
                entry.size += len(data)
                out.write(data)

            yield write, entry
        entry.sha256 = digest.hexdigest()


@contextmanager
def writing(path: Path, key: str = "") -> Iterator[Writer]:
    """The archive appears under its name only when it is whole; a killed export leaves no archive."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    locked = Path(f"{temporary}.locked")
    try:
        with os.fdopen(handle, "wb") as file:
            yield Writer(file)
            file.flush()
            os.fsync(file.fileno())
        if key:
            lock(Path(temporary), locked, key)
            locked.replace(path)
        else:
            Path(temporary).replace(path)
        path.chmod(0o600)
    finally:
        Path(temporary).unlink(missing_ok=True)
        locked.unlink(missing_ok=True)


@dataclass
class Archive:
    """An archive that has been read from end to end and found whole."""

    manifest: Manifest
    blueprint: str
    _zip: zipfile.ZipFile

    def open(self, entry: Entry) -> IO[bytes]:
        return self._zip.open(entry.member)


@contextmanager
def reading(path: Path, key: str = "", *, allow_foreign: bool = False) -> Iterator[Archive]:
    """Check everything before a single row is used."""
    if not path.is_file():
        raise ArchiveRefused(f"Файлу {path} немає.", "перевірте шлях.")
    with tempfile.TemporaryFile() as opened:
        locked = is_locked(path)
        if locked and not key:
            raise ArchiveRefused("Архів зашифровано.", "дайте ключ: ARCHIVE_KEY або --key-file.")
        if locked:
            unlock(path, opened, key)
            source: Any = opened
        else:
            source = path
        try:
            with zipfile.ZipFile(source) as packed:
                yield _checked(packed, trusted=locked or allow_foreign)
        except (zipfile.BadZipFile, EOFError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
            raise ArchiveRefused(
                f"Файл обірвано або це не архів громади: {error}", "візьміть іншу копію архіву."
            ) from error


def _checked(packed: zipfile.ZipFile, *, trusted: bool) -> Archive:
    names = packed.namelist()
    if MANIFEST not in names or SEAL not in names or BLUEPRINT not in names:
        raise ArchiveRefused("Це не архів громади: бракує опису.", "потрібен файл, створений `hromada tenant export`.")
    raw = packed.read(MANIFEST)
    manifest = Manifest.from_bytes(raw)
    if not trusted and not hmac.compare_digest(packed.read(SEAL).decode(errors="replace"), _seal(raw)):
        raise ArchiveRefused(
            "Печатка архіву не наша: його зроблено в іншій установці або змінено.",
            "перенесіть архів зашифрованим спільним ключем, або, якщо довіряєте джерелу, додайте --allow-foreign.",
        )
    entries = {entry.member: entry for entry in (*manifest.tables, *manifest.files)}
    expected = {*entries, MANIFEST, SEAL, BLUEPRINT, LEAFLET}
    if len(names) != len(set(names)) or set(names) != expected:
        stray = ", ".join(sorted(set(names) ^ expected)[:5]) or "повторення"
        raise ArchiveRefused(f"Вміст архіву не збігається з описом: {stray}.", "візьміть іншу копію архіву.")
    blueprint = packed.read(BLUEPRINT)
    if hashlib.sha256(blueprint).hexdigest() != manifest.blueprint_sha256:
        raise ArchiveRefused("Опис схеми в архіві змінено.", "візьміть іншу копію архіву.")
    for entry in entries.values():
        digest, size = hashlib.sha256(), 0
        with packed.open(entry.member) as member:
            while block := member.read(BLOCK):
                digest.update(block)
                size += len(block)
        if (size, digest.hexdigest()) != (entry.size, entry.sha256):
            raise ArchiveRefused(f"«{entry.name}» в архіві пошкоджено або змінено.", "візьміть іншу копію архіву.")
    return Archive(manifest, blueprint.decode(), packed)
