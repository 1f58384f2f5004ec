"""Looking at personal data leaves a trace: who, when, from where, for what purpose, which fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from kernel.audit.models import Viewing
from kernel.tenancy.actor import Actor, actor_or_none


class PurposeMissing(ValueError):
    """Personal data was about to be shown without a reason."""

    def __init__(self) -> None:
        super().__init__(_("Назвіть мету перегляду персональних даних; для іншої мети додайте пояснення."))


def log_view(
    subject: Model | str, row_id: Any = "", *, purpose: str, note: str = "", fields: Sequence[str] = ()
) -> Viewing:
    """Write the look down. `subject` is the object, or the name of its table together with `row_id`.

    Call it before the data is shown: what cannot be written down must not be seen.
    """
    note = note.strip()
    if purpose not in Viewing.Purpose.values or (purpose == Viewing.Purpose.OTHER and not note):
        raise PurposeMissing
    actor = actor_or_none() or Actor("")
    table, key = (subject._meta.db_table, subject.pk) if isinstance(subject, Model) else (subject, row_id)
    return Viewing.objects.create(
        table_name=table,
        row_id=str(key),
        purpose=purpose,
        note=note[:500],
        fields=list(fields),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        address=actor.address,
        request_id=actor.request_id,
    )


def views_of(person: Model) -> QuerySet[Viewing]:
    """Who looked at this person's data, newest first; the person has a right to this list."""
    return Viewing.objects.filter(table_name=person._meta.db_table, row_id=str(person.pk))


@contextmanager
def viewing[Subject: Model](
    subject: Subject, *, purpose: str, note: str = "", fields: Sequence[str] = ()
) -> Iterator[Subject]:
    """`with viewing(person, purpose=…) as person:` - the block runs only when the look is on record."""
    log_view(subject, purpose=purpose, note=note, fields=fields)
    yield subject


class PurposeForm(forms.Form):
    """What a page asks before it shows personal data."""

    purpose = forms.ChoiceField(label=_("Мета перегляду"), choices=[("", _("— оберіть —")), *Viewing.Purpose.choices])
    note = forms.CharField(label=_("Пояснення"), max_length=500, required=False)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned and cleaned.get("purpose") == Viewing.Purpose.OTHER and not cleaned.get("note", "").strip():
            raise ValidationError({"note": _("Поясніть, навіщо відкриваєте персональні дані.")})
        return cleaned
