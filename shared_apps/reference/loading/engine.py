"""The comparison of a list with the table that holds it, and the change from one to the other, in SQL.

Rows are COPYed into a temporary table, compared with the latest row of each code, and every difference
becomes: a new row (added), a new row after the old one's end (renamed, recategorised, moved, amended), or
an end (closed). A list effective on the very day a row began corrects that row in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from psycopg import sql

from kernel.reference.bulk import copy_rows, execute, fetch
from shared_apps.reference.loading.report import Change

INCOMING = sql.Identifier("pg_temp", "reference_incoming")
VERDICT = sql.Identifier("pg_temp", "reference_verdict")


@dataclass(frozen=True)
class Target:
    """A dated table, the part of it that this list is the whole of, and what its changes are called."""

    table: str
    columns: tuple[str, ...]
    shown: str
    watched: Mapping[str, tuple[str, ...]]
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> sql.Identifier:
        return sql.Identifier("public", self.table)

    @property
    def scope(self) -> sql.Composed:
        conditions = [sql.SQL("{} = {}").format(sql.Identifier(c), sql.Literal(v)) for c, v in self.fixed.items()]
        return sql.SQL(" AND ").join([sql.SQL("true"), *conditions])


def stage(target: Target, rows: Iterable[Sequence[Any]]) -> None:
    """`rows`: code, the target's columns, then the first day and the end that the list itself gives, or None."""
    execute(sql.SQL("DROP TABLE IF EXISTS {}, {}").format(INCOMING, VERDICT))
    execute(
        sql.SQL(
            "CREATE TEMPORARY TABLE reference_incoming ON COMMIT DROP AS "
            "SELECT code, {columns}, valid_from AS starts_on, valid_to AS ends_on FROM {table} WITH NO DATA"
        ).format(columns=_list(target.columns), table=target.name)
    )
    copy_rows(
        sql.SQL("COPY {} (code, {}, starts_on, ends_on) FROM STDIN").format(INCOMING, _list(target.columns)), rows
    )
    execute(sql.SQL("ANALYZE {}").format(INCOMING))


def compare(target: Target, *, effective_on: date, whole: bool) -> list[Change]:
    """`whole`: codes that the list does not hold are closed; otherwise the list only adds what is missing."""
    flags = [
        sql.SQL("(s.valid_to IS NULL AND ({})) AS {}").format(
            sql.SQL(" OR ").join(
                sql.SQL("s.{0} IS DISTINCT FROM i.{0}").format(sql.Identifier(column)) for column in columns
            ),
            sql.Identifier(what),
        )
        for what, columns in target.watched.items()
    ]
    execute(
        sql.SQL(
            """
            CREATE TEMPORARY TABLE reference_verdict ON COMMIT DROP AS
            WITH standing AS (
                SELECT DISTINCT ON (code) * FROM {table} WHERE {scope} ORDER BY code, valid_from DESC
            ), judged AS (
                SELECT coalesce(i.code, s.code) AS code, s.id, s.valid_from,
                       i.code IS NOT NULL
                           AND (s.id IS NULL OR ({whole} AND s.valid_to IS NOT NULL AND i.ends_on IS NULL)) AS added,
                       s.id IS NOT NULL AND s.valid_to IS NULL
                           AND (i.ends_on IS NOT NULL OR (i.code IS NULL AND {whole})) AS closed,
                       coalesce(i.ends_on, {effective_on}) AS closes_on,
                       greatest(s.valid_to, CASE WHEN s.id IS NULL OR i.starts_on > s.valid_from
                           THEN coalesce(i.starts_on, {effective_on}) ELSE {effective_on} END) AS starts_on,
                       s.{shown} AS was, i.{shown} AS became, {flags}
                FROM standing s FULL JOIN {incoming} i USING (code)
            )
            SELECT *, NOT added AND NOT closed AND ({any_flag}) AS changed FROM judged
            """
        ).format(
            table=target.name,
            scope=target.scope,
            incoming=INCOMING,
            effective_on=sql.Literal(effective_on),
            whole=sql.Literal(whole),
            shown=sql.Identifier(target.shown),
            flags=sql.SQL(", ").join(flags),
            any_flag=sql.SQL(" OR ").join(sql.Identifier(what) for what in target.watched),
        )
    )
    execute(sql.SQL("ANALYZE {}").format(VERDICT))
    if not whole:
        execute(sql.SQL("DELETE FROM {} WHERE NOT added").format(VERDICT))
    return _changes(target)


def apply(target: Target, *, act: str) -> None:
    """Make the table what `compare` found it should be."""
    values = {"table": target.name, "incoming": INCOMING, "verdict": VERDICT, "act": sql.Literal(act)}
    execute(
        sql.SQL(
            "UPDATE {table} t SET {assignments}, source_act = {act} FROM {verdict} v JOIN {incoming} i USING (code) "
            "WHERE v.id = t.id AND v.changed AND v.starts_on <= t.valid_from"
        ).format(
            assignments=sql.SQL(", ").join(
                sql.SQL("{0} = i.{0}").format(sql.Identifier(column)) for column in target.columns
            ),
            **values,
        )
    )
    execute(
        sql.SQL(
            "UPDATE {table} t SET valid_to = CASE WHEN v.closed THEN v.closes_on ELSE v.starts_on END "
            "FROM {verdict} v WHERE v.id = t.id AND ((v.changed AND v.starts_on > t.valid_from) "
            "OR (v.closed AND v.closes_on > t.valid_from))"
        ).format(**values)
    )
    # Closed on the day it began: the row was never valid for a single day.
    execute(
        sql.SQL(
            "DELETE FROM {table} t USING {verdict} v WHERE v.id = t.id AND v.closed AND v.closes_on <= t.valid_from"
        ).format(**values)
    )
    execute(
        sql.SQL(
            "INSERT INTO {table} (code, {columns}, {fixed} valid_from, valid_to, source_act) "
            "SELECT i.code, {incoming_columns}, {fixed_values} v.starts_on, i.ends_on, {act} "
            "FROM {incoming} i JOIN {verdict} v USING (code) "
            "WHERE v.added OR (v.changed AND v.starts_on > v.valid_from)"
        ).format(
            columns=_list(target.columns),
            incoming_columns=sql.SQL(", ").join(sql.Identifier("i", column) for column in target.columns),
            fixed=sql.SQL("").join(sql.SQL("{}, ").format(sql.Identifier(column)) for column in target.fixed),
            fixed_values=sql.SQL("").join(sql.SQL("{}, ").format(sql.Literal(v)) for v in target.fixed.values()),
            **values,
        )
    )


def newest_start(target: Target) -> date | None:
    """The latest day on which any row of this list began."""
    [(newest,)] = fetch(sql.SQL("SELECT max(valid_from) FROM {} WHERE {}").format(target.name, target.scope))
    return newest


def _changes(target: Target) -> list[Change]:
    names = ("added", "closed", *target.watched)
    rows = fetch(
        sql.SQL("SELECT code, was, became, {} FROM {} WHERE added OR closed OR changed ORDER BY code").format(
            sql.SQL(", ").join(sql.Identifier(name) for name in names), VERDICT
        )
    )
    changes: list[Change] = []
    for code, was, became, added, closed, *flags in rows:
        if added:
            changes.append(Change("added", code, "", became))
        elif closed:
            changes.append(Change("closed", code, was, ""))
        else:
            found = [what for what, flag in zip(target.watched, flags, strict=True) if flag]
            changes += [Change(what, code, was, became) for what in found]
    return changes


def _list(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
