"""The port to an antivirus, and the one adapter: clamd, by its INSTREAM command."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import IO, Protocol
from urllib.parse import urlsplit

from django.conf import settings

PIECE = 256 * 1024
CONNECT_SECONDS = 5
ANSWER_SECONDS = 120
LONGEST_ANSWER = 4096


class ScannerUnreachable(Exception):
    """Nobody looked: the file waits, nothing is said of it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`threat` is the name of what was found; empty when nothing was."""

    threat: str = ""

    @property
    def clean(self) -> bool:
        return not self.threat


class Scanner(Protocol):
    def scan(self, source: IO[bytes]) -> Verdict:
        """Reads `source` by pieces from where it stands; raises ScannerUnreachable."""


class Clamd:
    """At `unix:/run/clamav/clamd.sock` or `tcp://host:3310`.

    The library of the same name sends without looking how much went out, so a long stream may break in it.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        known = (parts.scheme == "unix" and parts.path) or (parts.scheme == "tcp" and parts.hostname)
        if not known:
            raise ValueError(f"CLAMD_SOCKET is {address!r}; write unix:/path or tcp://host:port.")
        self.parts = parts

    def scan(self, source: IO[bytes]) -> Verdict:
        try:
            with self._connection() as link:
                link.sendall(b"zINSTREAM\0")
                while piece := source.read(PIECE):
                    link.sendall(struct.pack("!L", len(piece)) + piece)
                link.sendall(struct.pack("!L", 0))
                answer = _answer(link)
        except OSError as error:
            raise ScannerUnreachable(str(error)) from error
        if answer.endswith(" OK"):
            return Verdict()
        if answer.endswith(" FOUND"):
            return Verdict(answer.removesuffix(" FOUND").partition(": ")[2][:200] or "?")
        # «ERROR»: the stream is over clamd's own limit, or its base is being loaded.
        raise ScannerUnreachable(answer or "no answer")

    def _connection(self) -> socket.socket:
        if self.parts.scheme == "tcp":
            link = socket.create_connection((self.parts.hostname, self.parts.port or 3310), CONNECT_SECONDS)
        else:
            link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            link.settimeout(CONNECT_SECONDS)
            try:
                link.connect(self.parts.path)
            except OSError:
                link.close()
                raise
        link.settimeout(ANSWER_SECONDS)
        return link


def _answer(link: socket.socket) -> str:
    got = b""
    while b"\0" not in got and len(got) < LONGEST_ANSWER:
        piece = link.recv(1024)
        if not piece:
            break
        got += piece
    return got.partition(b"\0")[0].decode(errors="replace").strip()


def scanner() -> Scanner | None:
    """None where no antivirus is set up: files then say that nobody checked them."""
    return Clamd(settings.CLAMD_SOCKET) if settings.CLAMD_SOCKET else None
