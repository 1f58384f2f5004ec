"""Before the first migration, and again after every change of a password: roles, schemas, extensions, bucket.

Repeatable: what is already there stays. Runs with an account that may create roles (in the compose file
PostgreSQL's own over its socket, in a cloud the managed server's master) and is the only thing that holds it.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

import boto3
import psycopg
from botocore.exceptions import BotoCoreError, ClientError
from psycopg import sql

from infra.image.environment import NotReady, setting
from provisioning.local.roles import APP, OWNER, gap_report, in_database, prepare_foreign


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    password: str
    database: str


def account_in(url: str, expected: str) -> Account:
    parts = psycopg.conninfo.conninfo_to_dict(url)
    user, password, database = (str(parts.get(key) or "") for key in ("user", "password", "dbname"))
    if user != expected or not password or not database:
        raise NotReady(f"Адреса бази для {expected} має містити цю роль, її пароль і назву бази.")
    return Account(user, password, database)


def prepare_database(master_url: str, owner: Account, app: Account) -> None:
    with psycopg.connect(master_url, autocommit=True) as connection:
        _database(connection, owner.database)
    inside = in_database(master_url, owner.database)
    gaps = prepare_foreign(inside)
    with psycopg.connect(inside, autocommit=True) as connection:
        if gaps and not _superuser(connection):
            # A managed server's master is no superuser: it may hand schemas only to a role it belongs to.
            member = sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER))
            connection.execute(member)
            gaps = prepare_foreign(inside)
        if gaps:
            raise NotReady(gap_report(gaps))
        for account in (owner, app):
            _set_password(connection, account)


def _database(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
    if found is None:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _superuser(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    return connection.info.parameter_status("is_superuser") == "on"


def _set_password(connection: psycopg.Connection[tuple[object, ...]], account: Account) -> None:
    # Hashed on this side, so the password itself appears in no log of the server.
    name, password = account.name.encode(), account.password.encode()
    hashed = connection.pgconn.encrypt_password(password, name, b"scram-sha-256").decode()
    statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
    connection.execute(statement.format(sql.Identifier(account.name), sql.Literal(hashed)))


def prepare_bucket(name: str, endpoint: str) -> None:
    """In our own object store; a cloud's buckets come with their policies from terraform."""
    store = boto3.client("s3", endpoint_url=endpoint, region_name=os.environ.get("AWS_DEFAULT_REGION", "us-east-1"))
    if name not in {bucket["Name"] for bucket in store.list_buckets()["Buckets"]}:
        store.create_bucket(Bucket=name)
    # A file overwritten or deleted by mistake can be brought back.
    store.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def main() -> int:
    try:
        owner = account_in(setting("DATABASE_ADMIN_URL"), OWNER)
        app = account_in(setting("DATABASE_URL"), APP)
        prepare_database(setting("DATABASE_MASTER_URL"), owner, app)
        if endpoint := os.environ.get("S3_ENDPOINT"):
            prepare_bucket(setting("S3_BUCKET"), endpoint)
    except (NotReady, psycopg.Error, BotoCoreError, ClientError, OSError) as reason:
        sys.stderr.write(f"Не підготовлено: {reason}\n")
        return 1
    sys.stdout.write("Підготовлено: ролі, паролі, схеми, розширення і сховище файлів на місці.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
