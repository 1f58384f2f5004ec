"""Loaded before Django's settings: every test process has its own PostgreSQL cluster and its own Redis.

Roles belong to a cluster, not to a database; with one cluster per process two processes may create tenants
of the same name at the same moment.
"""

from __future__ import annotations

import os
import re
import sys

from provisioning.local import stack
from tests.database import sweep_leftovers


def _only_hands_out() -> bool:
    """The process that starts xdist's workers runs no test itself."""
    asked = " ".join(sys.argv[1:])
    found = re.search(r"(?:^|\s)(?:-n|--numprocesses)[= ]?(\w+)", asked)
    return found is not None and found[1] != "0" and "PYTEST_XDIST_WORKER" not in os.environ


def _start() -> None:
    for name in ("DATABASE_URL", "DATABASE_ADMIN_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ["HROMADA_ENV"] = "test"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    if _only_hands_out():
        os.environ["DATABASE_URL"] = "postgresql://hromada_app@/none"
        return
    profile = stack.claim("test")
    started = stack.start(profile)
    os.environ.update(started.environment())
    os.environ["TEST_SUPERUSER_URL"] = started.superuser_url or ""
    os.environ["TEST_PROFILE"] = profile
    sweep_leftovers()


_start()


def pytest_make_parametrize_id(val: object) -> str | None:
    """A file's bytes may hold the second it was made in: the workers must give one test one name."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None
