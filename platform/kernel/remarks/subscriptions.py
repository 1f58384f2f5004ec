"""Who wants to know of changes. Rights are asked again when telling: a person may have lost the card since."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from kernel.access.models import User
from kernel.operations import operation
from kernel.remarks.models import Subscription

REGISTER = ""


def subscribers_of(table: str, row_id: str) -> list[UUID]:
    """Of the card and of its whole register, each once."""
    return list(subscribers_of_many(table, [row_id]).get(row_id, ()))


def subscribers_of_many(table: str, row_ids: Iterable[str]) -> dict[str, set[UUID]]:
    """For a change of many cards at once: one query, whatever their number."""
    wanted = list(row_ids)
    rows = Subscription.objects.filter(Q(row_id__in=wanted) | Q(row_id=REGISTER), table=table, person__is_active=True)
    told: dict[str, set[UUID]] = {row_id: set() for row_id in wanted}
    for row_id, person in rows.values_list("row_id", "person_id"):
        for key in told if row_id == REGISTER else (row_id,):
            told[key].add(person)
    return told


def is_subscribed(person: User, table: str, row_id: str = REGISTER) -> bool:
    return Subscription.objects.filter(person=person, table=table, row_id=row_id).exists()


@operation("remarks", None)
def subscribe(table: str, row_id: str = REGISTER, *, by: User) -> None:
    Subscription.objects.bulk_create([Subscription(person=by, table=table, row_id=row_id)], ignore_conflicts=True)


@operation("remarks", None)
def unsubscribe(table: str, row_id: str = REGISTER, *, by: User) -> None:
    Subscription.objects.filter(person=by, table=table, row_id=row_id).delete()
