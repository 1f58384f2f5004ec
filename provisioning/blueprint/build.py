"""A schema comes and goes - each in one transaction, so that none is ever half there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from provisioning.blueprint import access, refusals
from provisioning.blueprint.access import APP, GROUP, OWNER, Cast
from provisioning.blueprint.errors import BlueprintError, SchemaTaken
from provisioning.blueprint.locks import lock_names
from provisioning.blueprint.members import outside_dependents
from provisioning.blueprint.model import Blueprint
from provisioning.blueprint.names import fill, ident, require_tenant_name
from provisioning.blueprint.reader import Connection
from provisioning.blueprint.roles import drop_idle_role, make_role, occupancy
from provisioning.blueprint.session import as_owner, run

Loader = Callable[[Connection, str], None]


@dataclass(frozen=True, slots=True)
class Dropped:
    """What went; a role stays when another database of the same cluster still needs it."""

    schema: bool
    role: bool


def build_schema(
    conn: Connection,
    blueprint: Blueprint,
    schema: str,
    *,
    owner: str = OWNER,
    app: str = APP,
    group: str = GROUP,
    load: Loader | None = None,
) -> None:
    """A new schema with its role, as the template has it.

    `load` puts other rows in place of the template's own, before indexes and references are built; it runs
    as the owner with an empty search_path, and brings the positions of sequences too.
    Inside a caller's transaction the schema lives or dies with that transaction.
    """
    parts = blueprint.structure_parts(schema)
    with _creating(conn, schema, Cast(owner, app, group)):
        if load is None:
            run(conn, schema, "".join(parts))
        else:
            run(conn, schema, parts.before_rows)
            load(conn, schema)
            run(conn, schema, parts.after_rows)


def prepare_schema(conn: Connection, schema: str, *, owner: str = OWNER, app: str = APP, group: str = GROUP) -> None:
    """An empty schema with its role: where the template's migrations begin."""
    with _creating(conn, schema, Cast(owner, app, group)):
        opened = fill(access.open_schema(), schema, schema)
        run(conn, schema, f"CREATE SCHEMA {ident(schema)};\n{opened}")


def grant_access(conn: Connection, schema: str, *, owner: str = OWNER) -> None:
    """The role's privileges on tables that are older than they; what was revoked on purpose returns too."""
    with as_owner(conn, owner, schema):
        run(conn, schema, fill(f"{access.open_schema()}\n{access.open_tables()}", schema, schema))


def drop_schema(conn: Connection, schema: str, *, owner: str = OWNER, app: str = APP, group: str = GROUP) -> Dropped:
    """The schema with everything in it, and its role; what is already gone is no error."""
    require_tenant_name(schema)
    cast = Cast(owner, app, group)
    with as_owner(conn, owner, schema):
        lock_names(conn, schema)
        (found,) = occupancy(conn, schema)
        holder = found.schema_owner
        if holder:
            require_ours(schema, holder, owner)
            # CASCADE would take what others built on this schema with it, unasked.
            dependents = list(refusals.of_dependents(outside_dependents(conn, schema)))
            if dependents:
                raise BlueprintError(dependents)
            run(conn, schema, f"DROP SCHEMA {ident(schema)} CASCADE")
        return Dropped(holder is not None, drop_idle_role(conn, schema, cast))


def require_ours(schema: str, holder: str, owner: str) -> None:
    if holder != owner:
        raise SchemaTaken.because(
            f"Схема «{schema}» належить {holder}, а не {owner}: вона не наша.",
            "перевірте назву; чужу схему прибирає її власник.",
        )


@contextmanager
def _creating(conn: Connection, schema: str, cast: Cast) -> Iterator[None]:
    """The name locked and found free, the role made."""
    require_tenant_name(schema)
    with as_owner(conn, cast.owner, schema):
        lock_names(conn, schema)
        (found,) = occupancy(conn, schema)
        if found.schema_owner:
            raise SchemaTaken.because(
                f"Схема «{schema}» вже існує.",
                "візьміть іншу назву; залишок невдалого створення приберіть: hromada tenant delete.",
            )
        make_role(conn, schema, cast)
        yield
