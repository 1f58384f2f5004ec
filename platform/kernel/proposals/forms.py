"""The form of a proposal: the fields of the card's own form that may be proposed, with words and photos."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.forms import ActionForm
from kernel.registers.facets import Facet
from kernel.registers.forms import CardForm, form_class
from kernel.registers.register import Register

MOST_PHOTOS = 3
LONGEST_WORDS = 4000
TRAP = "homepage"


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", PhotosInput(attrs={"accept": "image/*", "multiple": True}))
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:  # type: ignore[override]
        given = [data] if data and not isinstance(data, list | tuple) else list(data or ())
        found = [one for one in given if one]
        if len(found) > MOST_PHOTOS:
            raise ValidationError(
                _("Світлин щонайбільше %(most)s. Виберіть найкращі.") % {"most": MOST_PHOTOS}, code="many"
            )
        for one in found:
            if not str(getattr(one, "content_type", "")).startswith("image/"):
                raise ValidationError(_("«%(name)s» не світлина. Додайте знімок.") % {"name": one.name}, code="kind")
        return found


class ProposalForm(CardForm):
    """Each field is checked by itself; the card as a whole is checked when the registrar saves it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        changing = self.instance.pk is not None
        for name in self.names:
            field = self.fields[name]
            if changing and (name not in self.readable):
                self.initial[name] = None
                field.required = False
        for name in ("version", "confirmed"):
            del self.fields[name]
        self.fields["words"] = forms.CharField(
            label=_("Пояснення"), required=False, max_length=LONGEST_WORDS, widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("Звідки ви це знаєте; що побачили на місці."),
        )  # fmt: skip
        self.fields["photos"] = PhotosField(label=_("Світлини"), required=False, help_text=_("До трьох знімків."))
        if not self.user.is_authenticated:
            self.fields["person"] = forms.CharField(label=_("Ваше імʼя"), max_length=160)
            self.fields["mailbox"] = forms.EmailField(
                label=_("Електронна пошта"), help_text=_("Сюди прийде лист для підтвердження і посилання на відповідь.")
            )
            self.fields[TRAP] = forms.CharField(required=False)

    names: list[str]
    readable: set[str]

    @property
    def shown_fields(self) -> list[Any]:
        added = [name for name in ("words", "photos", "person", "mailbox") if name in self.fields]
        return [self[name] for name in (*self.names, *added)]

    @property
    def differing(self) -> list[str]:
        """Fields that say something else than the card does; a place is compared as it is written, not as it was sent."""
        found = [name for name in self.names if name in self.changed_data and name not in self.errors]
        return [name for name in found if self._typed(name) != shown_in(self, name)]

    def _typed(self, name: str) -> str:
        value = self.cleaned_data.get(name)
        if isinstance(value, Point):
            return f"{value.y:.6f}, {value.x:.6f}"
        return str(self.data.get(name, ""))

    @property
    def trapped(self) -> bool:
        return bool(self.data.get(TRAP))

    def _post_clean(self) -> None:
        """The card itself is not touched."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not self.differing and not cleaned.get("words") and not cleaned.get("photos"):
            raise ValidationError(_("Нічого не змінено. Виправте поле, напишіть пояснення або додайте світлину."))
        return cleaned

    def proposed(self) -> dict[str, str]:
        """What was typed into the fields that differ, as the browser sent it."""
        return {
            key: self._typed(name) if key == name else str(self.data[key])
            for name in self.differing
            for key in (name, f"{name}__text")
            if key == name or key in self.data
        }


def proposable(register: Register, user: Any) -> dict[str, Facet]:
    """For staff, what they see of the declared fields; for a resident, those on the public page and its map."""
    written = {name: facet for name, facet in register.written(user).items() if name in register.proposals}
    if user.is_authenticated:
        return written
    place = register.layer.geometry if register.layer else ""
    opened = {*(register.public.columns if register.public else ()), place}
    return {name: facet for name, facet in written.items() if name in opened and facet.kind != "reference"}


def proposal_form(register: Register, user: Any) -> type[ProposalForm]:
    names = list(proposable(register, user))
    made = form_class(register, user, only=names)
    readable = set(names) if user.is_authenticated else set(register.public.columns if register.public else ())
    options = {"names": names, "readable": readable, "__module__": __name__}
    return type(f"{register.model.__name__}ProposalForm", (ProposalForm, made), options)


def decision_form(register: Register, user: Any, *, changing: bool) -> type[CardForm]:
    """What may be proposed, to be amended; of a new card every field, for it must become whole."""
    return form_class(register, user, only=list(register.proposals) if changing else None)


def asked_initial(proposed: dict[str, str], names: Any) -> dict[str, Any]:
    """What was typed, as a form's beginning; a reference without a chosen card keeps its words."""
    return {
        name: (proposed[name], proposed[f"{name}__text"]) if f"{name}__text" in proposed else proposed[name]
        for name in names
        if name in proposed
    }


def raw_of(register: Register, card: Any, names: list[str], user: Any = None) -> dict[str, str]:
    """The values as a form shows them: comparable with what was typed."""
    form: Any = form_class(register, user or AnonymousUser(), only=names)(instance=card)
    return {name: shown_in(form, name) for name in form.fields if name in names}


def shown_in(form: Any, name: str) -> str:
    value = form.fields[name].prepare_value(form.initial.get(name, form.fields[name].initial))
    return "" if value is None else str(value)


class WordForm(ActionForm):
    text = forms.CharField(label=gettext_lazy("Текст"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
