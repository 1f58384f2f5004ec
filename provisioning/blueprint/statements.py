"""SQL text for every kind of object; all of it bears the placeholders of `names`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from provisioning.blueprint.names import ROLE, SCHEMA, ident, in_schema, literal
from provisioning.blueprint.structure import (
    Column,
    Constraint,
    DefaultGrant,
    DomainType,
    EnumType,
    Grant,
    Index,
    Sequence,
    Statistics,
    Table,
    Trigger,
    View,
)

# Built with CREATE TABLE; the others need rows or other tables in place.
INLINE_CONSTRAINTS = "puc"

_RANGES = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}
_TRIGGER_STATES = {"D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}
_REPLICA_IDENTITIES = {"n": "NOTHING", "f": "FULL"}


def create_enum(enum: EnumType) -> str:
    return f"CREATE TYPE {in_schema(enum.name)} AS ENUM ({', '.join(map(literal, enum.labels))})"


def create_domain(domain: DomainType) -> str:
    parts = [f"CREATE DOMAIN {in_schema(domain.name)} AS {domain.type}"]
    if domain.collation:
        parts.append(f"COLLATE {domain.collation}")
    if domain.default is not None:
        parts.append(f"DEFAULT {domain.default}")
    if domain.not_null:
        parts.append("NOT NULL")
    parts += (f"CONSTRAINT {ident(c.name)} {c.definition}" for c in domain.constraints)
    return " ".join(parts)


def create_sequence(sequence: Sequence) -> str:
    kind = "" if sequence.type == "bigint" else f" AS {sequence.type}"
    return f"CREATE SEQUENCE {in_schema(sequence.name)}{kind}{_sequence_options(sequence)}"


def own_sequence(sequence: Sequence) -> str:
    return (
        f"ALTER SEQUENCE {in_schema(sequence.name)} OWNED BY "
        f"{in_schema(sequence.table or '')}.{ident(sequence.column or '')}"
    )


def create_table(table: Table) -> str:
    lines = [_column(column) for column in table.columns]
    lines += [_constraint(c) for c in table.constraints if c.kind in INLINE_CONSTRAINTS]
    body = ",\n  ".join(lines)
    unlogged = "UNLOGGED " if table.unlogged else ""
    partitioned = f" PARTITION BY {table.partition_key}" if table.partition_key else ""
    return f"CREATE {unlogged}TABLE {in_schema(table.name)} (\n  {body}\n){partitioned}{_with(table.options)}"


def tune_columns(table: Table | View) -> Iterator[str]:
    word = "MATERIALIZED VIEW" if isinstance(table, View) else "TABLE ONLY"
    changes: list[str] = []
    for column in table.columns:
        name = f"ALTER COLUMN {ident(column.name)}"
        if column.storage:
            changes.append(f"{name} SET STORAGE {column.storage}")
        if column.statistics is not None:
            changes.append(f"{name} SET STATISTICS {column.statistics}")
        if column.options:
            changes.append(f"{name} SET ({_option_list(column.options)})")
    if changes:
        yield f"ALTER {word} {in_schema(table.name)} {', '.join(changes)}"


def attach_partition(table: Table) -> str:
    return (
        f"ALTER TABLE ONLY {in_schema(table.partition_of or '')} "
        f"ATTACH PARTITION {in_schema(table.name)} {table.partition_bound}"
    )


def add_constraints(table: Table, constraints: Iterable[Constraint]) -> str:
    added = ",\n  ".join(f"ADD {_constraint(constraint)}" for constraint in constraints)
    # A partitioned table hands its foreign keys and checks down, so ONLY would leave its parts without them.
    only = "" if table.partition_key else "ONLY "
    return f"ALTER TABLE {only}{in_schema(table.name)}\n  {added}"


def attach_index(index: Index) -> str:
    return f"ALTER INDEX {in_schema(index.parent or '')} ATTACH PARTITION {in_schema(index.name)}"


def tune_index(index: Index) -> Iterator[str]:
    # A constraint's definition does not speak of its index's options, a plain index's does.
    if index.constraint and index.options:
        yield f"ALTER INDEX {in_schema(index.name)} SET ({_option_list(index.options)})"
    for place, target in index.statistics:
        yield f"ALTER INDEX {in_schema(index.name)} ALTER COLUMN {place} SET STATISTICS {target}"


def identify_rows(table: Table) -> Iterator[str]:
    name = in_schema(table.name)
    if table.replica_identity in _REPLICA_IDENTITIES:
        yield f"ALTER TABLE ONLY {name} REPLICA IDENTITY {_REPLICA_IDENTITIES[table.replica_identity]}"
    elif table.replica_identity == "i" and table.replica_index:
        yield f"ALTER TABLE ONLY {name} REPLICA IDENTITY USING INDEX {ident(table.replica_index)}"
    if table.cluster_index:
        yield f"ALTER TABLE {name} CLUSTER ON {ident(table.cluster_index)}"


def create_view(view: View) -> str:
    kind = "MATERIALIZED VIEW" if view.materialized else "VIEW"
    data = "" if not view.materialized else "\nWITH DATA" if view.populated else "\nWITH NO DATA"
    return f"CREATE {kind} {in_schema(view.name)}{_with(view.options)} AS\n{view.definition}{data}"


def default_of_view(view: View) -> Iterator[str]:
    for column in view.columns:
        if column.expression is not None:
            yield (
                f"ALTER VIEW {in_schema(view.name)} ALTER COLUMN {ident(column.name)} SET DEFAULT {column.expression}"
            )


def set_trigger_state(trigger: Trigger, *, of_view: bool) -> Iterator[str]:
    if trigger.enabled in _TRIGGER_STATES and not of_view:
        yield (
            f"ALTER TABLE {in_schema(trigger.table)} {_TRIGGER_STATES[trigger.enabled]} TRIGGER {ident(trigger.name)}"
        )


def tune_statistics(statistics: Statistics) -> Iterator[str]:
    if statistics.target is not None:
        yield f"ALTER STATISTICS {in_schema(statistics.name)} SET STATISTICS {statistics.target}"


def grant_all(grants: Iterable[Grant]) -> Iterator[str]:
    """As few statements as there are different sets of privileges: a tenant has hundreds of like tables."""
    columns: dict[tuple[str, str, str, bool], dict[str, list[str]]] = {}
    objects: dict[tuple[str, str, str, bool], list[str]] = {}
    for grant in grants:
        key = (grant.kind, grant.name, grant.grantee, grant.grantable)
        if grant.column:
            columns.setdefault(key, {}).setdefault(grant.privilege, []).append(grant.column)
        else:
            objects.setdefault(key, []).append(grant.privilege)
    alike: dict[tuple[str, tuple[str, ...], str, bool], list[str]] = {}
    for (kind, name, grantee, grantable), privileges in objects.items():
        alike.setdefault((kind, tuple(sorted(privileges)), grantee, grantable), []).append(name)
    for (kind, allowed, grantee, grantable), names in sorted(alike.items()):
        on = SCHEMA if kind == "SCHEMA" else ", ".join(in_schema(name) for name in sorted(names))
        yield f"GRANT {', '.join(allowed)} ON {kind} {on} TO {_grantee(grantee)}{_option(grantable)}"
    for (kind, name, grantee, grantable), per_privilege in sorted(columns.items()):
        listed = ", ".join(
            f"{privilege} ({', '.join(ident(column) for column in sorted(names))})"
            for privilege, names in sorted(per_privilege.items())
        )
        yield f"GRANT {listed} ON {kind} {in_schema(name)} TO {_grantee(grantee)}{_option(grantable)}"


def grant_later(grants: Iterable[DefaultGrant]) -> Iterator[str]:
    """Privileges on what will be made later; without FOR ROLE they speak of the one who runs them, the owner."""
    alike: dict[tuple[str, str, bool], list[str]] = {}
    for grant in grants:
        alike.setdefault((grant.kind, grant.grantee, grant.grantable), []).append(grant.privilege)
    for (kind, grantee, grantable), privileges in sorted(alike.items()):
        yield (
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {SCHEMA} GRANT {', '.join(sorted(privileges))} "
            f"ON {kind} TO {_grantee(grantee)}{_option(grantable)}"
        )


def set_position(sequence: str, last_value: int, called: bool) -> str:
    address = literal(in_schema(sequence))
    return f"SELECT pg_catalog.setval({address}::pg_catalog.regclass, {last_value}, {str(called).lower()})"


def insert_rows(table: str, columns: Iterable[str], rows: Iterable[Iterable[str | None]]) -> str:
    """Identity values are kept as they are, whether the column is ALWAYS or BY DEFAULT."""
    names = ", ".join(map(ident, columns))
    values = ",\n".join(f"({', '.join(map(literal, row))})" for row in rows)
    return f"INSERT INTO {in_schema(table)} ({names}) OVERRIDING SYSTEM VALUE VALUES\n{values}"


def _column(column: Column) -> str:
    parts = [ident(column.name), column.type]
    if column.compression:
        parts.append(f"COMPRESSION {column.compression}")
    if column.collation:
        parts.append(f"COLLATE {column.collation}")
    if column.generated:
        parts.append(f"GENERATED ALWAYS AS ({column.expression}) {'STORED' if column.generated == 's' else 'VIRTUAL'}")
    elif column.identity and column.sequence:
        always = "ALWAYS" if column.identity == "a" else "BY DEFAULT"
        options = f"SEQUENCE NAME {in_schema(column.sequence.name)}{_sequence_options(column.sequence)}"
        parts.append(f"GENERATED {always} AS IDENTITY ({options})")
    elif column.expression is not None:
        parts.append(f"DEFAULT {column.expression}")
    if column.not_null:
        parts.append("NOT NULL")
    return " ".join(parts)


def _constraint(constraint: Constraint) -> str:
    return f"CONSTRAINT {ident(constraint.name)} {constraint.definition}"


def _sequence_options(sequence: Sequence) -> str:
    limit = _RANGES[sequence.type]
    rising = sequence.increment > 0
    lowest, highest = (1, limit - 1) if rising else (-limit, -1)
    options = []
    if sequence.increment != 1:
        options.append(f"INCREMENT BY {sequence.increment}")
    if sequence.minimum != lowest:
        options.append(f"MINVALUE {sequence.minimum}")
    if sequence.maximum != highest:
        options.append(f"MAXVALUE {sequence.maximum}")
    if sequence.start != (sequence.minimum if rising else sequence.maximum):
        options.append(f"START WITH {sequence.start}")
    if sequence.cache != 1:
        options.append(f"CACHE {sequence.cache}")
    if sequence.cycle:
        options.append("CYCLE")
    return "".join(f" {option}" for option in options)


def _with(options: tuple[str, ...]) -> str:
    return f" WITH ({_option_list(options)})" if options else ""


def _option_list(options: Iterable[str]) -> str:
    pairs = (option.partition("=") for option in options)
    return ", ".join(f"{name}={literal(value)}" for name, _, value in pairs)


def _grantee(name: str) -> str:
    return name if name == ROLE else ident(name) if name else "PUBLIC"


def _option(grantable: bool) -> str:
    return " WITH GRANT OPTION" if grantable else ""
