"""Seals leave the tenant: every day to `public`, and one to another tenant, round robin.

Whoever rewrites one journal would have to rewrite the public list and the tables of the others as well.
Nothing here joins schemas: each is visited in its own scope, and values are carried between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kernel.audit.heads.models import Head
from kernel.audit.models import Seal, Witness
from kernel.tenancy import TenantRef, current_scope, for_each_tenant, platform_context


@dataclass(frozen=True, slots=True)
class LastSeal:
    subject: str
    name: str
    schema: str
    seal_id: int
    last_id: int
    hash: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A seal that somebody keeps and its own journal no longer has."""

    subject: str
    name: str
    keeper: str
    seal_id: int

    def __str__(self) -> str:
        return _(
            "Журнал «%(name)s» не має печатки № %(seal)d, яку засвідчив «%(keeper)s»: його кінець відрізано або переписано."
        ) % {"name": self.name, "seal": self.seal_id, "keeper": self.keeper}


def last_seal(name: str = "") -> LastSeal | None:
    scope = current_scope()
    seal = Seal.objects.order_by("-id").first()
    if seal is None:
        return None
    return LastSeal(scope.key, name or scope.schema, scope.schema, seal.pk, seal.last_id, seal.hash)


def publish_heads(on: date | None = None) -> dict[str, LastSeal]:
    """Collect the newest seal of every journal, the platform's included, and leave copies of it elsewhere."""
    with platform_context():
        found = [last_seal(_("Платформа"))]
    visited = for_each_tenant(lambda ref: last_seal(ref.name), reason="publish the heads of the journals")
    found += [seal for seal in visited.values() if isinstance(seal, LastSeal)]
    heads = {seal.subject: seal for seal in found if seal}
    with platform_context():
        Head.objects.bulk_create(
            [
                Head(subject=s.subject, schema=s.schema, seal_id=s.seal_id, last_id=s.last_id, hash=s.hash)
                for s in heads.values()
            ],
            ignore_conflicts=True,
        )
    _exchange(heads, on or localdate())
    return heads


def _exchange(heads: Mapping[str, LastSeal], on: date) -> None:
    """Each tenant keeps one other journal's head; the distance grows daily, so in time all keep all."""

    def keep(ref: TenantRef) -> None:
        others = [subject for subject in sorted(heads) if subject != str(ref.id)]
        if not others:
            return
        # Counted from one's own place, or on some day everybody would keep the same journal.
        place = sum(subject < str(ref.id) for subject in others)
        seal = heads[others[(place + on.toordinal()) % len(others)]]
        Witness.objects.bulk_create(
            [Witness(subject=seal.subject, name=seal.name, seal_id=seal.seal_id, last_id=seal.last_id, hash=seal.hash)],
            ignore_conflicts=True,
        )

    for_each_tenant(keep, reason="witness the head of another journal")


def contradictions() -> list[Contradiction]:
    """Compare what tenants keep of one another, and what `public` keeps of all, with the journals as they are."""
    kept: dict[str, dict[str, tuple[str, str, int]]] = {}

    def remember(keeper: str, rows: list[tuple[str, str, int, str]]) -> None:
        for subject, name, seal_id, seal_hash in rows:
            kept.setdefault(subject, {}).setdefault(seal_hash, (keeper, name, seal_id))

    with platform_context():
        rows = Head.objects.values_list("subject", "schema", "seal_id", "hash")
        remember(_("Платформа"), list(rows))
    for_each_tenant(
        lambda ref: remember(ref.name, list(Witness.objects.values_list("subject", "name", "seal_id", "hash"))),
        reason="collect witnessed seals",
    )
    found: list[Contradiction] = []

    def compare(name: str = "") -> None:
        subject = current_scope().key
        mine = kept.get(subject, {})
        present = set(Seal.objects.filter(hash__in=mine).values_list("hash", flat=True))
        for seal_hash, (keeper, known_as, seal_id) in mine.items():
            if seal_hash not in present:
                found.append(Contradiction(subject, name or known_as, keeper, seal_id))

    for_each_tenant(lambda ref: compare(ref.name), reason="compare journals with their witnessed seals")
    with platform_context():
        compare(_("Платформа"))
    return found
