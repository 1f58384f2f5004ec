"""From a line of text to buildings: old names, abbreviations, forms of numbers and slips of the finger are forgiven."""

from __future__ import annotations

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from kernel.search.folding import fold
from kernel.search.query import matching
from tenant_apps.territory.addresses.calc import Parts, parse_address
from tenant_apps.territory.addresses.models import Building, Settlement, Street

STREETS = 50
ENOUGH_SIMILAR = 0.5

LIVE = Q(archived_at__isnull=True)


def find_streets(parts: Parts) -> list[int]:
    """Those whose present or old name has every word; when there are none, those that sound so."""
    words = matching(parts.street)
    if not words:
        return []
    live = Street.objects.filter(LIVE)
    if settlements := _settlements(parts):
        live = live.filter(settlement__in=settlements)
    rank = Case(
        When(Q(name__iexact=parts.street, kind=parts.street_kind), then=Value(0)),
        When(name__iexact=parts.street, then=Value(1)),
        When(name__icontains=parts.street, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    found = list(live.filter(words).order_by(rank, "name", "pk").values_list("pk", flat=True)[:STREETS])
    if found:
        return found
    similar = live.annotate(closeness=TrigramWordSimilarity(fold(parts.street).strip(), "sought"))
    near = similar.filter(closeness__gte=ENOUGH_SIMILAR).order_by("-closeness", "name", "pk")
    return list(near.values_list("pk", flat=True)[:5])


def find_buildings(text: str, limit: int) -> tuple[Parts, list[Building]]:
    """The best first: the very number before those that begin with it, the named street before its namesakes."""
    parts = parse_address(text)
    live = Building.objects.filter(LIVE).select_related("settlement", "street")
    streets = find_streets(parts)
    if streets:
        order = Case(
            *(When(street=street, then=Value(place)) for place, street in enumerate(streets)),
            output_field=IntegerField(),
        )
        rows = _numbered(live.filter(street__in=streets), parts)
        if found := list(rows.order_by(_closeness(parts), order, "number_key", "pk")[:limit]):
            return parts, found
    if parts.number and (settlements := _settlements(parts) or _places_named(parts.street)):
        rows = _numbered(live.filter(settlement__in=settlements, street__isnull=True), parts)
        if found := list(rows.order_by(_closeness(parts), "number_key", "pk")[:limit]):
            return parts, found
    words = matching(text)
    return parts, list(live.filter(words).order_by("street", "number_key", "pk")[:limit]) if words else []


def _numbered(rows: QuerySet[Building], parts: Parts) -> QuerySet[Building]:
    if parts.number:
        rows = rows.filter(number__startswith=parts.number)
    return rows.filter(corpus=parts.corpus) if parts.corpus else rows


def _closeness(parts: Parts) -> Case:
    near = [When(number=parts.number, then=Value(0))] if parts.number else []
    if parts.postcode:
        near.insert(0, When(postcode=parts.postcode, then=Value(-1)))
    return Case(*near, default=Value(1), output_field=IntegerField())


def _settlements(parts: Parts) -> list[int]:
    return _places_named(parts.settlement)


def _places_named(name: str) -> list[int]:
    words = matching(name)
    return list(Settlement.objects.filter(words, LIVE).values_list("pk", flat=True)[:STREETS]) if words else []
