"""Panels of a violation's card: photos side by side, the checklist, who answers for the place, what was before."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kernel.answering import Answering
from kernel.files.links import file_url
from kernel.files.models import StoredFile
from kernel.registers.registry import register_of
from tenant_apps.operations.control.finding import answers_for
from tenant_apps.operations.control.models import Violation

EARLIER = 10


def photos(violation: Violation, user: Any) -> dict[str, Any]:
    shown = []
    for file, title, day in (
        (violation.photo_before, _("Було"), violation.found_on),
        (violation.photo_after, _("Стало"), violation.eliminated_on),
    ):
        if file is not None:
            caption = f"{title}, {day:%d.%m.%Y}" if day else str(title)
            shown.append((_small(file, user), _told(title, violation), caption, _large(file, user)))
    return {"photos": shown}


def _told(title: str, violation: Violation) -> str:
    return f"{title}: {violation.kind}"


def _small(file: StoredFile, user: Any) -> str:
    if not file.is_open:
        return ""
    if file.has_thumbnails:
        return file_url(file, user, thumbnail="small")
    return file_url(file, user) if file.shown_by_browsers else ""


def _large(file: StoredFile, user: Any) -> str:
    return file_url(file, user) if file.is_open else ""


def findings(violation: Violation, user: Any) -> dict[str, Any]:
    return {"findings": list(violation.findings.select_related("item"))}


def answers(violation: Violation, user: Any) -> dict[str, Any]:
    titles = dict(Answering.choices)
    return {
        "answers": [
            {"label": titles.get(one.kind, one.kind), "name": one.name, "ground": one.ground, "url": one.url}
            for one in answers_for(violation)
        ]
    }


def earlier(violation: Violation, user: Any) -> dict[str, Any]:
    """The same kind by the same party; where there is none, what this one repeats."""
    register = register_of(Violation)
    if register is None:
        return {"earlier": []}
    rows = register.rows(user).select_related("kind").exclude(pk=violation.pk)
    rows = rows.filter(found_on__lte=violation.found_on, kind=violation.kind_id)
    if violation.party_id:
        rows = rows.filter(party=violation.party_id)
    elif violation.repeat_of_id:
        rows = rows.filter(pk=violation.repeat_of_id)
    else:
        return {"earlier": []}
    return {
        "earlier": [
            {
                "url": register.url("card", one.pk),
                "title": one.number,
                "day": one.found_on,
                "tone": Violation.tones[one.state],
                "state": one.get_state_display(),
            }
            for one in rows.order_by("-found_on", "-id")[:EARLIER]
        ]
    }
