"""The house's fixtures, which live beside the tests that span modules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests import conftest as house
from tests import database
from tests.conftest import alpha, beta, client_for, in_alpha, platform_around_database

__all__ = ["alpha", "beta", "client_for", "in_alpha", "platform_around_database"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        # Tests elsewhere in the same run may hold connections to the database that is about to be copied anew.
        house._close_connections()
        if database.pristine_exists():
            database.restore_pristine()
        else:
            house._build()
        yield
        house._close_connections()
