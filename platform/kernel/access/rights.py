"""The questions everyone asks: may this person do it, and which records do they see.

Everything is denied until a role says otherwise. What a person may not see does not exist for them.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from kernel.access.grants import Grant, rights_of, roles_with
from kernel.access.levels import Level
from kernel.access.rules import as_filter, covers
from kernel.access.subjects import SYSTEM, Subject, subjects
from kernel.operations import Denied

# More titles than that nobody reads in an answer.
MOST_TOLD = 6


def level_of(user: Any, module: str) -> Level:
    return rights_of(user).level(module)


def _grants(user: Any, module: str, level: Level) -> list[Grant]:
    return [grant for grant in rights_of(user).grants(module) if grant.level >= level]


def allowed(user: Any, module: str, level: Level, obj: Model | None = None) -> bool:
    """With `obj`: whether the right covers this very record, saved or not."""
    grants = _grants(user, module, level)
    if obj is None:
        return bool(grants)
    return any(covers(obj, grant.rule, grant.who) for grant in grants)


def visible[M: Model](queryset: QuerySet[M], user: Any, level: Level = Level.VIEW, *, module: str = "") -> QuerySet[M]:
    """The records the person may see (or, with a higher level, work with). Others are simply not there."""
    model = queryset.model
    wanted: Q | None = None
    for grant in _grants(user, module or model._meta.app_label, level):
        condition = as_filter(model, grant.rule, grant.who)
        if condition is None:
            continue
        if not condition:
            return queryset
        wanted = condition if wanted is None else wanted | condition
    return queryset.none() if wanted is None else queryset.filter(wanted)


def sees_all(model: type[Model], user: Any, level: Level = Level.VIEW, *, module: str = "") -> bool:
    """Whether nothing of the model is kept from the person: then what is counted for all is theirs to read too."""
    grants = _grants(user, module or model._meta.app_label, level)
    conditions = [as_filter(model, grant.rule, grant.who) for grant in grants]
    return any(condition is not None and not condition for condition in conditions)


def title_of(module: str) -> str:
    if module in SYSTEM:
        return str(SYSTEM[module])
    from kernel.modules.registry import module_named

    return str(module_named(module).title)


def require(user: Any, module: str, level: Level, obj: Model | None = None) -> None:
    if allowed(user, module, level, obj):
        return
    if obj is not None and allowed(user, module, level):
        raise Denied(
            _("Цей запис поза вашими правами в розділі «%(module)s». Зверніться до того, хто його веде.")
            % {"module": title_of(module)}
        )
    told = _("Для цього потрібне право «%(level)s» у розділі «%(module)s».")
    advice = opened_by(module, level) if allowed(user, "access", Level.MANAGE) else ""
    advice = advice or _("Попросіть адміністратора надати роль.")
    raise Denied(f"{told % {'level': level.label, 'module': title_of(module)}} {advice}")


def opened_by(module: str, level: Level) -> str:
    """For whoever gives roles, and has no one to ask: which of them open the module."""
    titles = [str(role) for role in roles_with(module, level)]
    if not titles:
        return _("Жодна роль цього не дає: надайте право ролі на сторінці «Люди і права».")
    told = ", ".join(titles[:MOST_TOLD]) + ("…" if len(titles) > MOST_TOLD else "")
    return _("Його дають ролі: %(roles)s. Надати роль можна на сторінці «Люди і права».") % {"roles": told}


def my_subjects(user: Any) -> list[tuple[Subject, Level]]:
    """The modules and kernel's sections open to a person, for tiles and menus."""
    rights = rights_of(user)
    found = [(subject, rights.level(subject.code)) for subject in subjects() if not subject.is_area]
    return [(subject, level) for subject, level in found if level > Level.NONE]
