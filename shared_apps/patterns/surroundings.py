"""What printed forms of a community take from outside its schema."""

from __future__ import annotations

from kernel.printforms.ports import RegionalForm as Given
from kernel.registers.exporting.typesetting import picture_of
from kernel.tenancy import current_tenant, platform_context
from shared_apps.communities.brand import arms_of, community_of
from shared_apps.patterns.models import RegionalForm


def regional_forms(register: str) -> list[Given]:
    region = current_tenant().region
    if not region:
        return []
    with platform_context():
        found = RegionalForm.objects.filter(region=region, register=register, active=True)
        return [Given(one.register, one.code, one.title, one.number, bytes(one.content)) for one in found]


def community_facts() -> dict[str, str]:
    community = community_of(current_tenant().id)
    return {
        "name": community.short_name,
        "full_name": community.name,
        "genitive": community.genitive_name or community.name,
        "edrpou": community.edrpou,
    }


def coat_of_arms() -> bytes:
    """A PNG whatever the arms are kept as: Word takes no drawings."""
    content, kind = arms_of(community_of(current_tenant().id))
    return picture_of(content, "svg" if "svg" in kind else kind.rpartition("/")[2])
