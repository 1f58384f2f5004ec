from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from kernel.access.levels import Level
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy.cache import cache
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.operations.control.models import CheckItem, ViolationKind

VIOLATIONS = "control.violations"
SIGNS = "street_network.signs"
HERE = {"longitude": 33.42, "latitude": 49.07, "accuracy": 12.4}
JSON = {"HTTP_ACCEPT": "application/json"}


def picture(name: str = "foto.jpg", colour: str = "olive") -> SimpleUploadedFile:
    made = BytesIO()
    Image.new("RGB", (32, 24), colour).save(made, "JPEG")
    return SimpleUploadedFile(name, made.getvalue(), "image/jpeg")


@pytest.fixture(autouse=True)
def media(in_alpha: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def inspector(in_alpha: Any) -> Any:
    make_role("inspector", control=Level.EDIT, street_network=Level.EDIT, organisations=Level.VIEW)
    return make_person("inspector")


@pytest.fixture
def kind(inspector: Any) -> ViolationKind:
    made = ViolationKind(code="СМ-1", title="Стихійне звалище", law="п. 4.2 Правил", deadline_days=5)
    return save_card(register_named("control.kinds"), made, by=inspector)


@pytest.fixture
def points(kind: ViolationKind) -> list[CheckItem]:
    return [
        CheckItem.objects.create(kind=kind, position=place, text=text) for place, text in enumerate(("Сміття", "Гілки"))
    ]


@pytest.fixture
def device(client_for: Callable[..., Any], inspector: Any) -> Any:
    return enter(client_for("alpha"), inspector)


@pytest.fixture
def record(inspector: Any, kind: ViolationKind) -> Callable[..., dict[str, Any]]:
    """What the device would send; `values` are joined to the usual ones."""

    def make(values: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
        now = timezone.now()
        return {
            "person": str(inspector.pk),
            "register": VIOLATIONS,
            "made_at": (now - timedelta(hours=5)).isoformat(),
            "sent_at": now.isoformat(),
            "values": {"kind": str(kind.pk), "details": "Купа сміття", "landmark": "", **(values or {})},
            "place": HERE,
            "photos": [{"at": (now - timedelta(hours=5)).isoformat(), "place": HERE}],
            **given,
        }

    return make


@pytest.fixture
def send(device: Any) -> Callable[..., Any]:
    def go(told: Any, *photos: Any, key: UUID | None = None, by: Any = None) -> Any:
        body = told if isinstance(told, str) else json.dumps(told)
        data = {"record": body, "photo": list(photos)}
        return (by or device).post(f"/field/records/{key or uuid4()}/", data, **JSON)

    return go
