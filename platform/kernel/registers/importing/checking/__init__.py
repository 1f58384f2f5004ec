"""The trial run: every line judged, nothing of the register written."""

from kernel.registers.importing.checking.stage import Stage, check

__all__ = ["Stage", "check"]
