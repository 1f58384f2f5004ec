"""A region's form: uploaded, looked at, put in force for all its communities at once, taken back."""

from __future__ import annotations

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import allowed, require
from kernel.operations import Denied, Who, name_of, operation
from kernel.printforms.inspection import inspect_template
from kernel.printforms.operations import BadTemplate
from kernel.registers.registry import UnknownRegister, register_named
from kernel.tenancy import platform_context
from kernel.tenancy.actor import Actor
from kernel.tenancy.locks import hold_lock
from shared_apps.communities.models import Community
from shared_apps.patterns.models import RegionalForm


def may_publish(user: User, region: str) -> bool:
    """Whoever works with the communities of the whole region, not of one district of it."""
    return allowed(user, "communities", Level.EDIT, Community(katottg=region))


def versions_of(region: str, register: str, code: str) -> QuerySet[RegionalForm]:
    return RegionalForm.objects.filter(region=region, register=register, code=code)


@operation("communities", None)
def upload_form(
    region: str, register: str, code: str, title: str, content: bytes, *, by: Who, note: str = ""
) -> RegionalForm:
    """A new version, not in force until somebody who looked at it says so."""
    _authorise(by, region)
    try:
        found = inspect_template(content, register_named(register))
    except UnknownRegister:
        raise Denied(_("Такого реєстру немає. Поверніться до переліку форм і оберіть реєстр.")) from None
    if found.problems:
        raise BadTemplate(found.problems)
    hold_lock(f"patterns.{region}.{register}.{code}")
    last = versions_of(region, register, code).aggregate(last=Max("number"))["last"] or 0
    return RegionalForm.objects.create(
        region=region, register=register, code=code, title=title[:120], number=last + 1, content=content,
        note=note.strip()[:300], published_by=name_of(by),
    )  # fmt: skip


@operation("communities", None)
def put_in_force(version: RegionalForm, *, by: Who, reason: str = "") -> None:
    """This version from now on: a newer one, or an older one again. Fields may have gone since it was uploaded."""
    _authorise(by, version.region)
    found = inspect_template(bytes(version.content), register_named(version.register))
    if found.problems:
        raise BadTemplate(found.problems)
    hold_lock(f"patterns.{version.region}.{version.register}.{version.code}")
    for one in versions_of(version.region, version.register, version.code).filter(active=True).exclude(pk=version.pk):
        one.active = False
        one.save(update_fields=["active"])
    version.active = True
    version.save(update_fields=["active"])


@operation("communities", None)
def take_out_of_force(region: str, register: str, code: str, *, by: Who, reason: str = "") -> int:
    """From now on communities print the built-in form, or their own."""
    _authorise(by, region)
    working = list(versions_of(region, register, code).filter(active=True))
    for one in working:
        one.active = False
        one.save(update_fields=["active"])
    return len(working)


def _authorise(by: Who, region: str) -> None:
    if isinstance(by, User):
        require(by, "communities", Level.EDIT, Community(katottg=region))


# -- for the command line ------------------------------------------------------------------------------


def publish_form(region: str, register: str, code: str, title: str, content: bytes, *, by: str) -> RegionalForm:
    """A new version in force; the versions before it stay."""
    operator = Actor("operator", name=by)
    with platform_context():
        version = upload_form(region, register, code, title, content, by=operator)
        put_in_force(version, by=operator)
    return version


def withdraw_form(region: str, register: str, code: str) -> int:
    with platform_context():
        return take_out_of_force(region, register, code, by=Actor("operator", name="operator"))
