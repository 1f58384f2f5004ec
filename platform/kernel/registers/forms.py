"""The form of a card, made of its facets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Q
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.registers.facets import Facet
from kernel.registers.inputs import PlaceField, ReferenceField, ShapeInput, input_for
from kernel.registers.reasons import FIELD, explained_fields, says_enough, wanted
from kernel.registers.register import Register


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    intro: str
    fields: list[BoundField]
    anchor: str

    @property
    def errors(self) -> int:
        return sum(1 for field in self.fields if field.errors)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people left different: what I typed and what is saved now."""

    label: str
    mine: str
    theirs: str


class CardForm(forms.ModelForm):
    """`version` is what the person saw when the form was opened; `confirmed` answers the warning of duplicates.

    `map_reason` is why a shape may stay as it is though a rule of the map is against it.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    # The same through every refusal, so that what is sent twice is known for one.
    once = forms.CharField(required=False, widget=forms.HiddenInput, initial=uuid4)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    map_reason = forms.CharField(required=False, max_length=500, label=gettext_lazy("Підстава"))
    change_reason = forms.CharField(
        required=False,
        max_length=500,
        label=gettext_lazy("Причина зміни"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    register: Register
    user: Any
    # A part of the form is of another page, which has a reason of its own: a proposal, its approval.
    explains: bool = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["version"] = getattr(self.instance, "version", None)
        self.explained = [name for name in explained_fields(self.register) if name in self.fields]
        if not self.instance.pk or not self.explained or not self.explains:
            del self.fields[FIELD]
        else:
            labels = ", ".join(self.register.facets[name].label.lower() for name in self.explained)
            self.fields[FIELD].help_text = _("Потрібна, коли змінюється: %(fields)s. Її побачать в історії.") % {
                "fields": labels
            }
        for name, field in self.fields.items():
            if isinstance(field, ReferenceField):
                field.kept = _key_on(self.register.facets[name], self.instance)
            if isinstance(field.widget, ShapeInput):
                field.widget.card = self.instance.pk
        for name in self.added:
            if self.instance.pk:
                self.initial[name] = self.register.facets[name].value(self.instance)
        self.kept: dict[str, Any] = {}
        for name in self.register.masked:
            if name in self.fields and self.instance.pk and getattr(self.instance, name):
                self._keep_behind_mask(name)

    def _keep_behind_mask(self, name: str) -> None:
        """What is masked is not shown by its form either: an empty box leaves it as it is."""
        self.kept[name] = getattr(self.instance, name)
        field = self.fields[name]
        field.required = False
        field.help_text = _("Заповнено: %(mask)s. Щоб не змінювати, лишіть порожнім.") % {
            "mask": self.register.text_of(name, self.instance)
        }
        self.initial[name] = ""

    @property
    def added(self) -> list[str]:
        """Fields of the tenant's own: they are not of the model, which therefore knows nothing of them."""
        return [name for name in self.fields if (facet := self.register.facets.get(name)) and facet.added is not None]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for name in self.added:
            if name in self.cleaned_data:
                self.register.added.keeping.put(self.instance, name, self.cleaned_data[name])  # type: ignore[union-attr]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, field in self.fields.items():
            # A point is shown rounded: one that nobody touched stays where it was.
            if isinstance(field, PlaceField) and name in cleaned and name not in self.changed_data:
                cleaned[name] = self.get_initial_for_field(field, name)
        for name, value in self.kept.items():
            if cleaned.get(name) in ("", None) and name not in self.errors:
                cleaned[name] = value
        if FIELD in self.fields and not says_enough(cleaned.get(FIELD, "")):
            changed = [name for name in self.explained if name in self.changed_data and name not in self.errors]
            if told := wanted(self.register, changed):
                self.add_error(FIELD, told)
        return cleaned

    @property
    def reason(self) -> str:
        """Why it is changed, and why the map's objection is passed over: one line of the history for both."""
        said = (self.cleaned_data.get(name, "") for name in (FIELD, "map_reason"))
        return "; ".join(filter(None, said))

    def sections(self) -> list[Section]:
        found = []
        for number, (title, names) in enumerate(self.register.form_sections.items(), start=1):
            fields = [self[name] for name in names if name in self.fields]
            if fields:
                intro = str(self.register.intros.get(str(title), ""))
                found.append(Section(str(title), intro, fields, f"section-{number}"))
        return found

    def doubles(self) -> list[Any]:
        """Other cards that look like the one being saved."""
        names = [name for name in self.register.duplicates if name in self.cleaned_data]
        if self.instance.pk and not set(names) & set(self.changed_data):
            return []
        if not names or any(self.cleaned_data[name] in (None, "") for name in names):
            return []
        condition = Q()
        for name in names:
            value = self.cleaned_data[name]
            condition &= Q(**{f"{name}__iexact" if isinstance(value, str) else name: value})
        return list(self.register.rows(self.user).filter(condition).exclude(pk=self.instance.pk)[:5])

    def differences(self, theirs: Any) -> list[Difference]:
        found = []
        for name in self.changed_data:
            facet = self.register.facets.get(name)
            if facet is None or name not in self.cleaned_data:
                continue
            mine, saved = facet.words(self.cleaned_data[name]), self.register.text_of(name, theirs)
            if mine != saved:
                found.append(Difference(facet.label, mine, saved))
        return found


def _key_on(facet: Facet, card: Any) -> Any:
    return getattr(facet.value(card), "pk", None) if facet.added is not None else getattr(card, facet.field.attname)


def form_class(register: Register, user: Any, only: list[str] | None = None) -> type[CardForm]:
    names = [name for name in register.written(user) if only is None or name in only]
    declared = {name: input_for(register, name, user) for name in names}
    of_model = [name for name in names if register.facets[name].added is None]
    meta = type("Meta", (), {"model": register.model, "fields": of_model})
    return type(
        f"{register.model.__name__}Form",
        (CardForm,),
        {
            **declared,
            "Meta": meta,
            "register": register,
            "user": user,
            "explains": only is None,
            "__module__": __name__,
        },
    )
