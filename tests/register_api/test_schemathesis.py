"""Whatever the description allows, and what it does not, is answered as described: never by an error of the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kernel.access.levels import Level
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.testing.access import OPERATOR
from tenant_apps.property.organisations.models import Party
from tenant_apps.territory.bus_stops.models import BusStop

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
QUIETLY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


@pytest.fixture
def same_connection() -> Iterator[None]:
    """A server lets its connection go after a request; here it holds the transaction of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def cards(in_alpha: Any) -> dict[str, int]:
    """A card that is really there, for each register that is asked."""
    stop = save_card(register_named("bus_stops.bus-stops"), BusStop(code="1", name="Ринок"), by=OPERATOR)
    party = save_card(
        register_named("organisations.parties"),
        Party(
            kind="person",
            last_name="Ткачук",
            first_name="Богдан",
            no_number=True,
            document_kind="passport",
            document_number="КН123456",
        ),
        by=OPERATOR,
    )
    return {"bus-stops": stop.pk, "organisations": party.pk}


@pytest.mark.parametrize(("module", "place"), [("bus_stops", "bus-stops"), ("organisations", "organisations")])
def test_no_request_breaks_the_server(module, place, program, cards, same_connection):
    headers = _headers(program(**{module: Level.MANAGE}))
    operations = _operations(place, headers)
    assert len(operations) >= 8
    answers: set[int] = set()
    for operation in operations:
        _try(operation, headers, cards.get(place), answers)
    assert answers >= {200, 404, 422} and not answers & {401, 403}, answers


def test_an_error_of_the_server_does_not_pass(program, cards, same_connection, monkeypatch):
    def break_down(*_given: Any, **_more: Any) -> None:
        raise RuntimeError("broken on purpose")

    headers = _headers(program(bus_stops=Level.MANAGE))
    operations = _operations("bus-stops", headers)
    monkeypatch.setattr("kernel.registers.api.lists.Listing", break_down)
    with pytest.raises(FailureGroup, match="Server error"):
        for operation in operations:
            _try(operation, headers, cards["bus-stops"], set())


def _headers(asking: Any) -> dict[str, str]:
    return {"Host": f"alpha.{settings.BASE_DOMAIN}", "Authorization": f"Bearer {asking.key}"}


def _operations(place: str, headers: dict[str, str]) -> list[Any]:
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler(), headers=headers)
    assert document.raw_schema["openapi"].startswith("3.1.")
    return [one.ok() for one in document.include(path_regex=f"^/api/v1/{place}/").get_all_operations()]


def _try(operation: Any, headers: dict[str, str], card: int | None, answers: set[int]) -> None:
    @bounds(
        max_examples=5, deadline=None, suppress_health_check=QUIETLY, phases=[Phase.explicit, Phase.generate],
        derandomize=True, database=None,
    )  # fmt: skip
    @given(case=operation.as_strategy(), known=st.booleans())
    def ask(case: Any, known: bool) -> None:
        if known and card is not None and case.path_parameters:
            case.path_parameters["pk"] = card
            if case.headers is not None and "If-Match" in case.headers:
                case.headers["If-Match"] = "*"
        response = case.call(headers=headers)
        answers.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    ask()
