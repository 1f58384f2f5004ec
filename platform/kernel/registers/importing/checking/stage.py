"""The tables a trial works in, and the order of its steps. They live in the transaction and go with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from kernel.registers.facets import Facet
from kernel.registers.importing.mapping import fields_for
from kernel.registers.importing.models import ImportLine, ImportRun
from kernel.registers.importing.reading import Row
from kernel.registers.register import Register

LINES = sql.Identifier(ImportLine._meta.db_table)
RAW, CUT, READ, PROPOSED, FAULTS = (
    sql.Identifier(f"importing_{name}") for name in ("raw", "cut", "read", "proposed", "faults")
)


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the file that goes into a field: `t` is its text, `v` the value read from it, `plain` whether SQL reads it."""

    place: int
    facet: Facet

    @property
    def t(self) -> sql.Identifier:
        return sql.Identifier(f"t{self.place}")

    @property
    def v(self) -> sql.Identifier:
        return sql.Identifier(f"v{self.place}")

    @property
    def plain(self) -> sql.Identifier:
        return sql.Identifier(f"p{self.place}")

    @property
    def words(self) -> sql.Identifier:
        return sql.Identifier(f"importing_words_{self.place}")

    @property
    def name(self) -> str:
        return self.facet.name

    @property
    def column(self) -> str:
        return str(self.facet.field.column)

    @property
    def type(self) -> sql.SQL:
        """The type of the value; texts without their limit, or a cast would cut them silently."""
        found = str(self.facet.field.db_type(connection))
        return sql.SQL("text" if found.startswith(("varchar", "character varying")) else found)  # type: ignore[arg-type]


