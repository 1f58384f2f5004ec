from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import visible
from kernel.files import quota
from kernel.remarks import subjects
from kernel.testing.access import make_person, make_role
from tenant_apps.portal.contacts.models import Contact
from tenant_apps.portal.contacts.operations import save_contact


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.CLAMD_SOCKET = ""
    return tmp_path / "media"


@pytest.fixture
def stored_names(media: Path) -> Callable[[], list[str]]:
    return lambda: sorted(path.name for path in media.rglob("*") if path.is_file())


@pytest.fixture
def clerk(in_alpha: Any, media: Path) -> User:
    quota.forget()
    make_role("keeper", contacts=Level.EDIT)
    return make_person("keeper")


@pytest.fixture
def reader(clerk: User) -> User:
    make_role("reader", contacts=Level.VIEW)
    return make_person("reader")


@pytest.fixture
def card(clerk: User, monkeypatch: pytest.MonkeyPatch) -> Contact:
    rows = lambda user, level: visible(Contact.objects.all(), user, level)  # noqa: E731
    monkeypatch.setitem(subjects._own, Contact, ("contacts", rows))
    return save_contact(Contact(title="ЦНАП"), by=clerk)


@pytest.fixture(scope="session")
def object_store() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(object_store: str, settings: Any, monkeypatch: pytest.MonkeyPatch, media: Path) -> Iterator[Any]:
    """The product's own S3 storage over an empty bucket."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    made = boto3.resource("s3", endpoint_url=object_store).create_bucket(Bucket="hromada-files-test")
    made.objects.all().delete()
    options = {"bucket_name": made.name, "endpoint_url": object_store}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "kernel.tenancy.files.TenantS3Storage", "OPTIONS": options},
    }
    yield made
