"""Ratings and reports kept under names: whose they are, who sees them, which of them is open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from kernel.access.models import User
from kernel.operations import Denied
from shared_apps.console.models import Composed

# The words of a tab, its address, a count it does not have, whether it is the open one.
Tab = tuple[str, str, None, bool]


def kept_for[Kept: Composed](model: type[Kept], user: User) -> QuerySet[Kept]:
    """One's own, and those others share."""
    return model._default_manager.filter(Q(owner_id=user.pk) | Q(shared=True))


def kept_named[Kept: Composed](model: type[Kept], user: User, key: str) -> Kept | None:
    if not key:
        return None
    try:
        return get_object_or_404(kept_for(model, user), pk=UUID(key))
    except ValueError:
        raise Http404 from None


def tabs_of[Kept: Composed](model: type[Kept], user: User, opened: Kept | None) -> list[Tab]:
    return [
        (
            one.title if one.owner_id == user.pk else f"{one.title} · {one.created_by}",
            f"?saved={one.pk}",
            None,
            opened is not None and opened.pk == one.pk,
        )
        for one in kept_for(model, user)
    ]


def require_own(one: Composed, by: Any) -> None:
    if one.owner_id != by.pk:
        raise Denied(
            _("«%(title)s» зберіг хтось інший: змінити чи прибрати це може лише він. Збережіть собі власне.")
            % {"title": one.title}
        )


def called(one: Composed, given: QueryDict) -> None:
    one.title = " ".join(given.get("title", "").replace("\x00", "").split())[:120]
    one.shared = given.get("shared") == "on"
