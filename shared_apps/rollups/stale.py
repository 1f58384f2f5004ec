"""Tenants whose figures are due though nothing changed there."""

from __future__ import annotations

from kernel.registers.registry import registers
from shared_apps.communities.models import Community
from shared_apps.rollups.formulas import note_formulas
from shared_apps.rollups.models import Pass
from shared_apps.rollups.pushing import digest_of


def stale_tenants() -> frozenset[str]:
    """Where nothing was ever counted, or a formula is no longer in force. In platform scope."""
    note_formulas()
    wanted = {register.label: digest_of(register) for register in registers() if register.indicators}
    told, old = set(), set()
    for slug, register, digest in Pass.objects.values_list("community__slug", "register", "formulas"):
        told.add(slug)
        if wanted.get(register, digest) != digest:
            old.add(slug)
    active = Community.objects.filter(state=Community.State.ACTIVE).values_list("slug", flat=True)
    return frozenset(slug for slug in active if slug not in told or slug in old)
