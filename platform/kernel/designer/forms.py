"""What a designer fills in: a field, a register, a document from a neighbour."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.forms import ActionForm
from kernel.access.levels import Level
from kernel.designer.models import Definition, Kind, OwnField
from kernel.designer.rules import options_of
from kernel.registers.registry import registers

LEVELS = [
    (int(Level.VIEW), gettext_lazy("усім, хто бачить реєстр")),
    (int(Level.EDIT), gettext_lazy("тим, хто веде картки")),
    (int(Level.MANAGE), gettext_lazy("тим, хто керує реєстром")),
]
ICONS = (
    "list",
    "map-pin",
    "home",
    "building",
    "file",
    "calendar",
    "users",
    "bus",
    "road",
    "tree",
    "tools",
    "photo",
    "star",
)


class FieldForm(ActionForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("Назва"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Вид"), choices=Kind)
    options = forms.CharField(
        label=gettext_lazy("Варіанти"), required=False, widget=forms.Textarea(attrs={"rows": 5}), max_length=30000,
        help_text=gettext_lazy("Для вибору зі списку: кожен з нового рядка. Свій код — так: steel = сталь."),
    )  # fmt: skip
    points_to = forms.ChoiceField(label=gettext_lazy("Картка якого реєстру"), required=False)
    decimals = forms.IntegerField(
        label=gettext_lazy("Знаків після коми"),
        required=False,
        min_value=0,
        max_value=6,
        help_text=gettext_lazy("Для числа."),
    )
    unit = forms.CharField(
        label=gettext_lazy("Одиниця"), required=False, max_length=20, help_text=gettext_lazy("Для числа: м², шт., кВт.")
    )
    default = forms.CharField(
        label=gettext_lazy("Типове значення"), required=False, max_length=200,
        help_text=gettext_lazy("З ним відкриється форма нової картки."),
    )  # fmt: skip
    hint = forms.CharField(label=gettext_lazy("Підказка під полем"), required=False, max_length=200)
    required = forms.BooleanField(label=gettext_lazy("Обовʼязкове"), required=False)
    unique = forms.BooleanField(label=gettext_lazy("Без повторів"), required=False)
    level = forms.TypedChoiceField(
        label=gettext_lazy("Кому видно"), choices=LEVELS, coerce=int, initial=int(Level.VIEW)
    )
    public = forms.BooleanField(label=gettext_lazy("Показувати мешканцям"), required=False)
    code = forms.CharField(
        label=gettext_lazy("Код"), required=False, max_length=40,
        help_text=gettext_lazy("Латиницею, для програм. Порожній складемо з назви; потім не змінюється."),
    )  # fmt: skip

    def __init__(self, *args: Any, field: OwnField | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field = field
        pointed: Any = self.fields["points_to"]
        known = sorted(((one.label, one.name) for one in registers()), key=lambda pair: pair[1].casefold())
        pointed.choices = [("", _("— не обрано —")), *known]
        if field is not None:
            # The kind is changed by a trial of its own, the code never.
            for name in ("kind", "code", "points_to"):
                del self.fields[name]

    def values(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        given["decimals"] = given.get("decimals") or 0
        given["options"] = options_of(given["options"], self.field.options if self.field else ())
        return given


def initial_of(field: OwnField) -> dict[str, Any]:
    names = ("title", "decimals", "unit", "default", "hint", "required", "unique", "level", "public")
    return {
        **{name: getattr(field, name) for name in names},
        "options": "\n".join(str(one[1]) for one in field.options),
    }


class RegisterForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Definition
        fields = ("title", "singular", "area", "icon", "numbering", "placed")
        labels = {"title": gettext_lazy("Назва реєстру"), "placed": gettext_lazy("Записи мають місце на карті")}
        help_texts = {
            "title": gettext_lazy("У множині, як у меню: «Пункти обігріву»."),
            "singular": gettext_lazy("Як зветься один: «пункт обігріву»."),
            "numbering": gettext_lazy("Напр. ПО-{number:03}. Порожньо — без номерів."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["icon"] = forms.ChoiceField(
            label=gettext_lazy("Значок"), choices=[(one, one) for one in ICONS], required=False
        )

    def _post_clean(self) -> None:
        """The operation checks the whole."""

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class PackageForm(ActionForm):
    file = forms.FileField(label=gettext_lazy("Файл опису (JSON)"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Або текст опису"),
        required=False,
        max_length=600000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    into = forms.ChoiceField(label=gettext_lazy("Куди"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        target: Any = self.fields["into"]
        known = sorted(((one.label, one.name) for one in registers()), key=lambda pair: pair[1].casefold())
        target.choices = [("", _("створити новий реєстр")), *known]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if given := cleaned.get("file"):
            try:
                cleaned["text"] = given.read(1024 * 1024).decode()
            except UnicodeDecodeError:
                self.add_error("file", _("Це не текстовий файл JSON. Оберіть файл, який дала інша громада."))
        if not cleaned.get("text") and not self.errors:
            self.add_error("file", _("Оберіть файл або вставте текст опису."))
        return cleaned
