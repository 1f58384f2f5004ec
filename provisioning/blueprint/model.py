"""The blueprint: a template schema as SQL with placeholders, and the facts that its users need.

It is plain data: it goes into a table, into an archive and back, and its version is the checksum of
what it would build.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from provisioning.blueprint.errors import BlueprintError
from provisioning.blueprint.names import SCHEMA, fill, require_tenant_name
from provisioning.blueprint.reader import STEADY_TEXT
from provisioning.blueprint.statements import insert_rows

FORMAT = 1
ROWS_IN_A_STATEMENT = 500


class Section(StrEnum):
    """Parts of the text in the order in which they run."""

    TYPES = "types"
    SEQUENCES = "sequences"
    TABLES = "tables"
    POSITIONS = "positions"
    CONSTRAINTS = "constraints"
    INDEXES = "indexes"
    FOREIGN_KEYS = "foreign_keys"
    VIEWS = "views"
    TRIGGERS = "triggers"
    STATISTICS = "statistics"
    COMMENTS = "comments"
    GRANTS = "grants"


_BEFORE_ROWS = (Section.TYPES, Section.SEQUENCES, Section.TABLES)
_AFTER_ROWS = tuple(Section)[tuple(Section).index(Section.CONSTRAINTS) :]


@dataclass(frozen=True, slots=True)
class Statement:
    section: Section
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    name: str
    type: str
    not_null: bool
    identity: str
    generated: bool


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What export and restore need to know of a table; a partitioned one holds no rows of its own."""

    name: str
    columns: tuple[ColumnFacts, ...]
    primary_key: tuple[str, ...]
    partitioned: bool
    partition_of: str | None
    owner: str
    privileges: tuple[str, ...]

    @property
    def copied_columns(self) -> tuple[str, ...]:
        """Columns that COPY writes: a generated one is computed again."""
        return tuple(column.name for column in self.columns if not column.generated)


@dataclass(frozen=True, slots=True)
class TriggerFacts:
    name: str
    table: str
    function: str
    function_schema: str
    function_settings: tuple[str, ...]
    transition: bool


@dataclass(frozen=True, slots=True)
class ForeignKeyFacts:
    name: str
    table: str
    target_schema: str
    target: str


@dataclass(frozen=True, slots=True)
class ExtensionUse:
    """An object of an extension that the schema needs where it is restored."""

    extension: str
    schema: str
    object: str


@dataclass(frozen=True, slots=True)
class BaseRows:
    """Rows every tenant is born with; volatile columns (a moment, a counter) do not change the version."""

    table: str
    columns: tuple[str, ...]
    volatile: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]

    def lasting(self) -> list[list[str | None]]:
        kept = [place for place, name in enumerate(self.columns) if name not in self.volatile]
        picked = [[row[place] for place in kept] for row in self.rows]
        return sorted(picked, key=lambda row: [(value is None, value or "") for value in row])


class Parts(NamedTuple):
    """The text cut where rows are loaded; `rows` are the template's own, which a restore replaces."""

    before_rows: str
    rows: str
    after_rows: str


@dataclass(frozen=True)
class Blueprint:
    statements: tuple[Statement, ...]
    base_rows: tuple[BaseRows, ...]
    tables: tuple[TableFacts, ...]
    sequences: tuple[str, ...]
    triggers: tuple[TriggerFacts, ...]
    foreign_keys: tuple[ForeignKeyFacts, ...]
    extensions: tuple[ExtensionUse, ...]
    owner: str

    @cached_property
    def version(self) -> str:
        """Equal for equal schemas whatever they are called, whenever and in whatever order they grew."""
        digest = hashlib.sha256(f"hromada blueprint {FORMAT}\n".encode())
        for statement in self.statements:
            if statement.section is not Section.POSITIONS:
                digest.update(f"{statement.section}\0{statement.text}\0".encode())
        for rows in self.base_rows:
            kept = [name for name in rows.columns if name not in rows.volatile]
            digest.update(json.dumps([rows.table, kept, rows.lasting()], ensure_ascii=False).encode())
        return digest.hexdigest()

    def sql(self, schema: str, role: str | None = None) -> str:
        """The whole schema as one text for one transaction and one round trip; the role must exist."""
        return "".join(self.structure_parts(schema, role))

    def structure_parts(self, schema: str, role: str | None = None) -> Parts:
        """The same text in three pieces, so that rows can be loaded before indexes and checks of references."""
        require_tenant_name(schema)
        role = require_tenant_name(role or schema)
        before = [*self._preamble(), *self._texts(_BEFORE_ROWS)]
        rows = [*self._inserts(), *self._texts((Section.POSITIONS,))]
        after = self._texts(_AFTER_ROWS)
        return Parts(*(fill("".join(f"{text};\n" for text in texts), schema, role) for texts in (before, rows, after)))

    def to_json(self) -> str:
        """Sorted and without spaces to spare, so that equal blueprints are equal files."""
        content = {"format": FORMAT, "version": self.version, **asdict(self)}
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Blueprint:
        try:
            content = json.loads(text)
            if content.pop("format") != FORMAT:
                raise BlueprintError.because(
                    "Цей шаблон записаний іншою версією системи.",
                    "оновіть установку до тієї версії, що створила архів, або новішої.",
                )
            version = content.pop("version")
            blueprint = _from_content(content)
        except (ValueError, KeyError, TypeError, AttributeError) as broken:
            raise BlueprintError.because(
                f"Записаний шаблон не читається: {broken}", "візьміть неушкоджений архів або зберіть шаблон знову."
            ) from broken
        if blueprint.version != version:
            raise BlueprintError.because(
                "Записаний шаблон змінено: контрольна сума не збігається.",
                "візьміть неушкоджений архів або зберіть шаблон знову: hromada template build.",
            )
        return blueprint

    def _preamble(self) -> Iterator[str]:
        yield STEADY_TEXT.removesuffix(";")
        yield f"CREATE SCHEMA {SCHEMA}"

    def _texts(self, sections: Iterable[Section]) -> list[str]:
        wanted = frozenset(sections)
        return [statement.text for statement in self.statements if statement.section in wanted]

    def _inserts(self) -> Iterator[str]:
        for base in self.base_rows:
            for start in range(0, len(base.rows), ROWS_IN_A_STATEMENT):
                yield insert_rows(base.table, base.columns, base.rows[start : start + ROWS_IN_A_STATEMENT])


def _from_content(content: dict[str, Any]) -> Blueprint:
    return Blueprint(
        statements=tuple(Statement(Section(s["section"]), s["subject"], s["text"]) for s in content["statements"]),
        base_rows=tuple(
            BaseRows(b["table"], tuple(b["columns"]), tuple(b["volatile"]), tuple(map(tuple, b["rows"])))
            for b in content["base_rows"]
        ),
        tables=tuple(
            TableFacts(
                **{
                    **table,
                    "columns": tuple(ColumnFacts(**column) for column in table["columns"]),
                    "primary_key": tuple(table["primary_key"]),
                    "privileges": tuple(table["privileges"]),
                }
            )
            for table in content["tables"]
        ),
        sequences=tuple(content["sequences"]),
        triggers=tuple(
            TriggerFacts(**{**trigger, "function_settings": tuple(trigger["function_settings"])})
            for trigger in content["triggers"]
        ),
        foreign_keys=tuple(ForeignKeyFacts(**key) for key in content["foreign_keys"]),
        extensions=tuple(ExtensionUse(**use) for use in content["extensions"]),
        owner=content["owner"],
    )
