"""Whose values a reader of the journal may see.

That something was changed, when and by whom is shown to everyone who reads the journal; what was written
there only to those who may open that register anyway. The system's administrator is not everybody's confidant.
"""

from __future__ import annotations

from typing import Any

from kernel.access.levels import Level
from kernel.access.rights import allowed
from kernel.audit.declare import tracked_tables

# Applications of the sign-in library: their tables are about accounts.
ACCOUNT_APPS = frozenset({"account", "mfa", "socialaccount", "usersessions"})


def readable_tables(user: Any) -> frozenset[str]:
    subjects = {
        tracked.table: "access" if tracked.model._meta.app_label in ACCOUNT_APPS else tracked.model._meta.app_label
        for tracked in tracked_tables()
    }
    open_to_user = {subject for subject in set(subjects.values()) if allowed(user, subject, Level.VIEW)}
    return frozenset(table for table, subject in subjects.items() if subject in open_to_user)
