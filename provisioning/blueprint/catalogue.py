"""What a schema is made of, read from the system catalogue in a handful of set-based queries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields

from provisioning.blueprint import queries, refusals
from provisioning.blueprint.errors import BlueprintError, Problem
from provisioning.blueprint.names import ROLE, SCHEMA, ident, in_schema
from provisioning.blueprint.ordering import dependencies_first
from provisioning.blueprint.reader import Connection, Reader, Row, reading
from provisioning.blueprint.structure import (
    Column,
    Comment,
    Constraint,
    DefaultGrant,
    DomainType,
    EnumType,
    Grant,
    Index,
    Role,
    Sequence,
    Statistics,
    Structure,
    Table,
    Trigger,
    Use,
    View,
)


def read_structure(conn: Connection, schema: str, *, role: str | None = None) -> Structure:
    """Everything in the schema but its rows; what cannot be copied is listed in `unsupported`."""
    with reading(conn, schema) as reader:
        return structure_of(reader, role or schema)


def require_supported(structure: Structure) -> None:
    if structure.unsupported:
        raise BlueprintError(structure.unsupported)


def structure_of(reader: Reader, role: str) -> Structure:
    """The same inside an open reading, for those who also want the rows."""
    return _Assembly(reader, role).structure()


def access_of(reader: Reader, role: str) -> tuple[tuple[Grant, ...], tuple[DefaultGrant, ...]]:
    """Privileges only: what a role loses and another receives when they change places."""

    def grantee(row: Row) -> str:
        return ROLE if row["grantee"] == role else row["grantee"]

    grants = (
        Grant(row["kind"], row["name"], row["column"], grantee(row), row["privilege"], row["grantable"])
        for row in reader.rows(queries.GRANTS)
    )
    later = (
        DefaultGrant(row["kind"], grantee(row), row["privilege"], row["grantable"])
        for row in reader.rows(queries.DEFAULT_GRANTS)
    )
    return tuple(sorted(grants)), tuple(sorted(later))


class _Assembly:
    """Puts the answers of the queries together; every object is known by its id until it is placed."""

    def __init__(self, reader: Reader, role: str) -> None:
        self.reader = reader
        self.role = role
        self.problems: list[Problem] = list(refusals.of_members(reader.members))
        self.relations = {row["oid"]: row for row in reader.definitions(queries.RELATIONS)}
        self.names = {oid: row["name"] for oid, row in self.relations.items()}
        self.sequences = {row["oid"]: row for row in reader.rows(queries.SEQUENCES)}
        self.constraints = {row["oid"]: row for row in reader.definitions(queries.CONSTRAINTS)}
        self.indexes = {row["oid"]: row for row in reader.definitions(queries.INDEXES)}
        self.triggers = {row["oid"]: row for row in reader.definitions(queries.TRIGGERS)}
        self.types = {row["oid"]: row for row in reader.definitions(queries.TYPES)}
        self.statistics = {row["oid"]: row for row in reader.definitions(queries.STATISTICS)}
        self.columns = self._columns()
        self.constraints_of = _grouped(self.constraints, "relation")
        self.indexes_of = _grouped(self.indexes, "relation")

    def structure(self) -> Structure:
        tables = tuple(self._table(row) for row in self._relations_of("rp"))
        views = self._views()
        domains = self._domains()
        triggers = tuple(sorted(map(_trigger, self.triggers.values()), key=lambda t: (t.table, t.name)))
        uses = [row for row in self.reader.rows(queries.USES) if row["schema"] is not None]
        grants, default_grants = access_of(self.reader, self.role)
        self._look_for_problems(uses, tables, views, domains, triggers)
        return Structure(
            owner=self.reader.owner,
            tables=tables,
            sequences=tuple(_sequence(row) for row in _by_name(self.sequences) if row["dependency"] != "i"),
            views=views,
            enums=tuple(
                EnumType(row["name"], row["owner"], tuple(row["labels"]))
                for row in _by_name(self.types)
                if row["kind"] == "e"
            ),
            domains=domains,
            triggers=triggers,
            statistics=tuple(
                Statistics(row["name"], row["definition"], row["target"]) for row in _by_name(self.statistics)
            ),
            grants=grants,
            default_grants=default_grants,
            comments=tuple(sorted(self._comments())),
            uses=tuple(sorted(Use(row["user"], row["object"], row["schema"], row["extension"]) for row in uses)),
            role=self._role(),
            pins=tuple(sorted(self._pins())),
            unsupported=tuple(
                Problem(problem.fact.replace(SCHEMA, self.reader.schema), problem.cure)
                for problem in dict.fromkeys(self.problems)
            ),
        )

    def _columns(self) -> dict[int, tuple[Column, ...]]:
        identity = {
            (row["table"], row["column"]): _sequence(row) for row in self.sequences.values() if row["dependency"] == "i"
        }
        columns: dict[int, tuple[Column, ...]] = {}
        for row in self.reader.definitions(queries.COLUMNS):
            relation, kind = row["relation"], self.relations[row["relation"]]["kind"]
            if kind == "S":
                continue
            table = self.names[relation]
            if kind in {"r", "p"}:
                self.problems += refusals.of_column(table, row)
            columns[relation] = (*columns.get(relation, ()), _column(row, identity.get((table, row["name"]))))
        return columns

    def _relations_of(self, kinds: str) -> list[Row]:
        return [row for row in _by_name(self.relations) if row["kind"] in kinds]

    def _table(self, row: Row) -> Table:
        indexes = {index["name"]: index for index in self.indexes_of.get(row["oid"], [])}
        return Table(
            name=row["name"],
            owner=row["owner"],
            unlogged=row["persistence"] == "u",
            options=_options(row),
            columns=self.columns.get(row["oid"], ()),
            constraints=tuple(map(_constraint, self.constraints_of.get(row["oid"], []))),
            indexes=tuple(map(_index, indexes.values())),
            partition_key=row["partition_key"],
            partition_of=self.names.get(row["parents"][0]) if row["parents"] else None,
            partition_bound=row["partition_bound"],
            replica_identity=row["replica_identity"],
            replica_index=next((name for name, i in indexes.items() if i["replica"]), None),
            cluster_index=next((name for name, i in indexes.items() if i["clustered"]), None),
        )

    def _views(self) -> tuple[View, ...]:
        views = {row["name"]: row for row in self._relations_of("vm")}
        needs: dict[str, set[str]] = {}
        for row in self.reader.rows(queries.VIEW_READS):
            source = self.names.get(row["source"])
            if source is not None and source in views:
                needs.setdefault(self.names[row["view"]], set()).add(source)
        return tuple(self._view(views[name]) for name in dependencies_first(views, needs))

    def _view(self, row: Row) -> View:
        return View(
            name=row["name"],
            owner=row["owner"],
            materialized=row["kind"] == "m",
            populated=row["populated"],
            definition=row["definition"].strip().removesuffix(";"),
            options=_options(row),
            columns=self.columns.get(row["oid"], ()),
            indexes=tuple(map(_index, self.indexes_of.get(row["oid"], []))),
        )

    def _domains(self) -> tuple[DomainType, ...]:
        domains = {row["name"]: row for row in self.types.values() if row["kind"] == "d"}
        by_id = {row["oid"]: row["name"] for row in domains.values()}
        needs = {name: [by_id[row["base_oid"]]] for name, row in domains.items() if row["base_oid"] in by_id}
        constraints_of = _grouped(self.constraints, "domain")
        return tuple(
            DomainType(
                name=name,
                owner=domains[name]["owner"],
                type=domains[name]["base"],
                collation=domains[name]["collation"],
                not_null=domains[name]["not_null"],
                default=domains[name]["default"],
                constraints=tuple(map(_constraint, constraints_of.get(domains[name]["oid"], []))),
            )
            for name in dependencies_first(domains, needs)
        )

    def _comments(self) -> Iterator[Comment]:
        relation_words = {"r": "TABLE", "p": "TABLE", "v": "VIEW", "m": "MATERIALIZED VIEW", "S": "SEQUENCE"}
        rows = self.reader.rows(
            queries.COMMENTS,
            indexes=list(self.indexes),
            constraints=list(self.constraints),
            triggers=list(self.triggers),
        )
        for row in rows:
            oid = row["oid"]
            match row["catalogue"]:
                case "pg_namespace":
                    target = f"SCHEMA {SCHEMA}"
                case "pg_class" if oid in self.indexes:
                    target = f"INDEX {in_schema(self.indexes[oid]['name'])}"
                case "pg_class" if row["column"] is not None:
                    target = f"COLUMN {in_schema(self.names[oid])}.{ident(row['column'])}"
                case "pg_class":
                    target = f"{relation_words[self.relations[oid]['kind']]} {in_schema(self.names[oid])}"
                case "pg_type":
                    word = "DOMAIN" if self.types[oid]["kind"] == "d" else "TYPE"
                    target = f"{word} {in_schema(self.types[oid]['name'])}"
                case "pg_constraint":
                    target = self._constraint_address(self.constraints[oid])
                case "pg_trigger":
                    trigger = self.triggers[oid]
                    target = f"TRIGGER {ident(trigger['name'])} ON {in_schema(trigger['table'])}"
                case _:
                    target = f"STATISTICS {in_schema(self.statistics[oid]['name'])}"
            yield Comment(target, row["text"])

    def _constraint_address(self, constraint: Row) -> str:
        domain = self.types.get(constraint["domain"])
        place = f"DOMAIN {in_schema(domain['name'])}" if domain else in_schema(self.names[constraint["relation"]])
        return f"CONSTRAINT {ident(constraint['name'])} ON {place}"

    def _role(self) -> Role:
        rows = self.reader.rows(queries.ROLE, role=self.role)
        if not rows:
            return Role(exists=False)
        row = rows[0]
        return Role(True, row["login"], row["inherit"], row["elevated"], tuple(row["member_of"]), tuple(row["members"]))

    def _pins(self) -> Iterator[str]:
        """Settings that name this schema; text, so they neither follow a rename nor come with a copy."""
        word = re.compile(rf"(?<!\w){re.escape(self.reader.schema)}(?!\w)")
        for row in self.reader.rows(queries.PINS, needle=self.reader.schema):
            if word.search(row["setting"]):
                holder = ROLE if row["kind"] == "ROLE" and row["holder"] == self.role else row["holder"]
                yield f"{row['kind']} {holder} SET {word.sub(lambda _: SCHEMA, row['setting'])}"

    def _look_for_problems(
        self,
        uses: Iterable[Row],
        tables: tuple[Table, ...],
        views: tuple[View, ...],
        domains: tuple[DomainType, ...],
        triggers: tuple[Trigger, ...],
    ) -> None:
        for row in self.relations.values():
            self.problems += refusals.of_relation(row, self.names)
        for row in self.types.values():
            self.problems += refusals.of_type(row)
        for row in self.indexes.values():
            self.problems += refusals.of_index(self.names[row["relation"]], row)
        for row in self.constraints.values():
            table = self.names.get(row["relation"]) or self.types[row["domain"]]["name"]
            self.problems += refusals.of_constraint(table, row, SCHEMA)
        self.problems += refusals.of_uses(uses)
        self.problems += refusals.of_dependents(self.reader.rows(queries.OUTSIDE_DEPENDENTS))
        self.problems += refusals.of_text(
            self.reader.schema, self.names.values(), _definitions(tables, views, domains, triggers), triggers
        )


def _definitions(
    tables: Iterable[Table], views: Iterable[View], domains: Iterable[DomainType], triggers: Iterable[Trigger]
) -> Iterator[tuple[str, str]]:
    """Every piece of SQL in the schema with the words that find it for a human."""
    for table in tables:
        for column in table.columns:
            yield f"Колонка «{table.name}.{column.name}»", column.expression or ""
        for constraint in table.constraints:
            yield f"Обмеження «{constraint.name}» таблиці «{table.name}»", constraint.definition
        for index in table.indexes:
            yield f"Індекс «{index.name}»", index.definition
    for view in views:
        yield f"Подання «{view.name}»", view.definition
    for domain in domains:
        yield f"Домен «{domain.name}»", domain.default or ""
        for constraint in domain.constraints:
            yield f"Обмеження «{constraint.name}» домену «{domain.name}»", constraint.definition
    for trigger in triggers:
        yield f"Тригер «{trigger.name}» таблиці «{trigger.table}»", trigger.definition


def _by_name(rows: Mapping[int, Row]) -> list[Row]:
    return sorted(rows.values(), key=lambda row: row["name"])


def _grouped(rows: Mapping[int, Row], by: str) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = {}
    for row in _by_name(rows):
        groups.setdefault(row[by], []).append(row)
    return groups


def _options(row: Row) -> tuple[str, ...]:
    toast = (f"toast.{option}" for option in row["toast_options"] or ())
    return tuple(sorted((*(row["options"] or ()), *toast)))


def _sequence(row: Row) -> Sequence:
    return Sequence(**{part.name: row[part.name] for part in fields(Sequence)})


def _column(row: Row, sequence: Sequence | None) -> Column:
    return Column(
        name=row["name"],
        type=row["type"],
        not_null=row["not_null"],
        # From PostgreSQL 17 a partition's identity is its parent's, without a sequence of its own.
        identity=row["identity"] if sequence else "",
        generated=row["generated"],
        expression=row["expression"],
        collation=row["collation"],
        storage=row["storage"],
        compression=row["compression"],
        statistics=row["statistics"],
        options=tuple(sorted(row["options"] or ())),
        sequence=sequence,
    )


def _constraint(row: Row) -> Constraint:
    return Constraint(
        row["name"],
        row["kind"],
        row["definition"],
        row["valid"],
        tuple(row["columns"]),
        row["target_schema"],
        row["target"],
    )


def _index(row: Row) -> Index:
    return Index(
        row["name"],
        row["definition"],
        row["constraint"],
        row["parent"],
        tuple(sorted(row["options"] or ())),
        tuple((place, target) for place, target in row["statistics"]),
    )


def _trigger(row: Row) -> Trigger:
    arguments = bytes(row["arguments"] or b"").decode()
    return Trigger(
        name=row["name"],
        table=row["table"],
        definition=row["definition"],
        enabled=row["enabled"],
        function=row["function"],
        function_schema=row["function_schema"],
        function_settings=tuple(row["function_settings"]),
        transition=row["transition"],
        arguments=tuple(arguments.split("\0")[:-1]),
    )
