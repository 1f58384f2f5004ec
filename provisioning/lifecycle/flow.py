"""A community's life as a table: every legal move, and nothing else is one."""

from __future__ import annotations

from dataclasses import dataclass

from provisioning.errors import BadInput, IllegalMove
from shared_apps.communities.models import Community

State = Community.State


@dataclass(frozen=True, slots=True)
class Move:
    """From where to where, and whether it must be explained."""

    name: str
    title: str
    sources: frozenset[str]
    target: str
    reasoned: bool = False


def _move(name: str, title: str, sources: tuple[str, ...], target: str, *, reasoned: bool = False) -> Move:
    return Move(name, title, frozenset(sources), target, reasoned)


MOVES = (
    _move("accept", "прийняти заявку", (State.REQUESTED,), State.PROVISIONING),
    _move("activate", "ввести в роботу", (State.PROVISIONING,), State.ACTIVE),
    _move("suspend", "призупинити", (State.ACTIVE,), State.SUSPENDED, reasoned=True),
    _move("resume", "відновити роботу", (State.SUSPENDED,), State.ACTIVE),
    _move("archive", "перевести в архів", (State.ACTIVE, State.SUSPENDED), State.ARCHIVED, reasoned=True),
    _move("restore_archived", "повернути з архіву", (State.ARCHIVED,), State.ACTIVE),
    _move("delete", "видалити", (State.ARCHIVED,), State.DELETED, reasoned=True),
    _move("recover", "повернути видалену", (State.DELETED,), State.ARCHIVED, reasoned=True),
)
BY_NAME = {move.name: move for move in MOVES}

# What an operator types for each move.
COMMANDS = {
    "suspend": "hromada tenant suspend {slug} --reason …",
    "resume": "hromada tenant resume {slug}",
    "archive": "hromada tenant archive {slug} --reason …",
    "restore_archived": "hromada tenant restore-archived {slug}",
    "delete": "hromada tenant delete {slug} --reason …",
    "recover": "hromada tenant recover {slug} --reason …",
    "activate": "повторіть hromada tenant create з тими самими даними",
}


def moves_from(state: str) -> tuple[Move, ...]:
    """What an operator may do next."""
    return tuple(move for move in MOVES if state in move.sources and move.name in COMMANDS)


def require_move(name: str, *, slug: str, state: str, reason: str = "") -> Move:
    """The move, if it is legal from here and explained where it must be."""
    move = BY_NAME[name]
    if state not in move.sources:
        legal = "; ".join(f"{m.title} ({COMMANDS[m.name].format(slug=slug)})" for m in moves_from(state))
        raise IllegalMove(
            f"«{slug}» у стані «{State(state).label}»: дію «{move.title}» виконати не можна.",
            f"із цього стану можна: {legal}." if legal else "із цього стану дій немає.",
        )
    if move.reasoned and not reason.strip():
        raise BadInput([("reason", f"Дія «{move.title}» потребує причини.")], "додайте --reason «…».")
    return move
