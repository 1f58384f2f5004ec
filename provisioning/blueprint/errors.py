"""What the engine says when it refuses: the fact and the next step, for the operator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fact that stands in the way, and what to do about it."""

    fact: str
    cure: str

    def __str__(self) -> str:
        return f"{self.fact}\n  Що робити: {self.cure}"


class BlueprintError(Exception):
    """The schema cannot be read, copied, renamed or removed as asked; nothing was changed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def because(cls, fact: str, cure: str) -> BlueprintError:
        return cls([Problem(fact, cure)])


class SchemaTaken(BlueprintError):
    """The name is already used by a schema, or by a role that serves somebody else."""


class SchemaMissing(BlueprintError):
    """There is no schema of that name."""
