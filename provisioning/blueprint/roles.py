"""The role that bears a schema's name: who holds it, how it is made, when it may go.

Roles belong to the whole cluster, schemas to one database: a role may be older than its schema, or
serve a schema of the same name in a neighbouring database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg.rows import dict_row

from provisioning.blueprint import access, queries
from provisioning.blueprint.access import Cast
from provisioning.blueprint.errors import BlueprintError, SchemaTaken
from provisioning.blueprint.names import ident
from provisioning.blueprint.reader import Connection
from provisioning.blueprint.session import explained

_RACES = (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation, psycopg.errors.InternalError_)
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Who holds a name, as a schema here and as a role in the cluster."""

    name: str
    schema_owner: str | None
    role_exists: bool
    elevated: bool
    member_of: Sequence[str]
    members: Sequence[str]
    serves_here: Sequence[str]
    serves_elsewhere: bool


def occupancy(conn: Connection, *names: str) -> tuple[Occupancy, ...]:
    """One answer per name, in their order."""
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(queries.OCCUPANCY, {"names": list(names)}, prepare=False).fetchall()
    found = {row["name"]: Occupancy(**row) for row in rows}
    return tuple(found[name] for name in names)


def make_role(conn: Connection, role: str, cast: Cast) -> None:
    """Create the role, or make ours the one that an earlier attempt or another database left."""
    for attempt in range(1, _ATTEMPTS + 1):
        (found,) = occupancy(conn, role)
        require_adoptable(found, role, cast)
        made = access.adopt_role(role) if found.role_exists else access.create_role(role)
        try:
            with conn.transaction():
                conn.execute(f"{made} {access.join_role(role, cast, conn.info.server_version)}", prepare=False)
            return
        except _RACES as raced:
            # Our lock holds in this database only; a neighbour made the same role this moment.
            if attempt == _ATTEMPTS:
                raise explained(raced, role) from raced
        except psycopg.Error as refused:
            raise explained(refused, role) from refused


def require_adoptable(found: Occupancy, role: str, cast: Cast) -> None:
    """An existing role becomes ours only if it is nothing but a tenant that serves no schema here."""
    if not found.role_exists:
        return
    strangers = (set(found.member_of) - {cast.group}) | (set(found.members) - {cast.app, cast.owner})
    reason = ""
    if found.elevated or role in {cast.owner, cast.app, cast.group}:
        reason = "і має власні повноваження"
    elif found.serves_here:
        reason = f"і вже служить тут: {'; '.join(found.serves_here)}"
    elif strangers:
        reason = f"і пов'язана з іншими ролями: {', '.join(sorted(strangers))}"
    if reason:
        raise SchemaTaken.because(
            f"Роль «{role}» уже є {reason}.", "візьміть іншу назву або приберіть роль, якщо вона зайва (DROP ROLE)."
        )


def drop_idle_role(conn: Connection, role: str, cast: Cast) -> bool:
    """Drop a tenant's role; one that still serves another database of the cluster stays."""
    (found,) = occupancy(conn, role)
    house = {cast.owner, cast.app, cast.group}
    if not found.role_exists or role in house or cast.group not in found.member_of:
        return False
    if found.serves_here:
        raise BlueprintError.because(
            f"Роль «{role}» ще має права на: {'; '.join(found.serves_here)}.",
            "заберіть ці права (REVOKE) і повторіть.",
        )
    if found.serves_elsewhere:
        return False
    try:
        with conn.transaction():
            conn.execute(f"DROP ROLE {ident(role)}")
    except psycopg.errors.DependentObjectsStillExist:
        return False
    except psycopg.Error as refused:
        raise explained(refused, role) from refused
    return True
