"""Who acts: handed to the database with the scope, so that triggers can write it into the history."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Actor:
    """A person, a token, a job or an operator; `name` is kept because accounts may be deleted later."""

    kind: str
    id: str = ""
    name: str = ""
    address: str = ""
    request_id: str = ""
    reason: str = ""

    @cached_property
    def setting(self) -> str:
        return json.dumps(
            {
                "kind": self.kind,
                "id": self.id,
                "name": self.name[:200],
                "address": self.address,
                "request": self.request_id,
                "reason": self.reason[:500],
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )


_actor: ContextVar[Actor | None] = ContextVar("hromada_actor", default=None)


def actor_or_none() -> Actor | None:
    return _actor.get()


def set_actor(actor: Actor | None) -> None:
    _actor.set(actor)


@contextmanager
def acting(actor: Actor | None) -> Iterator[None]:
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)
