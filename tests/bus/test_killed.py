"""kill -9 of whoever delivers: the letter is neither lost nor taken twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta

from django.db import connections, transaction
from django.utils import timezone

from kernel.access.models import User
from kernel.bus.consume import consumes
from kernel.bus.delivery import deliver_waiting
from kernel.bus.models import Delivery
from kernel.bus.outbox import publish
from kernel.tenancy import tenant_context
from kernel.tenancy.scope import scope_context
from kernel.testing.access import make_person
from tests.bus.conftest import StopOpened


def in_a_child_that_dies(work: Callable[[], object]) -> None:
    for connection in connections.all(initialized_only=True):
        with scope_context(None):
            connection.close()
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def traces() -> int:
    return User.objects.filter(last_name="Слід").count()


def test_killed_in_the_middle(transactional_db, alpha, readers):
    deadly = [True]

    def leave_trace(event: StopOpened, letter: object) -> None:
        make_person(last_name="Слід")
        if deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    consumes(StopOpened, consumer="trace")(leave_trace)
    with tenant_context(alpha):
        with transaction.atomic():
            publish(StopOpened(1), subject="stop:1")
        in_a_child_that_dies(deliver_waiting)
        row = Delivery.objects.get(consumer="trace")
        assert (traces(), row.state, row.attempts) == (0, "waiting", 1)
        deadly.clear()
        deliver_waiting()
        assert traces() == 0, "the lease of the dead is not over"
        Delivery.objects.update(next_at=timezone.now() - timedelta(seconds=1))
        deliver_waiting()
        deliver_waiting()
        row.refresh_from_db()
        assert (traces(), row.state, row.attempts) == (1, "done", 2)
