"""How long work tells about itself: the CLI draws a bar, a job writes a row, a test listens."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Report:
    """One thing that began or ended; `step` is for programs, `title` for people."""

    step: str
    title: str
    done: int
    total: int
    finished: bool = False
    note: str = ""

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "percent": self.percent}


class Progress(Protocol):
    def __call__(self, report: Report, /) -> None: ...


def silent(report: Report, /) -> None:
    """For callers who only want the outcome."""
