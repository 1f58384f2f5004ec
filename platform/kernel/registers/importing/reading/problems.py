"""Why a file is not taken: a sentence that says what to do with it."""

from __future__ import annotations


class Unreadable(ValueError):
    """The file as a whole cannot be read; nothing of it was taken."""
