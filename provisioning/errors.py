"""What provisioning says when it refuses or fails: the fact, the next step, and the exit code."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import ClassVar


class Exit(IntEnum):
    """What a program that calls the CLI can tell apart."""

    DONE = 0
    FAILED = 1
    BAD_INPUT = 2
    NOT_FOUND = 3
    CONFLICT = 4
    BUSY = 5
    UNREACHABLE = 6
    DAMAGED = 7


class ProvisioningError(Exception):
    """Nothing half-done remains: what was asked either happened whole, or did not, or is resumed by asking again."""

    exit_code: ClassVar[Exit] = Exit.FAILED
    code: ClassVar[str] = "failed"

    def __init__(self, fact: str, cure: str) -> None:
        super().__init__(f"{fact}\n  Що робити: {cure}")
        self.fact = fact
        self.cure = cure

    def as_json(self) -> dict[str, object]:
        return {"error": self.code, "fact": self.fact, "cure": self.cure}


class BadInput(ProvisioningError):
    """The arguments themselves are wrong; every problem is listed, not only the first."""

    exit_code = Exit.BAD_INPUT
    code = "bad_input"

    def __init__(self, problems: Iterable[tuple[str, str]], cure: str) -> None:
        self.problems = tuple(problems)
        facts = "\n".join(f"  {field}: {fact}" if field else f"  {fact}" for field, fact in self.problems)
        super().__init__(f"Так не можна:\n{facts}", cure)

    def as_json(self) -> dict[str, object]:
        problems = [{"field": field, "fact": fact} for field, fact in self.problems]
        return {**super().as_json(), "problems": problems}


class NotFound(ProvisioningError):
    exit_code = Exit.NOT_FOUND
    code = "not_found"


class Taken(ProvisioningError):
    """The name, the domain or the code already belongs to somebody."""

    exit_code = Exit.CONFLICT
    code = "taken"


class IllegalMove(ProvisioningError):
    """The community's standing does not allow this."""

    exit_code = Exit.CONFLICT
    code = "illegal_move"


class Busy(ProvisioningError):
    """Somebody else is doing the same at this very moment."""

    exit_code = Exit.BUSY
    code = "busy"


class Unreachable(ProvisioningError):
    """The database, or another service the work needs, stopped answering."""

    exit_code = Exit.UNREACHABLE
    code = "unreachable"


class Inconsistent(ProvisioningError):
    """What is stored contradicts itself; going on would make it worse."""

    exit_code = Exit.DAMAGED
    code = "inconsistent"
