"""A lived-in community with one clerk who keeps its registers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from kernel.access.levels import Level
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from kernel.tenancy import tenant_context
from kernel.testing.access import make_person, make_role
from tenant_apps.territory.addresses.models import Settlement, Street
from tests.fixtures import _close_connections, _ref
from tests.journeys.town import Town, sign_in

KEEPER = "keeper@gamma.test"


@pytest.fixture(scope="module")
def office(town: Town, django_db_blocker: Any) -> Iterator[Town]:
    """The database is unblocked and put back by `town`."""
    with django_db_blocker.unblock(), tenant_context(_ref("gamma")):
        modules = ("bus_stops", "addresses", "organisations", "dashboards")
        role = make_role("keeper", **dict.fromkeys(modules, Level.MANAGE))
        keeper = make_person(role.code, email=KEEPER)
        place = Settlement.objects.create(katottg="UA99010010000010099", kind="C", name="Пробна")
        save_card(register_of(Street), Street(settlement=place, kind="street", name="Журавлина"), by=keeper)  # type: ignore[arg-type]
        _close_connections()
    yield town


@pytest.fixture
def keeper(office: Town, visitor: Callable[..., Page]) -> Callable[..., Page]:
    """keeper(): a browser in which the clerk is at work."""

    def come(**options: Any) -> Page:
        page = visitor(**options)
        sign_in(page, office, "gamma", KEEPER)
        return page

    return come
