"""What printed forms of a community take from outside its schema."""

from __future__ import annotations

from django.utils import timezone

from kernel.printforms.models import OwnForm
from kernel.printforms.ports import RegionalForm as Given
from kernel.registers.exporting.typesetting import picture_of
from kernel.tenancy import current_tenant, platform_context
from shared_apps.communities.brand import arms_of, community_of
from shared_apps.patterns.models import OwnInstead, RegionalForm


def regional_forms(register: str) -> list[Given]:
    region = current_tenant().region
    if not region:
        return []
    with platform_context():
        found = RegionalForm.objects.filter(region=region, register=register, active=True)
        return [Given(one.register, one.code, one.title, one.number, bytes(one.content)) for one in found]


def own_form_changed(register: str, code: str, title: str, number: int | None) -> None:
    """So that the region knows who prints their own without visiting anybody's schema."""
    same = {"community_id": current_tenant().id, "register": register, "code": code}
    with platform_context():
        if number is None:
            OwnInstead.objects.filter(**same).delete()
        else:
            given = {"title": title[:120], "number": number, "since": timezone.now()}
            OwnInstead.objects.update_or_create(**same, defaults=given)


def tell_own_forms() -> int:
    """All of the current tenant at once: after a restore, and of those put in force before anybody was told."""
    tenant = current_tenant()
    found = OwnForm.objects.filter(active__isnull=False).select_related("active")
    working = {(form.register, form.code): (form.title, form.active.number) for form in found if form.active}
    changed = 0
    with platform_context():
        for one in OwnInstead.objects.filter(community_id=tenant.id):
            if working.get((one.register, one.code)) == (one.title, one.number):
                del working[one.register, one.code]
            elif (one.register, one.code) not in working:
                one.delete()
                changed += 1
    for (register, code), (title, number) in working.items():
        own_form_changed(register, code, title, number)
    return changed + len(working)


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
