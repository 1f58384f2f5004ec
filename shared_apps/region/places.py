"""Communities as the portal tells of them: those that live, and how each is found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from kernel.text import slug_from_name
from shared_apps.communities.models import Community, Domain
from shared_apps.communities.search import named_like
from shared_apps.console.asking import district_words
from shared_apps.onboarding.finding import LATIN, find_places, resembles
from shared_apps.onboarding.finding import Place as Known
from shared_apps.reference.territory import settlements_of
from shared_apps.rollups.reading import LIVING
from ui.addresses import site_url

MOST = 100
Kind, State = Community.Kind, Community.State


@dataclass(frozen=True, slots=True)
class Place:
    """A community in a cached figure: what pages show of it, and nothing else of its row."""

    pk: UUID
    slug: str
    short_name: str
    katottg: str
    region_code: str
    district_code: str

    def __str__(self) -> str:
        return self.short_name

    @classmethod
    def of(cls, one: Community) -> Place:
        return cls(one.pk, one.slug, one.short_name, one.katottg, one.region_code, one.district_code)


def everyone() -> QuerySet[Community]:
    """Hromadas and enterprises that live: always the same ones, or what is hidden could be told by comparing."""
    return Community.objects.filter(state__in=LIVING, training=False)


def hromadas() -> QuerySet[Community]:
    return everyone().filter(kind=Kind.HROMADA).order_by("short_name", "slug")


def regions() -> list[tuple[str, str]]:
    """(code, name) of the regions whose communities are here."""
    codes = hromadas().exclude(katottg="").order_by("region_code").values_list("region_code", flat=True).distinct()
    return [(code, district_words(code)) for code in codes]


@dataclass(frozen=True, slots=True)
class Found:
    communities: list[Community]
    # Known to КАТОТТГ, not here yet.
    elsewhere: list[Known]


def find(text: str) -> Found:
    """By any name or code, in either alphabet, by an old name, by a village of it, by an enterprise of it."""
    known = find_places(text)
    codes = [one.unit.code for one in known]
    named = everyone().filter(named_like(text)).select_related("parent")[:MOST]
    own = [one.parent or one for one in named if one.kind == Kind.HROMADA or one.parent]
    if LATIN.search(text):
        stem = slug_from_name(text)
        own += [one for one in hromadas() if stem and stem in slug_from_name(one.short_name)][:MOST]
    by_code = sorted(hromadas().filter(katottg__in=codes), key=lambda one: codes.index(one.katottg))
    ordered = {one.pk: one for one in [*own, *by_code]}
    living = [one for one in ordered.values() if one.state in LIVING and not one.training]
    here = {one.katottg for one in living}
    return Found(living, [one for one in known if one.unit.code not in here and not one.closed])


def urls_of(request: HttpRequest, communities: Iterable[Community]) -> dict[UUID, str]:
    """Addresses of their own portals; a suspended one answers nobody, so it has none."""
    working = [one.pk for one in communities if one.state == State.ACTIVE]
    rows = Domain.objects.filter(tenant__in=working, is_primary=True, verified_at__isnull=False)
    return {pk: site_url(request, host) for pk, host in rows.values_list("tenant_id", "domain")}


def centre_of(community: Community) -> str:
    """КАТОТТГ names no centre: it is the settlement the community is called after, or nothing is said."""
    name = community.short_name.partition(" ")[0]
    found = (unit for unit in settlements_of(community.katottg) if resembles(unit.name, name))
    return next((unit.label for unit in found), "") if community.katottg else ""
