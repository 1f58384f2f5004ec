"""Reports over registers: declared beside them, composed from the screen, computed by the database."""

from kernel.reports.declarations import Report

__all__ = ["Report"]
