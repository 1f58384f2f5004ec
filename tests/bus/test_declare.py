from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from kernel.bus.declare import UnknownEvent, event, event_named, from_payload, to_payload
from kernel.bus.events import CardChanged
from tests.bus.conftest import StopOpened


def test_what_travels_comes_back_the_same():
    sent = StopOpened(
        7, "Ринок", date(2026, 11, 21), Decimal("12.50"), (1, 2), UUID("00000000-0000-0000-0000-000000000001")
    )
    assert from_payload("tests.StopOpened", to_payload(sent)) == sent
    assert from_payload("tests.StopOpened", to_payload(StopOpened(7))) == StopOpened(7)


def test_a_letter_of_another_version_is_read():
    newer = {"stop": 7, "name": "Ринок", "a_field_of_tomorrow": 1}
    assert from_payload("tests.StopOpened", newer) == StopOpened(7, "Ринок")
    assert from_payload("tests.StopOpened", {"stop": 7}) == StopOpened(7)


def test_an_event_is_frozen():
    @dataclass
    class Loose:
        stop: int

    with pytest.raises(TypeError, match="frozen"):
        event("tests.Loose")(Loose)


def test_what_cannot_travel_is_refused_by_name():
    @dataclass(frozen=True)
    class Heavy:
        stop: object

    with pytest.raises(TypeError, match=r"tests\.Heavy\.stop"):
        event("tests.Heavy")(Heavy)


def test_nobody_takes_a_name_twice():
    with pytest.raises(ValueError, match="declared twice"):

        @event("kernel.CardChanged")
        @dataclass(frozen=True)
        class CardChanged:
            pk: str


def test_an_unknown_name_says_what_to_check():
    with pytest.raises(UnknownEvent, match=r"events\.py"):
        event_named("nobody.Knows")


def test_cards_of_a_change():
    assert CardChanged("bus_stops.bus-stops", "7", 2, "saved").cards == ("7",)
    assert CardChanged("bus_stops.bus-stops", "", 0, "imported", ("7", "8")).cards == ("7", "8")
