"""A region's form comes into force for all its communities at once, or is taken back."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kernel.operations import Denied
from kernel.printforms.inspection import inspect_template
from kernel.registers.registry import register_named
from kernel.tenancy import platform_context
from shared_apps.patterns.models import RegionalForm


def publish_form(region: str, register: str, code: str, title: str, content: bytes, *, by: str) -> RegionalForm:
    """A new version in force; the versions before it stay."""
    found = inspect_template(content, register_named(register))
    if found.problems:
        raise Denied(_("Шаблон не прийнято: %(what)s") % {"what": " ".join(found.problems)})
    same = {"region": region, "register": register, "code": code}
    with platform_context(), transaction.atomic():
        versions = RegionalForm.objects.select_for_update().filter(**same)
        versions.update(active=False)
        last = RegionalForm.objects.filter(**same).aggregate(last=Max("number"))["last"] or 0
        return RegionalForm.objects.create(
            **same, title=title, number=last + 1, content=content, active=True, published_by=by
        )


def withdraw_form(region: str, register: str, code: str) -> int:
    with platform_context():
        return RegionalForm.objects.filter(region=region, register=register, code=code).update(active=False)
