"""Encryption of a whole archive: AES-256-GCM in chunks, each bound to its place, the last one marked.

A chunk changed, dropped, repeated, reordered or cut off at the end does not open.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from provisioning.archive.errors import ArchiveRefused

MAGIC = b"HROMADA-LOCKED-1\n"
SALT, PREFIX, COUNTER, TAG = 16, 8, 4, 16
CHUNK = 1 << 20
SCRYPT = {"length": 32, "n": 1 << 15, "r": 8, "p": 1}


def is_locked(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def lock(source: Path, target: Path, key: str) -> None:
    salt, prefix = os.urandom(SALT), os.urandom(PREFIX)
    header = MAGIC + salt + prefix
    cipher = AESGCM(Scrypt(salt=salt, **SCRYPT).derive(key.encode()))
    with source.open("rb") as plain, target.open("wb") as sealed:
        sealed.write(header)
        number, chunk = 0, plain.read(CHUNK)
        while True:
            following = plain.read(CHUNK)
            last = not following
            sealed.write(cipher.encrypt(_nonce(prefix, number), chunk, _place(header, number, last=last)))
            if last:
                return
            number, chunk = number + 1, following


def unlock(source: Path, target: BinaryIO, key: str) -> None:
    """Everything or an error; what was written to `target` before an error must be thrown away."""
    with source.open("rb") as sealed:
        header = sealed.read(len(MAGIC) + SALT + PREFIX)
        if len(header) < len(MAGIC) + SALT + PREFIX:
            raise _cut()
        salt, prefix = header[len(MAGIC) : -PREFIX], header[-PREFIX:]
        cipher = AESGCM(Scrypt(salt=salt, **SCRYPT).derive(key.encode()))
        number, chunk = 0, sealed.read(CHUNK + TAG)
        while True:
            following = sealed.read(CHUNK + TAG)
            last = not following
            try:
                target.write(cipher.decrypt(_nonce(prefix, number), chunk, _place(header, number, last=last)))
            except (InvalidTag, ValueError) as error:
                raise _cut() if number else _wrong_key() from error
            if last:
                return
            number, chunk = number + 1, following


def _nonce(prefix: bytes, number: int) -> bytes:
    return prefix + number.to_bytes(COUNTER, "big")


def _place(header: bytes, number: int, *, last: bool) -> bytes:
    return header + number.to_bytes(COUNTER, "big") + (b"last" if last else b"more")


def _wrong_key() -> ArchiveRefused:
    return ArchiveRefused(
        "Архів не відкривається цим ключем, або його початок пошкоджено.",
        "перевірте ключ (ARCHIVE_KEY або --key-file).",
    )


def _cut() -> ArchiveRefused:
    return ArchiveRefused("Архів обірвано або змінено.", "візьміть іншу копію архіву; у цю громаду нічого не записано.")
