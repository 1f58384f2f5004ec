"""How widgets stand: as declared, as the role has it, as the person has it; the nearest word counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kernel.access.grants import rights_of
from kernel.access.levels import Level
from kernel.access.models import Role, User
from kernel.access.rights import allowed
from kernel.indicators.catalogue import Declared
from kernel.operations import Denied, operation
from tenant_apps.insight.dashboards.declarations import CHARTS, SIZES, Dashboard, Widget
from tenant_apps.insight.dashboards.models import Arrangement

MOST_WIDGETS = 40
# How many counters of a person's own modules stand where little of what is declared is theirs.
FILLED = 8


@dataclass(frozen=True, slots=True)
class Arranged:
    """`version` is nought where nothing is saved; `whose` is "person", "role" or "" for the declared order."""

    widgets: tuple[Widget, ...]
    whose: str = ""
    role: Role | None = None
    version: int = 0


def arranged_for(board: Dashboard, user: Any, known: Mapping[str, Declared]) -> Arranged:
    held = [one.role for one in rights_of(user).held]
    rows = list(Arrangement.objects.filter(dashboard=board.code, role__in=[role.pk for role in held]))
    mine = Arrangement.objects.filter(dashboard=board.code, person=user).first()
    if mine:
        return Arranged(_read(mine), "person", None, mine.version)
    by_role = {row.role_id: row for row in rows}
    for role in held:
        if row := by_role.get(role.pk):
            return Arranged(_read(row), "role", role, row.version)
    return Arranged(_filled(board, known))


def arranged_of(board: Dashboard, role: Role, known: Mapping[str, Declared]) -> Arranged:
    row = Arrangement.objects.filter(dashboard=board.code, role=role).first()
    if row:
        return Arranged(_read(row), "role", role, row.version)
    return Arranged(_filled(board, known), "", role)


def _filled(board: Dashboard, known: Mapping[str, Declared]) -> tuple[Widget, ...]:
    if not board.fills or sum(one.indicator in known for one in board.widgets) >= FILLED:
        return board.widgets
    here = {one.indicator for one in board.widgets}
    more = [
        one for code, one in known.items() if code not in here and (one.indicator.tile or one.indicator.good is False)
    ]
    return (*board.widgets, *(Widget(one.code) for one in more[:FILLED]))


def _read(row: Arrangement) -> tuple[Widget, ...]:
    return tuple(Widget(**one) for one in row.widgets)


def changed(widgets: Sequence[Widget], asked: Mapping[str, str]) -> tuple[Widget, ...]:
    """What the form says of each widget, then the button that was pressed: `up:3`, `down:3`, `drop:3`, `add`."""
    found = [_set(widget, asked, place) for place, widget in enumerate(widgets)]
    verb, _colon, number = asked.get("do", "").partition(":")
    if verb == "add" and asked.get("indicator"):
        return (
            *found,
            Widget(asked["indicator"], asked.get("chart", "tile"), asked.get("by", ""), _size(asked, "columns")),
        )
    place = int(number) if number.isdecimal() and len(number) < 4 else -1
    if not 0 <= place < len(found):
        return tuple(found)
    if verb == "drop":
        del found[place]
    other = place + {"up": -1, "down": 1}.get(verb, 0)
    if other != place and 0 <= other < len(found):
        found[place], found[other] = found[other], found[place]
    return tuple(found)


def _set(widget: Widget, asked: Mapping[str, str], place: int) -> Widget:
    if f"columns{place}" not in asked:
        return widget
    return Widget(
        widget.indicator, widget.chart, widget.by, _size(asked, f"columns{place}"), f"shown{place}" not in asked
    )


def _size(asked: Mapping[str, str], name: str) -> int:
    given = asked.get(name, "1")
    return int(given) if given in map(str, SIZES) else 0


@operation("dashboards", Level.VIEW)
def arrange(
    board: Dashboard,
    widgets: Sequence[Widget],
    *,
    by: User,
    known: Mapping[str, Declared],
    version: int,
    role: Role | None = None,
) -> Arrangement:
    """One's own, or a role's for whoever manages dashboards. Refused when it was saved since `version` was seen."""
    _may(by, role)
    checked = [asdict(one) for one in _checked(widgets, known)]
    owner: dict[str, Any] = {"role": role} if role else {"person": by}
    row = Arrangement.objects.select_for_update(of=("self",)).filter(dashboard=board.code, **owner).first()
    if (row.version if row else 0) != version:
        raise _stale()
    if row is None:
        row = Arrangement(dashboard=board.code, **owner)
    else:
        row.version += 1
    row.widgets = checked
    row.full_clean(exclude=["widgets"])
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as twice:
        raise _stale() from twice
    return row


@operation("dashboards", Level.VIEW)
def reset(board: Dashboard, *, by: User, role: Role | None = None) -> None:
    """Back to what the role has; a role's own, back to what is declared."""
    _may(by, role)
    owner: dict[str, Any] = {"role": role} if role else {"person": by}
    for row in Arrangement.objects.filter(dashboard=board.code, **owner):
        row.delete()


def _may(by: User, role: Role | None) -> None:
    if role is not None and not allowed(by, "dashboards", Level.MANAGE):
        raise Denied(
            _("Розкладку для ролі змінює той, хто керує кабінетами. Збережіть собі власну або попросіть керівника.")
        )


def _stale() -> Denied:
    return Denied(_("Розкладку тим часом змінено в іншому вікні. Перегляньте її тепер і внесіть свою зміну ще раз."))


def _checked(widgets: Sequence[Widget], known: Mapping[str, Declared]) -> list[Widget]:
    """Once each. A widget of a module that is off just now keeps its place."""
    if len(widgets) > MOST_WIDGETS:
        raise Denied(_("На панелі вміщується %(most)s віджетів. Приберіть зайві.") % {"most": MOST_WIDGETS})
    found: dict[str, Widget] = {}
    for one in widgets:
        if one.columns not in SIZES or one.chart not in CHARTS:
            raise Denied(_("Такого розміру чи вигляду немає. Оберіть із запропонованих."))
        indicator = known.get(one.indicator)
        if indicator is not None and one.chart in ("bars", "share") and one.by not in indicator.indicator.by:
            raise Denied(
                _("Показник «%(title)s» за таким розрізом не ділиться. Оберіть інший розріз або плитку.")
                % {"title": indicator.title}
            )
        found.setdefault(one.key, one)
    return list(found.values())
