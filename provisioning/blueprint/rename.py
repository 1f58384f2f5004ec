"""A schema changes its name together with its role; nothing in it may keep the old name as text."""

from __future__ import annotations

import re

from psycopg.rows import dict_row

from provisioning.blueprint import access, queries
from provisioning.blueprint import statements as text
from provisioning.blueprint.access import APP, GROUP, OWNER, Cast
from provisioning.blueprint.build import require_ours
from provisioning.blueprint.catalogue import access_of
from provisioning.blueprint.errors import BlueprintError, Problem, SchemaMissing, SchemaTaken
from provisioning.blueprint.locks import lock_names
from provisioning.blueprint.names import ROLE, fill, ident, require_tenant_name
from provisioning.blueprint.reader import Connection, Row, reading
from provisioning.blueprint.roles import Occupancy, drop_idle_role, make_role, occupancy, require_adoptable
from provisioning.blueprint.session import as_owner, run


def rename_schema(
    conn: Connection, old: str, new: str, *, owner: str = OWNER, app: str = APP, group: str = GROUP
) -> None:
    """Schema and role under a new name, in the caller's transaction if there is one.

    Tables, views, triggers and defaults follow by themselves; settings of functions and roles do not,
    so they are pinned again, and a text that cannot be is refused.
    """
    require_tenant_name(old)
    require_tenant_name(new)
    cast = Cast(owner, app, group)
    with as_owner(conn, owner, old):
        lock_names(conn, old, new)
        here, there = occupancy(conn, old, new)
        _require_free(old, new, here, there, owner)
        require_adoptable(there, new, cast)
        _refuse_named_triggers(conn, old)
        pinned = bool(_pins(conn, old))
        rename = f"ALTER SCHEMA {ident(old)} RENAME TO {ident(new)};"
        if (
            here.role_exists
            and not here.serves_elsewhere
            and (not there.role_exists or drop_idle_role(conn, new, cast))
        ):
            run(conn, old, f"{rename} ALTER ROLE {ident(old)} RENAME TO {ident(new)};")
        else:
            _change_role(conn, old, new, rename, cast, had_role=here.role_exists)
        if pinned:
            _pin_again(conn, old, new)


def _require_free(old: str, new: str, here: Occupancy, there: Occupancy, owner: str) -> None:
    if here.schema_owner is None:
        raise SchemaMissing.because(f"Схеми «{old}» немає.", "перевірте назву: hromada tenant list.")
    require_ours(old, here.schema_owner, owner)
    if there.schema_owner is not None:
        raise SchemaTaken.because(f"Схема «{new}» вже існує.", "візьміть іншу назву.")


def _change_role(conn: Connection, old: str, new: str, rename: str, cast: Cast, *, had_role: bool) -> None:
    """The old role serves another database too, or the new one does: privileges move, roles stay."""
    with reading(conn, old) as reader:
        grants, later = access_of(reader, old)
    make_role(conn, new, cast)
    given = [*text.grant_all(g for g in grants if g.grantee == ROLE)]
    given += text.grant_later(g for g in later if g.grantee == ROLE)
    moved = "".join(f"{statement};\n" for statement in given)
    taken = fill(access.close_schema(), new, old) if had_role else ""
    run(conn, old, f"{rename}\n{fill(moved, new, new)}{taken}")
    drop_idle_role(conn, old, cast)


def _refuse_named_triggers(conn: Connection, old: str) -> None:
    with conn.cursor(row_factory=dict_row) as cursor:
        triggers = cursor.execute(queries.TRIGGER_ARGUMENTS, {"schema": old}, prepare=False).fetchall()
    problems = [
        Problem(
            f"Тригер «{row['name']}» таблиці «{row['table']}» тримає назву «{old}» у своїх аргументах.",
            "беріть схему з TG_TABLE_SCHEMA замість аргументу.",
        )
        for row in triggers
        if _word(old).search(bytes(row["arguments"]).decode())
    ]
    if problems:
        raise BlueprintError(problems)


def _pins(conn: Connection, schema: str) -> list[Row]:
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(queries.PINS, {"needle": schema}, prepare=False).fetchall()
    return [row for row in rows if _word(schema).search(row["setting"])]


def _pin_again(conn: Connection, old: str, new: str) -> None:
    pins = _pins(conn, old)
    problems = [
        Problem(
            f"{pin['holder']} тримає назву «{old}» у налаштуванні {pin['setting']}.",
            "закріпіть search_path на pg_catalog: функції спільні для всіх громад.",
        )
        for pin in pins
        if not _is_own_path(pin, new)
    ]
    if problems:
        raise BlueprintError(problems)
    for pin in pins:
        run(conn, new, _pin(pin, _word(old).sub(new, pin["setting"]), conn.info.dbname))


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")


def _is_own_path(pin: Row, schema: str) -> bool:
    """A path that belongs to this schema: its own function's, or its own role's."""
    own: bool = pin["schema"] == schema if pin["kind"] == "FUNCTION" else pin["holder"] == schema
    return own and str(pin["setting"]).startswith("search_path=")


def _pin(pin: Row, setting: str, database: str) -> str:
    # The server keeps a list as it was written, quotes included; only an empty element must be respelled.
    path = setting.partition("=")[2].replace('""', "''")
    if pin["kind"] == "FUNCTION":
        return f"ALTER ROUTINE {pin['holder']} SET search_path = {path}"
    where = f" IN DATABASE {ident(database)}" if pin["here_only"] else ""
    return f"ALTER ROLE {ident(pin['holder'])}{where} SET search_path = {path}"
