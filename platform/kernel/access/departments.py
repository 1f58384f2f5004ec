"""The department a person's records are known by, kept by whichever module knows who works where.

Called inside an operation of that module, which has checked the right and named the author.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.apps import apps
from django.db.models import CharField, Model

from kernel.access.grants import forget_rights
from kernel.access.models import User


def place_person(user: User, *, department: str, position: str) -> None:
    """Where the person works from today on, as rules and documents read it."""
    if (user.department, user.position) != (department, position[:120]):
        user.department, user.position = department, position[:120]
        user.save(update_fields=["department", "position"])
    forget_rights(user)


def rename_department(old: str, new: str, *, only: Collection[Any] | None = None) -> int:
    """Everybody and every record known by the old name goes by the new one; the number of rows changed.

    With `only` just these accounts: the name also belongs to another department, so records stay.
    """
    if only is not None:
        return User.objects.filter(pk__in=list(only), department=old).update(department=new)
    return sum(model._default_manager.filter(department=old).update(department=new) for model in _naming_models())


def _naming_models() -> Iterator[type[Model]]:
    """Tables that write the name of the department down; those that point to it follow by themselves."""
    for model in apps.get_models():
        named = getattr(model, "record_rules", {}).get("department") == "department"
        if named and isinstance(model._meta.get_field("department"), CharField):
            yield model
