"""Two tabs at once, and a server killed in the middle: one card, or none and the record may be sent again."""

from __future__ import annotations

import json
import os
import signal
import threading
from uuid import uuid4

import pytest
from django.db import connections

from kernel.access.models import User
from kernel.fieldwork import receiving
from kernel.fieldwork.models import FieldRecord
from kernel.fieldwork.sent import read
from kernel.tenancy import tenant_context
from kernel.tenancy.scope import scope_context
from tenant_apps.operations.control.models import Violation
from tests.fieldwork.conftest import picture

pytestmark = pytest.mark.slow


@pytest.fixture
def told(transactional_db, record):
    return read(json.dumps(record()))


def receive(alpha, key, told):
    with tenant_context(alpha):
        return receiving.receive(key, told, [picture()], by=User.objects.get(pk=told.person))


def test_two_tabs_at_once_make_one_card(told, alpha):
    key, outcomes = uuid4(), []

    def work():
        try:
            outcomes.append(receive(alpha, key, told).again)
        finally:
            with tenant_context(alpha):
                connections["default"].close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, True, True, True]
    assert Violation.objects.count() == FieldRecord.objects.count() == 1


def test_a_server_killed_in_the_middle_wrote_nothing(told, alpha, monkeypatch):
    key = uuid4()
    for connection in connections.all(initialized_only=True):
        with scope_context(None):
            connection.close()
    child = os.fork()
    if child == 0:
        try:
            monkeypatch.setattr(
                type(FieldRecord.objects), "create", lambda *_a, **_k: os.kill(os.getpid(), signal.SIGKILL)
            )
            receive(alpha, key, told)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert not Violation.objects.exists() and not FieldRecord.objects.exists()
    assert not receive(alpha, key, told).again
    assert Violation.objects.count() == 1
