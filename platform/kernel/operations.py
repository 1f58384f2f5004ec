"""Verbs across objects: one transaction, one right, one author.

    @operation("contacts", Level.EDIT, on="contact")
    def archive_contact(contact: Contact, *, by: Who, reason: str = "") -> None: ...

Pages, the API, the CLI and jobs call the same function; nothing else changes several objects at once.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.tenancy.actor import Actor, acting, actor_or_none

if TYPE_CHECKING:
    from kernel.access.models import User

    type Who = User | Actor
else:
    Who = Any

P = ParamSpec("P")
R = TypeVar("R")

# Work that was authorised before it got here: by the shell, by the queue, by the platform itself.
TRUSTED_KINDS = frozenset({"operator", "job", "system"})


class Denied(PermissionDenied):
    """A refusal in a sentence that tells the person what to do next."""


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    module: str
    level: Level | None
    run: Callable[..., Any]


_operations: dict[str, Operation] = {}


def operations() -> dict[str, Operation]:
    """Everything declared so far, by name: what the table of rights and the API are made of."""
    return dict(_operations)


def actor_of(by: Who, reason: str = "") -> Actor:
    """The author as the history remembers him, with the address and request of the moment."""
    if isinstance(by, Actor):
        return replace(by, reason=reason) if reason else by
    here = actor_or_none()
    if here and here.id == str(by.pk):
        return replace(here, reason=reason or here.reason)
    if here and here.kind in ("token", "support"):
        # Already named more exactly than by the account it works under.
        return replace(here, reason=reason or here.reason)
    return Actor(
        "user",
        str(by.pk),
        by.full_name,
        here.address if here else "",
        here.request_id if here else "",
        reason,
    )


def name_of(by: Who) -> str:
    return by.name if isinstance(by, Actor) else by.full_name


def operation(
    module: str, level: Level | None, *, on: str | None = None, listed: bool = True
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """`on` names the argument whose object the right must cover.

    `listed=False` keeps it out of the table of operations. With `level=None` the function itself decides who may: for what people do to their own things.
    """

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)
        by_parameter = signature.parameters.get("by")
        if by_parameter is None or by_parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            raise TypeError(f"The operation {function.__qualname__} needs a keyword-only `by`: who does it.")
        if on is not None and on not in signature.parameters:
            raise TypeError(f"The operation {function.__qualname__} has no argument {on!r}.")

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            arguments = signature.bind(*args, **kwargs).arguments
            by = arguments["by"]
            _authorise(by, module, level, arguments.get(on) if on else None)
            reason = str(arguments.get("reason") or "").strip()
            with acting(actor_of(by, reason)), transaction.atomic():
                return function(*args, **kwargs)

        name = f"{module}.{function.__name__}"
        if listed:
            _operations[name] = Operation(name, module, level, run)
        return run

    return declare


def _authorise(by: Who, module: str, level: Level | None, obj: Any) -> None:
    if isinstance(by, Actor):
        if by.kind not in TRUSTED_KINDS:
            raise Denied(_("Цю дію виконує людина: увійдіть до системи й повторіть."))
        return
    if not getattr(by, "is_active", False):
        raise Denied(_("Обліковий запис вимкнено. Зверніться до адміністратора системи."))
    if level is not None:
        from kernel.access.rights import require

        require(by, module, level, obj)
