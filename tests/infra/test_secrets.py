"""make-secrets.sh: what the compose file mounts, made once, never overwritten, readable to containers only."""

from __future__ import annotations

import hashlib
import json
import subprocess
from configparser import ConfigParser
from pathlib import Path

import psycopg
import pytest

from tests.infra.compose_file import compose
from tests.infra.programs import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "secrets"
    subprocess.run([ROOT / "infra/compose/make-secrets.sh", made], check=True, stdout=subprocess.DEVNULL)
    return made


def test_every_secret_of_the_compose_file_is_made(folder: Path) -> None:
    made = {path.name for path in folder.iterdir()}
    assert {Path(secret["file"]).name for secret in compose()["secrets"].values()} <= made


def test_the_folder_is_closed_and_the_files_are_readable_to_the_containers_accounts(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o444}


def test_making_again_changes_nothing(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    subprocess.run([ROOT / "infra/compose/make-secrets.sh", folder], check=True, stdout=subprocess.DEVNULL)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_two_servers_share_no_secret(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    subprocess.run([ROOT / "infra/compose/make-secrets.sh", other], check=True, stdout=subprocess.DEVNULL)
    same = [path.name for path in folder.iterdir() if path.read_bytes() == (other / path.name).read_bytes()]
    assert same == ["smtp_password"]


def test_derived_secrets_agree_with_what_they_come_from(folder: Path) -> None:
    def text(name: str) -> str:
        return (folder / name).read_text()

    for url, role, password, host in (
        ("database_url", "hromada_app", "app_password", "pooler"),
        ("database_admin_url", "hromada_owner", "owner_password", "postgres"),
    ):
        parts = psycopg.conninfo.conninfo_to_dict(text(url))
        assert (parts["user"], parts["password"], parts["host"]) == (role, text(password), host)
    assert hashlib.sha256(text("redis_password").encode()).hexdigest() in text("redis_acl")
    assert text("redis_password") in text("redis_url")
    credentials = json.loads(text("s3_identities"))["identities"][0]["credentials"][0]
    shared = ConfigParser()
    shared.read_string(text("s3_credentials"))
    assert shared["default"]["aws_access_key_id"] == credentials["accessKey"]
    assert shared["default"]["aws_secret_access_key"] == credentials["secretKey"]
