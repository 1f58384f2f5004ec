"""A suspended tenant is answered politely and loses nothing; resuming is at once."""

from __future__ import annotations

import pytest
from django.test import Client

from kernel.access.models import User
from kernel.tenancy import tenant_context
from kernel.tenancy.directory import forget_hosts
from provisioning.lifecycle.standing import archive_moved, resume, set_read_only, suspend
from tests.isolation.rings import host, person


@pytest.fixture
def suspended(transactional_db, alpha):
    user = person(alpha, "staff@alpha.example")
    suspend("alpha", reason="Не оплачено рахунок № 7", by="тест")
    forget_hosts()
    return user


def test_residents_see_a_courteous_page(suspended, alpha):
    response = Client(headers=host(alpha)).get("/")
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "Не оплачено" not in response.content.decode()


def test_staff_see_why(suspended, alpha):
    client = Client(headers=host(alpha))
    with tenant_context(alpha):
        client.force_login(suspended, backend="kernel.access.backends.AccountBackend")
    response = client.get("/workspace/")
    assert response.status_code == 503
    assert "Не оплачено рахунок № 7" in response.content.decode().replace("\u00a0", " ")


def test_api_answers_with_a_problem(suspended, alpha):
    response = Client(headers=host(alpha)).get("/api/v1/me")
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert response.json()["status"] == 503


def test_nothing_is_lost_and_resuming_is_at_once(suspended, alpha):
    resume("alpha", by="тест")
    assert Client(headers=host(alpha)).get("/").status_code == 200
    with tenant_context(alpha):
        assert User.objects.filter(pk=suspended.pk).exists()


def test_read_only_tenant_reads(transactional_db, alpha):
    set_read_only("alpha", True, by="тест", reason="Перенесення на новий сервер")
    client = Client(headers=host(alpha))
    assert client.get("/").status_code == 200
    response = client.post("/access/people/invite/", {"email": "x@example.com"})
    assert response.status_code == 423
    assert "Перенесення на новий сервер" in response.content.decode().replace("\u00a0", " ")


def test_archived_tenant_is_gone(transactional_db, alpha):
    archive_moved("alpha", by="тест", reason="об’єднання громад")
    forget_hosts()
    assert Client(headers=host(alpha)).get("/").status_code == 410
