"""What a schema is made of, as read from the catalogue; every definition already bears the placeholder."""

from __future__ import annotations

from dataclasses import dataclass, field

from provisioning.blueprint.errors import Problem


@dataclass(frozen=True, slots=True)
class Sequence:
    name: str
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool
    owner: str
    table: str | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    not_null: bool
    identity: str
    generated: str
    expression: str | None
    collation: str | None
    storage: str | None
    compression: str
    statistics: int | None
    options: tuple[str, ...]
    sequence: Sequence | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    name: str
    kind: str
    definition: str
    valid: bool
    columns: tuple[str, ...]
    target_schema: str | None
    target: str | None


@dataclass(frozen=True, slots=True)
class Index:
    name: str
    definition: str
    constraint: bool
    parent: str | None
    options: tuple[str, ...]
    statistics: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Trigger:
    name: str
    table: str
    definition: str
    enabled: str
    function: str
    function_schema: str
    function_settings: tuple[str, ...]
    transition: bool
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    owner: str
    unlogged: bool
    options: tuple[str, ...]
    columns: tuple[Column, ...]
    constraints: tuple[Constraint, ...]
    indexes: tuple[Index, ...]
    partition_key: str | None
    partition_of: str | None
    partition_bound: str | None
    replica_identity: str
    replica_index: str | None
    cluster_index: str | None

    @property
    def primary_key(self) -> tuple[str, ...]:
        return next((c.columns for c in self.constraints if c.kind == "p"), ())


@dataclass(frozen=True, slots=True)
class View:
    name: str
    owner: str
    materialized: bool
    populated: bool
    definition: str
    options: tuple[str, ...]
    columns: tuple[Column, ...]
    indexes: tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class EnumType:
    name: str
    owner: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DomainType:
    name: str
    owner: str
    type: str
    collation: str | None
    not_null: bool
    default: str | None
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    name: str
    definition: str
    target: int | None


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One privilege; `kind` is the word GRANT wants, and an empty grantee is PUBLIC."""

    kind: str
    name: str
    column: str
    grantee: str
    privilege: str
    grantable: bool


@dataclass(frozen=True, slots=True, order=True)
class DefaultGrant:
    """What a role receives on objects the owner makes later."""

    kind: str
    grantee: str
    privilege: str
    grantable: bool


@dataclass(frozen=True, slots=True, order=True)
class Comment:
    target: str
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """An object outside the schema that something inside depends on."""

    user: str
    object: str
    schema: str
    extension: str


@dataclass(frozen=True, slots=True)
class Role:
    exists: bool
    login: bool = False
    inherit: bool = False
    elevated: bool = False
    member_of: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Structure:
    """A whole schema without its rows; sequences of views and tables come ordered by name."""

    owner: str
    tables: tuple[Table, ...]
    sequences: tuple[Sequence, ...]
    views: tuple[View, ...]
    enums: tuple[EnumType, ...]
    domains: tuple[DomainType, ...]
    triggers: tuple[Trigger, ...]
    statistics: tuple[Statistics, ...]
    grants: tuple[Grant, ...]
    default_grants: tuple[DefaultGrant, ...]
    comments: tuple[Comment, ...]
    uses: tuple[Use, ...]
    role: Role
    pins: tuple[str, ...]
    unsupported: tuple[Problem, ...] = field(default=())
