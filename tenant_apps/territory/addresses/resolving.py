"""What a cell of an import means: «вул.Соборна», «просп. Шевченка», «Комарова» (an old name), «Соборна 31-а».

Many at once: the town's streets are read once, whatever the number of cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from kernel.search.folding import fold
from tenant_apps.territory.addresses.calc import SETTLEMENT_FORMS, Parts, parse_address, split_street, tidy
from tenant_apps.territory.addresses.models import Building, Settlement, Street, StreetName

# A text of a cell and the card its column depends on (0 when there is none).
Pair = tuple[str, int]
Found = dict[Pair, set[int]]


@dataclass(slots=True)
class Names:
    """Streets by what they are and were called: (settlement, kind, folded name) → keys."""

    present: dict[tuple[int, str, str], set[int]] = field(default_factory=dict)
    past: dict[tuple[int, str, str], set[int]] = field(default_factory=dict)

    def find(self, text: str, settlement: int) -> set[int]:
        return self.find_parts(*split_street(text), settlement)

    def find_parts(self, kind: str, name: str, settlement: int) -> set[int]:
        """By the present name first, then by an old one; without a kind any kind will do."""
        for names in (self.present, self.past):
            if found := names.get((settlement, kind, _folded(name))):
                return found
        return set()

    def add(self, names: dict[tuple[int, str, str], set[int]], row: tuple[int, int, str, str]) -> None:
        key, settlement, kind, name = row
        for place in (settlement, 0):
            for one in (kind, ""):
                names.setdefault((place, one, _folded(name)), set()).add(key)


def names_of(streets: QuerySet[Street]) -> Names:
    names = Names()
    for row in streets.values_list("pk", "settlement_id", "kind", "name"):
        names.add(names.present, row)
    old = StreetName.objects.filter(street__in=streets.order_by().values("pk"), archived_at__isnull=True)
    for row in old.values_list("street_id", "street__settlement_id", "kind", "name"):
        names.add(names.past, row)
    return names


def resolve_settlements(pairs: Sequence[Pair], settlements: QuerySet[Settlement]) -> Found:
    """«місто Дубогір», «с.Медвинка», «Дубогір»."""
    by_name: dict[tuple[str, str], set[int]] = {}
    for key, kind, name in settlements.values_list("pk", "kind", "name"):
        for one in (kind, ""):
            by_name.setdefault((one, _folded(name)), set()).add(key)
    found: Found = {}
    for pair in pairs:
        kind, name = _split_settlement(pair[0])
        if keys := by_name.get((kind, _folded(name))):
            found[pair] = keys
    return found


def resolve_streets(pairs: Sequence[Pair], streets: QuerySet[Street]) -> Found:
    names = names_of(streets)
    return {pair: keys for pair in pairs if (keys := names.find(*pair))}


def resolve_buildings(
    pairs: Sequence[Pair], buildings: QuerySet[Building], streets: QuerySet[Street], settlements: QuerySet[Settlement]
) -> Found:
    """A whole address in one cell."""
    names = names_of(streets)
    parsed = {pair: parse_address(pair[0]) for pair in pairs}
    towns = resolve_settlements([(parts.settlement, 0) for parts in parsed.values() if parts.settlement], settlements)
    wanted: dict[Pair, tuple[Parts, set[int]]] = {}
    for pair, parts in parsed.items():
        places: Iterable[int] = towns.get((parts.settlement, 0), set()) if parts.settlement else {0}
        keys = {key for place in places for key in names.find_parts(parts.street_kind, parts.street, place)}
        if keys and parts.number:
            wanted[pair] = parts, keys
    on_streets = {key for _parts, keys in wanted.values() for key in keys}
    houses: dict[tuple[int, str, str], int] = {
        (street, number, corpus): key
        for key, street, number, corpus in buildings.filter(street__in=on_streets)
        .order_by()
        .values_list("pk", "street_id", "number", "corpus")
    }
    found: Found = {}
    for pair, (parts, keys) in wanted.items():
        matched = {houses[place] for key in keys if (place := (key, parts.number, parts.corpus)) in houses}
        if matched:
            found[pair] = matched
    return found


def _split_settlement(text: str) -> tuple[str, str]:
    text = tidy(text)
    head, dot, tail = text.partition("." if "." in text else " ")
    kind = SETTLEMENT_FORMS.get(head.casefold(), "") if dot else ""
    return (kind, tail.strip()) if kind else ("", text)


def _folded(name: str) -> str:
    return " ".join(fold(name).split())
