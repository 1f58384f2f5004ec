from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kernel.access.forms import ActionForm
from kernel.audit.models import Viewing


class TemplateForm(ActionForm):
    code = forms.ChoiceField(label=_("Яка форма"), required=False)
    title = forms.CharField(
        label=_("Назва нової форми"), max_length=120, required=False, help_text=_("Лише коли додаєте нову.")
    )
    file = forms.FileField(label=_("Шаблон (docx)"), widget=forms.FileInput(attrs={"accept": ".docx"}))
    note = forms.CharField(label=_("Що змінено"), max_length=300, required=False)

    def __init__(self, *args: Any, known: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code: Any = self.fields["code"]
        code.choices = [("", _("нова форма")), *known]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned is not None and not cleaned.get("code") and not cleaned.get("title", "").strip():
            raise ValidationError({"title": _("Назвіть нову форму або оберіть, яку з наявних замінити.")})
        return cleaned


class PrintingForm(ActionForm):
    format = forms.ChoiceField(
        label=_("Формат"), choices=[("docx", "Word (DOCX)"), ("pdf", "PDF")], widget=forms.RadioSelect, initial="docx"
    )
    keep = forms.BooleanField(label=_("Долучити до картки"), required=False)
    purpose = forms.ChoiceField(
        label=_("Мета, якщо потрібні персональні дані"),
        choices=[("", _("без персональних даних: лишаться прихованими")), *Viewing.Purpose.choices],
        required=False,
    )
    note = forms.CharField(label=_("Пояснення мети"), max_length=500, required=False)

    def __init__(self, *args: Any, personal: bool, may_keep: bool, no_pdf: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not personal:
            del self.fields["purpose"], self.fields["note"]
        if not may_keep:
            del self.fields["keep"]
        kinds: Any = self.fields["format"]
        if no_pdf:
            kinds.choices, kinds.help_text = kinds.choices[:1], no_pdf

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned and cleaned.get("purpose") == Viewing.Purpose.OTHER and not cleaned.get("note", "").strip():
            raise ValidationError({"note": _("Поясніть, навіщо друкуєте персональні дані.")})
        return cleaned
