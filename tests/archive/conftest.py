from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from kernel.access.models import User
from kernel.tenancy import tenant_context
from kernel.tenancy.files import storage

MANY = 300


@pytest.fixture
def inhabited(transactional_db, alpha, settings, tmp_path):
    """Alpha with people whose names try CSV, and two files."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    storage._wrapped = storage._wrapped.__class__() if hasattr(storage, "_wrapped") else storage
    with tenant_context(alpha):
        for number in range(MANY):
            User.objects.create(
                email=f"person-{number}@alpha.example",
                last_name=('Ґедзь-"Їжак", О’Коннор', "Мар’яненко\nдругий рядок", "NULL", "\\N")[number % 4],
                first_name="Єва",
                password="!",
            )
        storage.save("рішення/2026/№ 1.txt", ContentFile("Про бюджет".encode()))
        storage.save("empty.bin", ContentFile(b""))
    return alpha


@pytest.fixture
def archive_path(tmp_path) -> Path:
    return tmp_path / "alpha.hromada"
