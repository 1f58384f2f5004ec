"""The list of communities as the console asks for it: what is searched, narrowed and sorted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict

from kernel.access.rights import visible
from shared_apps.communities.models import Community, Domain
from shared_apps.communities.search import named_like
from shared_apps.fleet.models import Blueprint, SchemaVersion

SORTS: Mapping[str, str] = {
    "name": "short_name",
    "state": "state",
    "kind": "kind",
    "created": "created_at",
    "parent": "parent__short_name",
}
DEFAULT_SORT = "name"
LONGEST_QUERY = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator asked for; anything unknown in the address counts as not asked."""

    query: str
    state: str
    kind: str
    sort: str

    @classmethod
    def from_query(cls, given: QueryDict) -> Wish:
        state, kind, sort = given.get("state", ""), given.get("kind", ""), given.get("sort", "")
        return cls(
            query=" ".join(given.get("q", "").split())[:LONGEST_QUERY],
            state=state if state in Community.State.values else "",
            kind=kind if kind in Community.Kind.values else "",
            sort=sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
        )

    @property
    def order(self) -> list[str]:
        sign = "-" if self.sort.startswith("-") else ""
        return [sign + SORTS[self.sort.removeprefix("-")], "slug"]


EVERYTHING = Wish(query="", state="", kind="", sort=DEFAULT_SORT)


def matching(wish: Wish, user: Any) -> QuerySet[Community]:
    """Only what the operator's role covers: a region, a district, or everything."""
    found = visible(Community.objects.select_related("parent", "plan"), user, module="communities")
    if wish.query:
        own = Domain.objects.filter(tenant=OuterRef("pk"), domain__icontains=wish.query)
        found = found.filter(named_like(wish.query) | Q(Exists(own)))
    if wish.kind:
        found = found.filter(kind=wish.kind)
    return found


def rows(wish: Wish, user: Any) -> QuerySet[Community]:
    current = Blueprint.objects.filter(current=True).values("fingerprint")[:1]
    version = SchemaVersion.objects.filter(schema_name=OuterRef("schema_name")).values("fingerprint")[:1]
    host = Domain.objects.filter(tenant=OuterRef("pk"), is_primary=True).values("domain")[:1]
    found = matching(wish, user)
    if wish.state:
        found = found.filter(state=wish.state)
    return found.annotate(host=Subquery(host), fingerprint=Subquery(version), target=Subquery(current)).order_by(
        *wish.order
    )


def state_counts(wish: Wish, user: Any) -> dict[str, int]:
    """How many of those found stand in each state: the numbers on the chips."""
    counted = matching(wish, user).order_by().values(code=F("state")).annotate(count=Count("pk"))
    return {row["code"]: row["count"] for row in counted}
