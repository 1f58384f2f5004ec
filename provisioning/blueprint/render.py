"""Turns what was read from a template schema into a blueprint."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from provisioning.blueprint import statements as text
from provisioning.blueprint.catalogue import require_supported, structure_of
from provisioning.blueprint.errors import BlueprintError
from provisioning.blueprint.model import (
    BaseRows,
    Blueprint,
    ColumnFacts,
    ExtensionUse,
    ForeignKeyFacts,
    Section,
    Statement,
    TableFacts,
    TriggerFacts,
)
from provisioning.blueprint.names import ROLE, ident, in_schema, literal
from provisioning.blueprint.reader import Connection, Reader, reading
from provisioning.blueprint.rules import DJANGO_KEYS, check_rules
from provisioning.blueprint.structure import Structure, Table


def read_blueprint(
    conn: Connection,
    schema: str,
    *,
    role: str | None = None,
    base_rows: Mapping[str, Collection[str]] | None = None,
    named_keys: Collection[str] = DJANGO_KEYS,
    lawful: bool = True,
) -> Blueprint:
    """The template as a blueprint.

    `base_rows` names the tables whose rows every tenant is born with, each with the columns that do
    not change the version (a moment of application, say). Rows anywhere else are refused: they are
    somebody's business that strayed into the template.
    """
    with reading(conn, schema) as reader:
        structure = structure_of(reader, role or schema)
        require_supported(structure)
        rows = tuple(_base_rows(reader, structure, base_rows or {}))
        positions = tuple(_positions(reader, structure))
    blueprint = render(structure, rows, positions)
    if lawful:
        broken = check_rules(blueprint, named_keys=named_keys)
        if broken:
            raise BlueprintError(broken)
    return blueprint


def render(
    structure: Structure, base_rows: tuple[BaseRows, ...] = (), positions: tuple[tuple[str, int, bool], ...] = ()
) -> Blueprint:
    """Statements in an order that depends on names and dependencies only."""
    made = (
        *_types_and_sequences(structure),
        *_tables(structure),
        *(Statement(Section.POSITIONS, name, text.set_position(name, at, called)) for name, at, called in positions),
        *_constraints_and_indexes(structure),
        *_views(structure),
        *_triggers(structure),
        *_remarks(structure),
        *(Statement(Section.GRANTS, "", line) for line in text.grant_all(structure.grants)),
        *(Statement(Section.GRANTS, "", line) for line in text.grant_later(structure.default_grants)),
    )
    return Blueprint(
        statements=made,
        base_rows=base_rows,
        tables=tuple(_table_facts(table, structure) for table in structure.tables),
        sequences=tuple(sorted(name for name, _ in _all_sequences(structure))),
        triggers=tuple(
            TriggerFacts(t.name, t.table, t.function, t.function_schema, t.function_settings, t.transition)
            for t in structure.triggers
        ),
        foreign_keys=tuple(
            ForeignKeyFacts(c.name, table.name, c.target_schema or "", c.target or "")
            for table in structure.tables
            for c in table.constraints
            if c.kind == "f"
        ),
        extensions=tuple(ExtensionUse(u.extension, u.schema, u.object) for u in structure.uses if u.extension),
        owner=structure.owner,
    )


def _types_and_sequences(structure: Structure) -> Iterator[Statement]:
    for enum in structure.enums:
        yield Statement(Section.TYPES, enum.name, text.create_enum(enum))
    for domain in structure.domains:
        yield Statement(Section.TYPES, domain.name, text.create_domain(domain))
    for sequence in structure.sequences:
        yield Statement(Section.SEQUENCES, sequence.name, text.create_sequence(sequence))


def _tables(structure: Structure) -> Iterator[Statement]:
    for table in structure.tables:
        yield Statement(Section.TABLES, table.name, text.create_table(table))
        for line in text.tune_columns(table):
            yield Statement(Section.TABLES, table.name, line)
    for table in structure.tables:
        if table.partition_of:
            yield Statement(Section.TABLES, table.name, text.attach_partition(table))
    for sequence in structure.sequences:
        if sequence.table:
            yield Statement(Section.TABLES, sequence.name, text.own_sequence(sequence))


def _constraints_and_indexes(structure: Structure) -> Iterator[Statement]:
    for table in structure.tables:
        late = [c for c in table.constraints if c.kind == "x"]
        if late:
            yield Statement(Section.CONSTRAINTS, table.name, text.add_constraints(table, late))
    for table in structure.tables:
        for index in table.indexes:
            if not index.constraint:
                yield Statement(Section.INDEXES, index.name, index.definition)
            for line in text.tune_index(index):
                yield Statement(Section.INDEXES, index.name, line)
    for table in structure.tables:
        for index in table.indexes:
            if index.parent and not index.constraint:
                yield Statement(Section.INDEXES, index.name, text.attach_index(index))
        for line in text.identify_rows(table):
            yield Statement(Section.INDEXES, table.name, line)
    for table in structure.tables:
        keys = [c for c in table.constraints if c.kind == "f"]
        if keys:
            yield Statement(Section.FOREIGN_KEYS, table.name, text.add_constraints(table, keys))


def _views(structure: Structure) -> Iterator[Statement]:
    for view in structure.views:
        yield Statement(Section.VIEWS, view.name, text.create_view(view))
        if not view.materialized:
            for line in text.default_of_view(view):
                yield Statement(Section.VIEWS, view.name, line)
            continue
        for line in text.tune_columns(view):
            yield Statement(Section.VIEWS, view.name, line)
        for index in view.indexes:
            yield Statement(Section.VIEWS, index.name, index.definition)
            for line in text.tune_index(index):
                yield Statement(Section.VIEWS, index.name, line)


def _triggers(structure: Structure) -> Iterator[Statement]:
    views = {view.name for view in structure.views}
    for trigger in structure.triggers:
        yield Statement(Section.TRIGGERS, trigger.name, trigger.definition)
        for line in text.set_trigger_state(trigger, of_view=trigger.table in views):
            yield Statement(Section.TRIGGERS, trigger.name, line)


def _remarks(structure: Structure) -> Iterator[Statement]:
    for statistics in structure.statistics:
        yield Statement(Section.STATISTICS, statistics.name, statistics.definition)
        for line in text.tune_statistics(statistics):
            yield Statement(Section.STATISTICS, statistics.name, line)
    for comment in structure.comments:
        yield Statement(Section.COMMENTS, comment.target, f"COMMENT ON {comment.target} IS {literal(comment.text)}")


def _table_facts(table: Table, structure: Structure) -> TableFacts:
    return TableFacts(
        name=table.name,
        columns=tuple(ColumnFacts(c.name, c.type, c.not_null, c.identity, bool(c.generated)) for c in table.columns),
        primary_key=table.primary_key,
        partitioned=table.partition_key is not None,
        partition_of=table.partition_of,
        owner=table.owner,
        privileges=tuple(
            sorted(
                {
                    grant.privilege
                    for grant in structure.grants
                    if grant.name == table.name and grant.kind == "TABLE" and grant.grantee == ROLE
                }
            )
        ),
    )


def _all_sequences(structure: Structure) -> Iterator[tuple[str, int]]:
    for sequence in structure.sequences:
        yield sequence.name, sequence.start
    for table in structure.tables:
        for column in table.columns:
            if column.sequence:
                yield column.sequence.name, column.sequence.start


def _positions(reader: Reader, structure: Structure) -> Iterator[tuple[str, int, bool]]:
    starts = dict(_all_sequences(structure))
    if not starts:
        return
    query = " UNION ALL ".join(
        f"SELECT {literal(name)} AS name, last_value, is_called FROM {in_schema(name)}" for name in sorted(starts)
    )
    for row in sorted(reader.run(query), key=lambda row: row["name"]):
        if row["is_called"] or row["last_value"] != starts[row["name"]]:
            yield row["name"], row["last_value"], row["is_called"]


def _base_rows(reader: Reader, structure: Structure, wanted: Mapping[str, Collection[str]]) -> Iterator[BaseRows]:
    tables = {table.name: table for table in structure.tables}
    missing = sorted(set(wanted) - set(tables))
    if missing:
        raise BlueprintError.because(
            f"У шаблоні немає таблиць, чиї рядки треба перенести: {', '.join(missing)}.",
            "домігруйте шаблон або приберіть їх зі списку базових рядків.",
        )
    _refuse_business_rows(reader, [t for t in structure.tables if t.name not in wanted and not t.partition_key])
    for name in sorted(wanted):
        columns = tuple(column.name for column in tables[name].columns if not column.generated)
        listed = ", ".join(f"{ident(column)}::text" for column in columns)
        rows = reader.run(f"SELECT ARRAY[{listed}] AS row FROM {in_schema(name)}")
        yield BaseRows(name, columns, tuple(sorted(wanted[name])), _in_key_order(tables[name], columns, rows))


def _in_key_order(
    table: Table, columns: tuple[str, ...], rows: list[dict[str, list[str | None]]]
) -> tuple[tuple[str | None, ...], ...]:
    key = [columns.index(name) for name in table.primary_key] or range(len(columns))

    def order(row: tuple[str | None, ...]) -> list[tuple[int, str]]:
        values = [row[place] or "" for place in key]
        return [(len(value) if value.isdigit() else 0, value) for value in values]

    return tuple(sorted((tuple(row["row"]) for row in rows), key=order))


def _refuse_business_rows(reader: Reader, tables: list[Table]) -> None:
    if not tables:
        return
    query = " UNION ALL ".join(
        f"SELECT {literal(table.name)} AS name WHERE EXISTS (SELECT FROM ONLY {in_schema(table.name)})"
        for table in tables
    )
    filled = sorted(row["name"] for row in reader.run(query))
    if filled:
        raise BlueprintError.because(
            f"У шаблоні «{reader.schema}» є рядки в таблицях: {', '.join(filled)}.",
            "шаблон має бути порожній: видаліть рядки або назвіть таблицю серед базових, "
            "якщо з ними народжується кожна громада.",
        )
