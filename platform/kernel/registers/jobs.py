"""Where the worker looks for this app's jobs."""

from kernel.registers.bulk import run_bulk
from kernel.registers.exporting.keeping import run_export
from kernel.registers.many import run_action

__all__ = ["run_action", "run_bulk", "run_export"]
