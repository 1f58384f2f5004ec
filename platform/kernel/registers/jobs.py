"""Where the worker looks for this app's jobs."""

from kernel.registers.bulk import run_bulk
from kernel.registers.exporting.keeping import run_export

__all__ = ["run_bulk", "run_export"]
