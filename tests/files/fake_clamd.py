"""A clamd that speaks INSTREAM and knows one virus: EICAR's harmless test."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.files.samples import EICAR

MOST = 64 * 1024 * 1024


class FakeClamd:
    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.scanned = 0
        self.answer_instead = b""
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                link, _address = self.listener.accept()
            except OSError:
                return
            with link:
                link.sendall(self._answer(link) + b"\0")

    def _answer(self, link: socket.socket) -> bytes:
        if self._take(link, 10) != b"zINSTREAM\0":
            return b"UNKNOWN COMMAND"
        content = b""
        while size := struct.unpack("!L", self._take(link, 4))[0]:
            content += self._take(link, size)
            if len(content) > MOST:
                return b"INSTREAM size limit exceeded. ERROR"
        self.scanned += 1
        if self.answer_instead:
            return self.answer_instead
        return b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"

    @staticmethod
    def _take(link: socket.socket, size: int) -> bytes:
        got = b""
        while len(got) < size:
            piece = link.recv(size - len(got))
            if not piece:
                raise ConnectionError
            got += piece
        return got


@contextmanager
def on_tcp() -> Iterator[tuple[str, FakeClamd]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}", FakeClamd(listener)


@contextmanager
def on_unix(folder: Path) -> Iterator[tuple[str, FakeClamd]]:
    path = folder / "clamd.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        yield f"unix:{path}", FakeClamd(listener)
