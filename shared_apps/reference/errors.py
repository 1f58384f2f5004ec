"""What may go wrong with reference data; every message names the next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _


class MissingReference(LookupError):
    """A value or a code is not known for that day. It is never taken to be zero."""

    def __init__(self, what: str, on: date, next_step: str) -> None:
        self.what = what
        self.on = on
        super().__init__(
            _("Немає значення: %(what)s на %(on)s. %(next_step)s")
            % {"what": what, "on": f"{on:%d.%m.%Y}", "next_step": next_step}
        )


class NotALeaf(ValueError):
    """The code has narrower ones under it, and only those are used in postings."""

    def __init__(self, code: str, title: str, narrower: Sequence[str]) -> None:
        super().__init__(
            _("Код %(code)s «%(title)s» — узагальнений. Виберіть один із вужчих: %(narrower)s.")
            % {"code": code, "title": title, "narrower": ", ".join(narrower)}
        )


class RuleRefused(ValueError):
    """A change to a rule that may not be made; the message says why and what may be done instead."""


class FileRefused(ValueError):
    """The file is not what it should be; nothing was changed."""

    def __init__(self, message: str, errors: Sequence[str] = ()) -> None:
        self.errors = tuple(errors)
        super().__init__(message)