class Stage:
    """One trial in one transaction: `fill`, then `judge`, then `keep`."""

    def __init__(self, register: Register, user: Any, columns: Sequence[str], mode: str) -> None:
        self.register, self.user, self.mode = register, user, mode
        allowed = fields_for(register, user)
        self.fields = [Field(place, allowed[name]) for place, name in enumerate(columns) if name in allowed]
        # A tenant's own fields stand in no column of the register's table.
        self.columns = [field for field in self.fields if field.facet.added is None]
        self.added = [field for field in self.fields if field.facet.added is not None]
        self.by_name: Mapping[str, Field] = {field.name: field for field in self.fields}
        self.table = sql.Identifier(register.table)
        self.pk = str(register.model._meta.pk.column)

    # -- talking to the database ------------------------------------------------------------------

    def run(self, text: str, **parts: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute(self.compose(text, **parts))
            return int(cursor.rowcount)

    def rows(self, text: str, **parts: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(self.compose(text, **parts))
            return list(cursor.fetchall())

    def compose(self, text: str, **parts: Any) -> sql.Composed:
        given = {name: part if isinstance(part, sql.Composable) else sql.Literal(part) for name, part in parts.items()}
        return sql.SQL(text).format(  # type: ignore[arg-type]
            raw=RAW, cut=CUT, read=READ, proposed=PROPOSED, faults=FAULTS, lines=LINES, table=self.table,
            pk=sql.Identifier(self.pk), **given,
        )  # fmt: skip

    def drop(self) -> None:
        names = [RAW, CUT, READ, PROPOSED, FAULTS, *(field.words for field in self.fields)]
        self.run("DROP TABLE IF EXISTS {names}", names=sql.SQL(", ").join(names))

    # -- steps --------------------------------------------------------------------------------------

    def fill(self, rows: Iterable[Row]) -> int:
        """COPY of the rows as they are; how many."""
        self.drop()
        self.run("CREATE TEMPORARY TABLE {raw} (number integer NOT NULL, cells text[] NOT NULL) ON COMMIT DROP")
        count = 0
        statement = self.compose("COPY {raw} FROM STDIN")
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            piece: list[str] = []
            for number, cells in rows:
                count += 1
                piece.append(f"{number}\t{_array(cells)}\n")
                if len(piece) >= 1000:
                    copy.write("".join(piece))
                    piece.clear()
            copy.write("".join(piece))
        return count

    def fill_from_lines(self, run: ImportRun, span: tuple[int, int] | None = None) -> int:
        """The same from what was kept, with the corrections people accepted; loaded lines are done with."""
        self.drop()
        return self.run(
            "CREATE TEMPORARY TABLE {raw} ON COMMIT DROP AS SELECT number, cells FROM {lines} "
            "WHERE run_id = {run} AND version_now IS NULL {only}",
            run=run.pk,
            only=sql.SQL("")
            if span is None
            else sql.SQL("AND number BETWEEN {} AND {}").format(*map(sql.Literal, span)),
        )

    def judge(self) -> None:
        from kernel.registers.importing.checking import proposing, rules, words

        # Ten kinds of values tell the planner enough; the usual hundred take longer to count than the joins they help.
        self.run("SET LOCAL default_statistics_target = 10")
        # A hundred thousand rows are put in order without going to the disk.
        self.run("SET LOCAL work_mem = '64MB'")
        self.run(
            "CREATE TEMPORARY TABLE {faults} (number integer, field text, value text, message text, advice text, "
            "warn boolean NOT NULL DEFAULT false) ON COMMIT DROP"
        )
        self.run("ANALYZE {raw} (number)")
        words.cut(self)
        words.read_all(self)
        proposing.propose(self)
        rules.apply(self)
        self.run("RESET default_statistics_target")

    def keep(self, run: ImportRun) -> None:
        """The verdicts as lines of the run, instead of those that stood for the same rows."""
        from kernel.registers.importing.checking import proposing

        self.run(
            "INSERT INTO {lines} (run_id, number, cells, verdict, key, target, version_was, errors, proposed) "
            "SELECT {run}, r.number, r.cells, CASE WHEN f.bad THEN 'error' WHEN p.importing_target IS NULL THEN 'create' "
            "WHEN p.importing_same THEN 'same' ELSE 'update' END, p.importing_key, p.importing_target, p.importing_version, "
            "f.errors, CASE WHEN f.bad IS TRUE OR p.importing_same THEN NULL ELSE {values} END "
            "FROM {raw} r JOIN {proposed} p ON p.importing_number = r.number LEFT JOIN (SELECT number, bool_or(NOT warn) "
            "AS bad, jsonb_agg(jsonb_build_object('field', field, 'value', left(value, 500), 'message', message, 'advice', "
            "advice, 'warn', warn) ORDER BY warn) AS errors FROM {faults} GROUP BY number) f ON f.number = r.number "
            "ORDER BY r.number",
            run=run.pk,
            values=proposing.as_json(self),
        )
        self.run("RESET work_mem")


def _array(cells: Sequence[str]) -> str:
    """A PostgreSQL array in the text form of COPY."""
    joined = '","'.join(cells)
    if "\\" in joined or "\n" in joined or "\t" in joined or joined.count('"') != 2 * (len(cells) - 1):
        escaped = (cell.replace("\\", "\\\\").replace('"', '\\"') for cell in cells)
        # COPY takes one more layer of backslashes, and marks for ends of lines and tabs.
        joined = (
            '","'.join(escaped).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
        )
    return f'{{"{joined}"}}' if cells else "{}"


def check(
    run: ImportRun,
    register: Register,
    user: Any,
    rows: Iterable[Row] | None = None,
    *,
    span: tuple[int, int] | None = None,
) -> None:
    """Judge all lines of a run: of its file, or, without `rows`, as they were kept and corrected."""
    with transaction.atomic():
        stage = Stage(register, user, run.columns, run.mode)
        if rows is not None:
            stage.fill(rows)
            stage.run(
                "DELETE FROM {raw} WHERE number IN (SELECT number FROM {lines} WHERE run_id = {run} AND version_now IS NOT NULL)",
                run=run.pk,
            )
        else:
            stage.fill_from_lines(run, span)
        waiting = ImportLine.objects.filter(run_id=run.pk, version_now=None)
        (waiting if span is None else waiting.filter(number__range=span)).delete()
        stage.judge()
        stage.keep(run)
        stage.drop()
        count(run)


def count(run: ImportRun) -> None:
    """The run's figures from its lines."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "SELECT count(*), count(*) FILTER (WHERE verdict = 'create' AND version_now IS NULL), "
                "count(*) FILTER (WHERE verdict = 'update' AND version_now IS NULL), count(*) FILTER (WHERE verdict = 'same'), "
                "count(*) FILTER (WHERE verdict = 'error'), count(*) FILTER (WHERE version_now IS NOT NULL) "
                "FROM {} WHERE run_id = %s"
            ).format(LINES),
            [run.pk],
        )
        run.rows, run.to_create, run.to_update, run.same, run.wrong, run.loaded = cursor.fetchone()
    run.save(update_fields=["rows", "to_create", "to_update", "same", "wrong", "loaded"])
