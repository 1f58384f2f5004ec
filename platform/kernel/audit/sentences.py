"""The history as sentences a clerk reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from kernel.audit.beside import beside, unfolded
from kernel.audit.declare import TrackedTable, tracked_tables
from kernel.audit.models import History
from kernel.audit.naming import Names, names_in
from kernel.audit.wording import label_of, moment_text, value_text, who_text


@dataclass(frozen=True, slots=True)
class Change:
    """One field: its label and the two values in words; None where there was no row, or it is not to be told."""

    column: str
    label: str
    was: str | None
    became: str | None


@dataclass(frozen=True, slots=True)
class Sentence:
    id: int
    at: datetime
    action: str
    who: str
    what: str
    about: str
    table: str
    row_id: str
    changes: tuple[Change, ...]
    address: str
    request_id: str
    reason: str

    @property
    def when(self) -> str:
        return moment_text(self.at)

    @property
    def told(self) -> bool:
        """Whether there are values to show."""
        return any(change.was is not None or change.became is not None for change in self.changes)

    @property
    def where(self) -> str:
        return _("з адреси %(address)s") % {"address": self.address} if self.address else ""

    @property
    def why(self) -> str:
        return _("підстава: %(reason)s") % {"reason": self.reason} if self.reason else ""

    def __str__(self) -> str:
        return " · ".join(filter(None, (f"{self.who}: {self.what}", self.when, self.where, self.why)))


def history_of(
    obj: Model, *, limit: int | None = 200, untold: Collection[str] = (), reader: Any = None
) -> list[Sentence]:
    """Newest first, together with what was added to and taken from its many-to-many fields.

    `untold` are columns whose values this reader may not see: that they changed is said, not how. References are
    named to the `reader` as far as they may see those cards.
    """
    mine = Q(table_name=obj._meta.db_table, row_id=str(obj.pk))
    for table, row_id in beside(obj):
        mine |= Q(table_name=table, row_id=row_id)
    for tracked in tracked_tables():
        if tracked.made_for and isinstance(obj, tracked.made_for):
            mine |= Q(table_name=tracked.table, row_id=str(obj.pk))
    return sentences(History.objects.filter(mine)[:limit], untold=untold, reader=reader)


def sentences(
    entries: Iterable[History],
    *,
    readable: Collection[str] | None = None,
    untold: Collection[str] = (),
    reader: Any = None,
) -> list[Sentence]:
    """With `readable`, values are told only of these tables; of the others, which fields were touched."""
    tables = {tracked.table: tracked for tracked in tracked_tables()}
    known = list(entries)
    open_ones = [entry for entry in known if readable is None or entry.table_name in readable]
    names = names_in(open_ones, tables, reader)
    return [
        _sentence(entry, tables.get(entry.table_name), readable is None or entry.table_name in readable, names, untold)
        for entry in known
    ]


def _sentence(
    entry: History, tracked: TrackedTable | None, tell: bool, names: Names, untold: Collection[str] = ()
) -> Sentence:
    changes = tuple(
        change if tell and change.column not in untold else Change(change.column, change.label, None, None)
        for change in _changes(entry, tracked.model if tracked else None, names)
    )
    return Sentence(
        id=entry.pk,
        at=entry.at,
        action=entry.action,
        who=who_text(entry.actor_kind, entry.actor_name, entry.db_role),
        what=_what(entry, tracked, changes),
        about=str((tracked.made_for or tracked.model)._meta.verbose_name) if tracked else entry.table_name,
        table=entry.table_name,
        row_id=entry.row_id,
        changes=changes,
        address=entry.address,
        request_id=entry.request_id,
        reason=entry.reason,
    )


def _changes(entry: History, model: type[Model] | None, names: Names) -> tuple[Change, ...]:
    if told := unfolded(model, entry.before, entry.after):
        return tuple(Change(*one) for one in told)
    before: dict[str, Any] = entry.before or {}
    after: dict[str, Any] = entry.after or {}
    present = after or before
    # The key stands in the entry itself; it is worth a word only when it was changed.
    if model and entry.action != History.Action.UPDATE:
        present = {column: value for column, value in present.items() if column != model._meta.pk.column}
    known = [field.column for field in model._meta.concrete_fields] if model else []
    order = [column for column in known if column in present] + sorted(present.keys() - set(known))
    return tuple(
        Change(
            column,
            label_of(model, column),
            value_text(model, column, before[column], names.of) if column in before else None,
            value_text(model, column, after[column], names.of) if column in after else None,
        )
        for column in order
    )


def _what(entry: History, tracked: TrackedTable | None, changes: tuple[Change, ...]) -> str:
    if tracked and tracked.made_for:
        return _link(entry, tracked.made_for, tracked.model, changes)
    if entry.action == History.Action.INSERT:
        return _("створено запис")
    if entry.action == History.Action.DELETE:
        return _("видалено запис")
    parts = [_change(change) for change in changes]
    if len(parts) == 1:
        return _("змінено поле %(change)s") % {"change": parts[0]}
    return _("змінено поля %(changes)s") % {"changes": "; ".join(parts)}


def _change(change: Change) -> str:
    if change.was is None or change.became is None:
        return f"«{change.label}»"
    return _("«%(label)s»: було %(was)s, стало %(became)s") % {
        "label": change.label,
        "was": change.was,
        "became": change.became,
    }


def _link(entry: History, owner: type[Model], through: type[Model], changes: tuple[Change, ...]) -> str:
    field: Any = next(field for field in owner._meta.local_many_to_many if field.remote_field.through is through)
    other = next(change for change in changes if change.column == field.m2m_reverse_name())
    names = {"field": str(field.verbose_name), "value": other.became or other.was or ""}
    if entry.action == History.Action.INSERT:
        return (_("до поля «%(field)s» додано %(value)s") % names).rstrip()
    return (_("з поля «%(field)s» вилучено %(value)s") % names).rstrip()
