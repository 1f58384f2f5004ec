"""A community's own web address: it names it, puts a record into DNS and asks to look. The looking is provisioning's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.jobs.models import Job
from kernel.jobs.queue import enqueue
from kernel.operations import Denied, Who, name_of, operation
from kernel.tenancy import current_tenant, platform_context
from shared_apps.communities.models import Domain

OWN_DOMAIN = "provisioning.own_domain"
CLAIM, PROVE, DROP = "claim", "prove", "drop"
MOST = 5


@dataclass(frozen=True, slots=True)
class OwnDomain:
    name: str
    record: str
    value: str
    proved: bool
    primary: bool


def own_domains() -> list[OwnDomain]:
    tenant = current_tenant()
    with platform_context():
        rows = list(Domain.objects.filter(tenant_id=tenant.id, own=True).order_by("domain"))
    return [
        OwnDomain(
            row.domain,
            f"_hromada.{row.domain}",
            f"hromada-verification={row.verification_token}",
            row.verified_at is not None,
            row.is_primary,
        )
        for row in rows
    ]


@operation("access", Level.MANAGE)
def ask_domain(name: str, verb: str, *, by: Who) -> Job:
    """Naming and proving go to the queue: the names' rules and DNS are provisioning's."""
    name = name.strip().lower()
    mine = own_domains()
    if verb == CLAIM and len(mine) >= MOST and name not in {one.name for one in mine}:
        raise Denied(_("Адрес уже %(most)s. Приберіть ту, що не потрібна.") % {"most": MOST})
    if verb != CLAIM and name not in {one.name for one in mine}:
        raise Denied(_("Такої адреси у громади немає. Спершу назвіть її."))
    job, _new = enqueue(
        OWN_DOMAIN, subject=name[:100], title=_("Адреса сайту %(name)s") % {"name": name[:100]},
        name=name, verb=verb, by=name_of(by),
    )  # fmt: skip
    return job


def last_word() -> dict[str, Any] | None:
    """What came of the newest request: under way, or the answer in words."""
    job = Job.objects.filter(kind=OWN_DOMAIN).order_by("-queued_at").first()
    if job is None:
        return None
    return {"busy": job.status in Job.ACTIVE, "told": job.message, "failed": job.status == Job.Status.FAILED}
