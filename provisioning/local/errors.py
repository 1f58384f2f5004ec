"""What the embedded stack says when it cannot go on: the fact and the next step."""

from __future__ import annotations


class StackError(Exception):
    """The stack cannot start or stop; the text is for the operator and ends with what to do."""

    def __init__(self, fact: str, cure: str) -> None:
        super().__init__(f"{fact}\n  Що робити: {cure}")
        self.fact = fact
        self.cure = cure


class AlreadyRunning(StackError):
    """Another supervisor holds the lock of this project."""
