"""Rows of the communities: found, locked, moved. Every move of state leaves its row in the same transaction."""

from __future__ import annotations

from difflib import get_close_matches

from django.db import transaction
from django.utils.timezone import now

from kernel.tenancy.directory import forget_hosts
from provisioning.errors import NotFound
from provisioning.lifecycle.flow import require_move
from shared_apps.communities.models import Community, StateChange


def find_community(slug: str) -> Community:
    """In platform scope."""
    return _found(slug, lock=False)


def locked_community(slug: str) -> Community:
    """The same with its row locked until the transaction ends."""
    return _found(slug, lock=True)


def move_community(community: Community, move: str, *, by: str, reason: str = "") -> StateChange:
    """Inside the transaction that does the rest of the move; the row must be locked."""
    legal = require_move(move, slug=community.slug, state=community.state, reason=reason)
    change = StateChange(community=community, was=community.state, became=legal.target, by=by, reason=reason.strip())
    community.state, community.state_reason, community.state_at = legal.target, change.reason, change.at
    community.save(update_fields=["state", "state_reason", "state_at"])
    change.save(force_insert=True)
    transaction.on_commit(forget_hosts)
    return change


def note_fact(community: Community, fact: str, *, by: str) -> None:
    """Something worth remembering that did not change the state."""
    StateChange.objects.create(
        community=community, was=community.state, became=community.state, at=now(), by=by, reason=fact[:500]
    )


def _found(slug: str, *, lock: bool) -> Community:
    rows = Community.objects.select_related(None)
    community = (rows.select_for_update() if lock else rows).filter(slug=slug).first()
    if community is None:
        near = get_close_matches(slug, Community.objects.values_list("slug", flat=True), n=3, cutoff=0.5)
        raise NotFound(
            f"Громади чи підприємства «{slug}» немає.",
            f"може, {', '.join(near)}? Усі: hromada tenant list." if near else "усі: hromada tenant list.",
        )
    return community
