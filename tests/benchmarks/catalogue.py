"""What tenants weigh: on disk, in the system catalogue, in the memory of a backend."""

from __future__ import annotations

from dataclasses import dataclass

from provisioning.db import Connection

CATALOGUES = (
    "pg_class",
    "pg_attribute",
    "pg_index",
    "pg_constraint",
    "pg_depend",
    "pg_type",
    "pg_trigger",
    "pg_attrdef",
)


@dataclass(frozen=True, slots=True)
class Weight:
    megabytes: float
    relations: float
    rows: float

    def __sub__(self, other: Weight) -> Weight:
        return Weight(self.megabytes - other.megabytes, self.relations - other.relations, self.rows - other.rows)

    def per(self, count: int) -> Weight:
        return Weight(self.megabytes / count, self.relations / count, self.rows / count)

    def __str__(self) -> str:
        return (
            f"{self.megabytes:.1f} МБ, {self.relations:.0f} рядків pg_class, {self.rows:.0f} рядків каталогу на громаду"
        )


def weigh(connection: Connection) -> Weight:
    counts = " + ".join(f"(SELECT count(*) FROM pg_catalog.{name})" for name in CATALOGUES)
    row = connection.execute(
        f"SELECT pg_database_size(current_database()) / 1048576.0, (SELECT count(*) FROM pg_class), {counts}"
    ).fetchone()
    assert row
    return Weight(float(row[0]), float(row[1]), float(row[2]))
