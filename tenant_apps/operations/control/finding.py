"""What a place tells of itself: its settlement, the nearest address, who answers, what was there before."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.measure import D
from django.db.models import Q

from kernel.answering import Answer, who_answers
from tenant_apps.operations.control.models import Violation

# In degrees: a coarse square the index can answer for, narrowed by metres afterwards.
AROUND = 0.012
BESIDE = 0.0012
NEAR_ADDRESS = 60
SAME_PLACE = 30


def locate(violation: Violation) -> None:
    """The settlement and the address, where the inspector left them empty."""
    if violation.settlement_id and violation.building_id:
        return
    buildings = Violation._meta.get_field("building").related_model._default_manager
    near = (
        buildings.filter(location__dwithin=(violation.place, AROUND), archived_at__isnull=True)
        .annotate(away=Distance("location", violation.place))
        .order_by("away")
        .first()
    )
    if near is None:
        return
    violation.settlement_id = violation.settlement_id or near.settlement_id
    if violation.building_id is None and near.away.m <= NEAR_ADDRESS:
        violation.building_id = near.pk


def answers_for(violation: Violation) -> list[Answer]:
    return who_answers(violation.place, on=violation.found_on, first=violation.kind.answers)


def name_responsible(violation: Violation) -> bool:
    """The first of those the map knows; a person may still choose another."""
    found = answers_for(violation)
    if not found:
        return False
    violation.party_id, violation.answers_as = found[0].party_id, found[0].kind
    violation.ground = found[0].ground[:300]
    return True


def earlier_of(violation: Violation) -> Violation | None:
    """The last violation of the same kind, by the same party or in the same place, within the term of the kind."""
    since = violation.found_on - timedelta(days=violation.kind.repeat_days)
    rows = Violation.objects.filter(
        kind=violation.kind_id, found_on__gte=since, found_on__lte=violation.found_on, archived_at__isnull=True
    ).exclude(state=Violation.State.CANCELLED)
    if violation.pk:
        rows = rows.exclude(pk=violation.pk)
    beside = rows.filter(place__dwithin=(violation.place, BESIDE)).annotate(away=Distance("place", violation.place))
    keys = [one.pk for one in beside if one.away <= D(m=SAME_PLACE)]
    same = Q(pk__in=keys)
    if violation.party_id:
        same |= Q(party=violation.party_id)
    return rows.filter(same).order_by("-found_on", "-id").first()


def note_repeat(violation: Violation) -> None:
    earlier = earlier_of(violation)
    violation.repeat_of = earlier
    violation.repeats = earlier.repeats + 1 if earlier else 0
