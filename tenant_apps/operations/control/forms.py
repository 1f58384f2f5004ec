from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.dates import local_today
from kernel.access.forms import ActionForm, DayField, ReasonForm
from kernel.files.fields import CardFileFormField
from kernel.registers.inputs import input_for
from kernel.registers.registry import register_named
from tenant_apps.operations.control.models import CheckItem, Violation, ViolationKind


class NoticeForm(ActionForm):
    due_on = DayField(
        label=gettext_lazy("Усунути до"), required=False, help_text=gettext_lazy("Порожньо — за строком виду.")
    )


class TermForm(ReasonForm):
    due_on = DayField(label=gettext_lazy("Усунути до"))
    field_order = ("due_on", "reason")


class ProtocolForm(ActionForm):
    number = forms.CharField(label=gettext_lazy("Номер протоколу"), max_length=40)
    on = DayField(label=gettext_lazy("Дата протоколу"), initial=local_today)


class EliminationForm(ActionForm):
    on = DayField(label=gettext_lazy("Усунуто"), initial=local_today)
    photo = CardFileFormField(
        label=gettext_lazy("Знімок усунення"), help_text=gettext_lazy("З того самого місця, що й перший.")
    )
    outcome = forms.CharField(
        label=gettext_lazy("Що зроблено"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class FieldForm(ActionForm):
    """What an inspector fills in on the spot: the photo first, everything else may be guessed from it."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: ViolationKind, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        register = register_named("control.violations")
        photo = CardFileFormField(label=_("Знімок"), person=user)
        photo.widget.attrs |= {"accept": "image/*", "capture": "environment"}
        place: Any = input_for(register, "place", user)
        place.required = False
        place.help_text = _("Порожньо — за знімком, якщо телефон записав у ньому місце.")
        self.fields |= {"photo": photo, "place": place}
        items = CheckItem.objects.filter(kind=kind, archived_at__isnull=True)
        if items.exists():
            self.fields["broken"] = forms.ModelMultipleChoiceField(
                items, label=_("Що порушено"), required=False, widget=forms.CheckboxSelectMultiple
            )
        self.fields["details"] = forms.CharField(
            label=_("Коротко"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
        )
        self.fields["landmark"] = forms.CharField(label=_("Орієнтир"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("place") is None and "place" not in self.errors:
            cleaned["place"] = _taken_at(cleaned.get("photo"))
            if cleaned["place"] is None and "photo" not in self.errors:
                self.add_error("place", _("У знімку місця немає. Натисніть «Де я» на мапі або впишіть координати."))
        return cleaned

    def violation(self) -> Violation:
        given = self.cleaned_data
        return Violation(
            kind=self.kind,
            place=given["place"],
            photo_before=given["photo"],
            details=given["details"],
            landmark=given["landmark"],
            sent_key=given["key"],
        )


def _taken_at(photo: Any) -> Point | None:
    where = getattr(photo, "taken_where", None)
    return where if isinstance(where, Point) else None
