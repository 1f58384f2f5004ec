"""A database of its own, as the embedded stack prepares one, and connections under every role."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest
from psycopg import sql

from provisioning.blueprint import Blueprint, build_schema, prepare_schema, read_blueprint
from provisioning.local import roles
from tests.blueprint import samples

Connection = psycopg.Connection


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    superuser = os.environ["TEST_SUPERUSER_URL"]
    name = f"blueprint_{secrets.token_hex(4)}"
    with psycopg.connect(superuser, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = roles.in_database(superuser, name)
    assert roles.prepare_foreign(url) == []
    with psycopg.connect(roles.owned_by(url, roles.OWNER), autocommit=True) as owner:
        owner.execute(samples.SHARED)
    yield url
    with psycopg.connect(superuser, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def connect(database_url: str) -> Iterator[Callable[[str], Connection]]:
    """A connection under the given role."""
    with ExitStack() as opened:

        def under(role: str) -> Connection:
            url = roles.owned_by(database_url, role)
            return opened.enter_context(psycopg.connect(url, autocommit=True))

        yield under


@pytest.fixture
def owner(connect: Callable[[str], Connection]) -> Connection:
    return connect(roles.OWNER)


@pytest.fixture
def superuser(connect: Callable[[str], Connection]) -> Connection:
    return connect("postgres")


@pytest.fixture
def names(superuser: Connection) -> Iterator[Callable[[str], str]]:
    """Fresh names for schemas and roles; what bears them is gone after the test."""
    given: list[str] = []

    def fresh(prefix: str = "t") -> str:
        given.append(f"{prefix}_{secrets.token_hex(4)}")
        return given[-1]

    yield fresh
    for name in given:
        superuser.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))
    for name in given:
        if superuser.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).fetchone():
            superuser.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(sql.Identifier(name)))


@pytest.fixture
def template(owner: Connection, names: Callable[[str], str]) -> Callable[..., str]:
    """A prepared schema with the given SQL in it; {s} stands for its name."""

    def make(*scripts: str) -> str:
        schema = names("tpl")
        prepare_schema(owner, schema)
        for script in scripts:
            owner.execute(script.replace("{s}", schema))
        return schema

    return make


@pytest.fixture
def everything(owner: Connection, template: Callable[..., str]) -> tuple[str, Blueprint]:
    """A template with every kind of object, and its blueprint."""
    schema = template(samples.EVERYTHING)
    return schema, read_blueprint(owner, schema, base_rows=samples.BASE_ROWS)


@pytest.fixture
def copy(
    owner: Connection, everything: tuple[str, Blueprint], names: Callable[[str], str]
) -> tuple[str, str, Blueprint]:
    """The template, its copy, and the blueprint between them."""
    schema, blueprint = everything
    fresh = names("t")
    build_schema(owner, blueprint, fresh)
    return schema, fresh, blueprint
