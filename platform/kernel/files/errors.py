from __future__ import annotations

from django.core.exceptions import ValidationError


class FileRefused(ValidationError):
    """A file that is not taken, in a sentence that names the next step; forms show it beside the field."""

    def __str__(self) -> str:
        return str(self.messages[0])
