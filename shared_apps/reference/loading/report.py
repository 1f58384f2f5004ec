"""What a load did, or would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

# (what is being done, how much is done, of how much)
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Change:
    """One code and what happened to it: added, renamed, recategorised, moved, amended, closed."""

    what: str
    code: str
    was: str = ""
    became: str = ""


@dataclass
class LoadReport:
    kind: str
    title: str
    file_name: str = ""
    sha256: str = ""
    source_act: str = ""
    effective_on: date | None = None
    dry_run: bool = False
    already_loaded: bool = False
    rows: int = 0
    added: int = 0
    renamed: int = 0
    recategorised: int = 0
    moved: int = 0
    amended: int = 0
    closed: int = 0
    unchanged: int = 0
    changes: list[Change] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0

    COUNTS = ("rows", "added", "renamed", "recategorised", "moved", "amended", "closed", "unchanged")

    @property
    def ok(self) -> bool:
        return not self.errors

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.COUNTS}

    def count(self, changes: list[Change]) -> None:
        self.changes = changes
        for change in changes:
            setattr(self, change.what, getattr(self, change.what) + 1)

    def as_dict(self, *, changes: int | None = 1000) -> dict[str, Any]:
        """For JSON; `changes` limits how many single changes are listed (the counts are always whole)."""
        return {
            "kind": self.kind,
            "title": self.title,
            "file": self.file_name,
            "sha256": self.sha256,
            "act": self.source_act,
            "effective_on": self.effective_on.isoformat() if self.effective_on else None,
            "dry_run": self.dry_run,
            "already_loaded": self.already_loaded,
            "ok": self.ok,
            **self.counts,
            "changes": [
                {"what": one.what, "code": one.code, "was": one.was, "became": one.became}
                for one in self.changes[:changes]
            ],
            "errors": self.errors,
            "warnings": self.warnings,
            "seconds": round(self.seconds, 3),
        }
