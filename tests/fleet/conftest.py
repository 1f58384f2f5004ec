from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from provisioning.lifecycle import NewTenant, create_tenant
from shared_apps.fleet.models import SchemaVersion
from tests.fleet.release import Release

NUMBERS = itertools.count(1)


@pytest.fixture
def new_release(settings, tmp_path, monkeypatch) -> Iterator[Release]:
    """Pretend the next version of the code brings migrations to the app of jobs."""
    release = Release(tmp_path / f"fleet_release_{next(NUMBERS)}")
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"jobs": release.folder.name}
    yield release
    release.forget()


@pytest.fixture
def fleet(transactional_db) -> list[str]:
    """Those who are there already, and four more."""
    for number in range(4):
        create_tenant(
            NewTenant(
                slug=f"town-{chr(97 + number)}{number}",
                name=f"Містечкова громада {number}",
                short_name=f"Містечко {number}",
                edrpou=f"9900{number:04d}",
                edrpou_override_reason="вигадана",
                katottg="UA99020010000000003",
            ),
            by="тест",
        )
    names = SchemaVersion.objects.filter(schema_name__startswith="t_").order_by("schema_name")
    return list(names.values_list("schema_name", flat=True))
