from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from kernel.access.models import User
from kernel.tenancy.actor import Actor, acting
from tests.audit.people import add_user

ACTOR = Actor("user", "7", "Коваленко Олена Петрівна", "10.0.0.5", "запит-1", "заява № 12")


@pytest.fixture
def by_olena() -> Iterator[Actor]:
    with acting(ACTOR):
        yield ACTOR


@pytest.fixture
def new_user() -> Callable[..., User]:
    return add_user


@pytest.fixture
def restoring(owner_connection: psycopg.Connection) -> psycopg.Connection:
    """The owner with the restore engine's flag: what an operator with full rights could do to a journal."""
    owner_connection.execute("SET hromada.restoring = on")
    return owner_connection
