"""What an administrator asks of the journals."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import psycopg
from django import forms
from django.db import OperationalError, connection, transaction
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from kernel.audit.declare import tracked_tables
from kernel.audit.models import History, Viewing
from kernel.audit.naming import entries_naming
from kernel.audit.wording import local_zone

PAGE_SIZE = 50
PATIENCE = "5s"


class TooSlow(RuntimeError):
    """The question touches too much of the journal."""


@dataclass(frozen=True, slots=True)
class Page[Row: Model]:
    """Newest first; `older` is the number to continue from, None at the end."""

    rows: Sequence[Row]
    older: int | None


def page_of[Row: Model](found: QuerySet[Row], before: int | None = None, size: int = PAGE_SIZE) -> Page[Row]:
    """One page by key, so that the last page costs as much as the first and new entries shift nothing."""
    if before is not None:
        found = found.filter(pk__lt=before)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
            rows = list(found.order_by("-pk")[: size + 1])
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise TooSlow from error
        raise
    return Page(rows[:size], rows[size - 1].pk if len(rows) > size else None)


def all_of[Row: Model](found: QuerySet[Row], size: int = 1000) -> Iterator[Row]:
    """Everything, a portion at a time: no transaction stays open while somebody downloads."""
    before: int | None = None
    while True:
        portion = found if before is None else found.filter(pk__lt=before)
        rows = list(portion.order_by("-pk")[:size])
        yield from rows
        if len(rows) < size:
            return
        before = rows[-1].pk


def _tables() -> list[tuple[str, Any]]:
    """Tables with history that this scope has, by the names people know them under."""
    here = set(connection.introspection.table_names())
    return sorted(
        (
            (tracked.table, capfirst(str(tracked.model._meta.verbose_name_plural)))
            for tracked in tracked_tables()
            if tracked.table in here
        ),
        key=lambda choice: choice[1],
    )


class _PeriodForm(forms.Form):
    person = forms.CharField(label=_("Хто"), max_length=200, required=False)
    since = forms.DateField(label=_("Від"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("До"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("Кінець періоду раніший за початок."))
        return cleaned

    def _common(self) -> Q:
        asked = self.cleaned_data
        found = Q()
        if person := asked["person"].strip():
            found &= Q(actor_name__icontains=person) | Q(actor_id=person)
        if asked["since"]:
            found &= Q(at__gte=_midnight(asked["since"]))
        if asked["until"]:
            found &= Q(at__lt=_midnight(asked["until"] + timedelta(days=1)))
        return found


class HistorySearch(_PeriodForm):
    table = forms.ChoiceField(label=_("Що"), required=False)
    row = forms.CharField(label=_("Ключ запису"), max_length=100, required=False)
    action = forms.ChoiceField(label=_("Дія"), required=False, choices=[("", _("усі")), *History.Action.choices])
    text = forms.CharField(label=_("Текст у значеннях"), max_length=200, required=False)
    request = forms.CharField(label=_("Номер запиту"), max_length=64, required=False)
    field_order = ("person", "table", "action", "since", "until", "text", "row", "request")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["table"].choices = [("", _("усе")), *_tables()]  # type: ignore[attr-defined]

    def entries(self, *, readable: Collection[str], reader: Any = None) -> QuerySet[History]:
        """The text is looked for only in values that the reader may see: an answer would tell them too.

        It is also looked for in the names of cards that the values point to.
        """
        asked = self.cleaned_data
        found = self._common()
        for field, column in (
            ("table", "table_name"),
            ("row", "row_id"),
            ("action", "action"),
            ("request", "request_id"),
        ):
            if value := asked[field].strip():
                found &= Q(**{column: value})
        entries = History.objects.filter(found)
        if text := asked["text"].strip():
            entries = entries.annotate(
                before_text=Cast("before", TextField()), after_text=Cast("after", TextField())
            ).filter(
                Q(table_name__in=readable) & (Q(before_text__icontains=text) | Q(after_text__icontains=text))
                | Q(reason__icontains=text)
                | entries_naming(text, reader, {asked["table"]} & set(readable) if asked["table"] else readable)
            )
        return entries


class ViewingSearch(_PeriodForm):
    purpose = forms.ChoiceField(label=_("Мета"), required=False, choices=[("", _("усі")), *Viewing.Purpose.choices])
    row = forms.CharField(label=_("Ключ запису"), max_length=100, required=False)
    field_order = ("person", "purpose", "since", "until", "row")

    def entries(self) -> QuerySet[Viewing]:
        found = self._common()
        for field, column in (("purpose", "purpose"), ("row", "row_id")):
            if value := self.cleaned_data[field].strip():
                found &= Q(**{column: value})
        return Viewing.objects.filter(found)


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), local_zone())
