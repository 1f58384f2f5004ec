"""A copy to learn on: the community's own data with invented people. The copying is provisioning's."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.jobs.models import Job
from kernel.jobs.queue import enqueue
from kernel.operations import Denied, Who, name_of, operation
from kernel.tenancy import current_tenant, platform_context
from shared_apps.communities.models import Community

SANDBOX = "provisioning.sandbox"
SUFFIX = "-proba"


def slug_of_copy(slug: str) -> str:
    return f"{slug[: 40 - len(SUFFIX)].rstrip('-')}{SUFFIX}"


def sandbox_of(community: Community) -> Community | None:
    """In platform scope."""
    rows = Community.objects.filter(slug=slug_of_copy(community.slug), training=True)
    return rows.exclude(state__in=("archived", "deleted")).first()


@operation("access", Level.MANAGE)
def order_sandbox(*, by: Who) -> Job:
    tenant = current_tenant()
    with platform_context():
        community = Community.objects.get(pk=tenant.id)
        if community.training:
            raise Denied(_("Це вже навчальна копія: другої з неї не роблять."))
        if sandbox_of(community):
            raise Denied(_("Навчальна копія вже є. Щоб зробити нову, попросіть оператора прибрати стару."))
    job, _new = enqueue(SANDBOX, title=_("Навчальна копія"), by=name_of(by))
    return job
