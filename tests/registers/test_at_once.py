"""One form, pressed four times at the same moment."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from kernel.registers.sent_once import Once
from kernel.tenancy import tenant_context
from kernel.testing.access import make_person, make_role
from tenant_apps.territory.bus_stops.models import BusStop

pytestmark = pytest.mark.slow


def test_four_presses_at_once_make_one_card(transactional_db: Any, alpha: Any) -> None:
    with tenant_context(alpha):
        person = make_person(make_role("clerk_at_once", bus_stops=Level.EDIT).code).pk
    key, made, failed = uuid4(), [], []

    def press() -> None:
        with tenant_context(alpha):
            try:
                user = User.objects.get(pk=person)
                once = Once(register_of(BusStop), user, key, "0" * 64)
                card = BusStop(code=f"Н-{threading.get_ident()}"[:20], name="Нова")
                made.append(once.make(lambda: save_card(once.register, card, by=user)).pk)
            except Exception as error:
                failed.append(error)
            finally:
                connections["default"].close()

    presses = [threading.Thread(target=press) for _press in range(4)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    with tenant_context(alpha):
        assert not failed and len(made) == 4 and len(set(made)) == 1
        assert BusStop.objects.filter(name="Нова").count() == 1
