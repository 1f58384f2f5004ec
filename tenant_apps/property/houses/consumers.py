from __future__ import annotations

from kernel.bus.consume import Letter, consumes
from kernel.bus.events import CardChanged
from tenant_apps.property.houses.operations import refresh_addresses

SOURCES = frozenset({"addresses.addresses", "addresses.streets", "addresses.settlements"})


@consumes(CardChanged, consumer="houses.addresses")
def follow_addresses(event: CardChanged, letter: Letter) -> None:
    if event.register in SOURCES:
        refresh_addresses()
