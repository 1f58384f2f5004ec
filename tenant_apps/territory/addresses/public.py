"""What other modules may know of addresses: find one, show one, choose one or make it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kernel.operations import Who
from kernel.search.query import matching
from tenant_apps.territory.addresses.finding import find_buildings, find_streets
from tenant_apps.territory.addresses.models import Building, Premises, Settlement, Street, StreetName
from tenant_apps.territory.addresses.operations import save

LONGEST_WAY = 20


@dataclass(frozen=True, slots=True)
class AddressRef:
    """`id` is the building's: keep it, and `premises_id` where a flat is meant; ask `address_of` for the words."""

    id: int
    shown: str
    katottg: str
    settlement: str
    street: str = ""
    number: str = ""
    corpus: str = ""
    postcode: str = ""
    longitude: float | None = None
    latitude: float | None = None
    premises_id: int | None = None
    premises: str = ""
    former: str = ""  # the old name of the street it was found by
    cancelled: bool = False


class AddressUnclear(LookupError):
    """The text means no address, or several; `options` are the nearest ones."""

    def __init__(self, text: str, options: list[AddressRef]) -> None:
        self.options = options
        super().__init__(
            _("«%(text)s» підходить до кількох адрес. Оберіть одну зі списку або допишіть номер.") % {"text": text}
            if options
            else _("Адреси «%(text)s» немає. Перевірте вулицю й номер або попросіть реєстратора адрес додати її.")
            % {"text": text}
        )


def find_addresses(text: str, limit: int = 20) -> list[AddressRef]:
    """«Соборна 31-а», «пр-т Шевченка 2/1 корп 3 кв 5», a street by its old name; the best first."""
    parts, buildings = find_buildings(text, limit)
    flats: dict[int, Premises] = {}
    if parts.premises:
        inside = Premises.objects.filter(building__in=buildings, number=parts.premises, archived_at__isnull=True)
        flats = {flat.building_id: flat for flat in inside.order_by("kind", "pk")}
    former = _old_names(parts.street, buildings)
    return [_ref(row, flats.get(row.pk), former.get(row.street_id or 0, "")) for row in buildings]


def address_of(building_id: int, premises_id: int | None = None) -> AddressRef | None:
    """As it is called today. A card that was merged leads to the one it became."""
    building = Building.objects.select_related("settlement", "street", "merged_into").filter(pk=building_id).first()
    for _step in range(LONGEST_WAY):
        if building is None or building.merged_into is None:
            break
        building = Building.objects.select_related("settlement", "street").get(pk=building.merged_into.pk)
    if building is None:
        return None
    premises = Premises.objects.filter(pk=premises_id).first() if premises_id else None
    return _ref(building, premises)


def addresses_of(building_ids: Iterable[int]) -> dict[int, AddressRef]:
    """Many at once, in one query; for lists and exports."""
    rows = Building.objects.select_related("settlement", "street").filter(pk__in=list(building_ids))
    return {row.pk: (address_of(row.pk) or _ref(row)) if row.merged_into_id else _ref(row) for row in rows}


def choose_or_create(text: str, *, by: Who) -> AddressRef:
    """The one address the text means; a new building on a street that is known beyond doubt. Else AddressUnclear."""
    parts, buildings = find_buildings(text, 10)
    exact = [row for row in buildings if parts.number and (row.number, row.corpus) == (parts.number, parts.corpus)]
    if len(exact) == 1:
        flat = parts.premises and Premises.objects.filter(
            building=exact[0], number=parts.premises, archived_at__isnull=True
        ).order_by("kind", "pk").first()  # fmt: skip
        return _ref(exact[0], flat or None)
    streets = find_streets(parts)
    if exact or not parts.number or len(streets) != 1:
        raise AddressUnclear(text, [_ref(row) for row in buildings])
    street = Street.objects.select_related("settlement").get(pk=streets[0])
    building = Building(settlement=street.settlement, street=street, number=parts.number, corpus=parts.corpus)
    building.postcode = parts.postcode
    return _ref(save(building, by=by))


def settlements() -> list[tuple[str, str]]:
    """(code of КАТОТТГ, «с. Медвинка») of this community."""
    rows = Settlement.objects.filter(archived_at__isnull=True).order_by("name")
    return [(row.katottg, str(row)) for row in rows]


def _old_names(street: str, buildings: list[Building]) -> dict[int, str]:
    """Which old name each street was found by, where its present one has not the words."""
    words = matching(street)
    keys = {row.street_id for row in buildings if row.street_id}
    if not words or not keys:
        return {}
    rows = StreetName.objects.filter(matching(street), street__in=keys, archived_at__isnull=True)
    return {row.street_id: row.shown for row in rows}


def _ref(building: Building, premises: Premises | None = None, former: str = "") -> AddressRef:
    street, point = building.street, building.location
    return AddressRef(
        id=building.pk,
        shown=premises.shown if premises else building.shown,
        katottg=building.settlement.katottg,
        settlement=str(building.settlement),
        street=str(street) if street else "",
        number=building.number,
        corpus=building.corpus,
        postcode=building.postcode,
        longitude=point.x if point else None,
        latitude=point.y if point else None,
        premises_id=premises.pk if premises else None,
        premises=premises.number if premises else "",
        former=former,
        cancelled=building.archived_at is not None,
    )
