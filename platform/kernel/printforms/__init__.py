"""Printed forms of cards: Word templates with fields, a community's own over its region's over those built in."""

from kernel.printforms.declarations import PrintForm

__all__ = ["PrintForm"]
