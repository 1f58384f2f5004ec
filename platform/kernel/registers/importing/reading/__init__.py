"""A file of any kind as rows of text cells with the numbers they have in the file."""

from kernel.registers.importing.reading.problems import Unreadable
from kernel.registers.importing.reading.tables import LARGEST_FILE, Row, Table, open_table

__all__ = ["LARGEST_FILE", "Row", "Table", "Unreadable", "open_table"]
