from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import DateField
from django.utils.translation import gettext_lazy as _

from kernel.access.dates import local_today
from kernel.access.models import Role, User
from kernel.access.tokens import possible_scopes, scope
from kernel.operations import Denied


class DayField(DateField):
    """A day in the browser's own picker."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ActionForm(forms.Form):
    """A form around an operation: a refusal is shown where it was asked for, with everything typed kept."""

    def attempt(self, work: Callable[[], Any]) -> bool:
        if not self.is_valid():
            return False
        try:
            work()
        except Denied as refused:
            self.add_error(None, str(refused))
        except ValidationError as invalid:
            self._explain(invalid)
        return not self.errors

    def _explain(self, invalid: ValidationError) -> None:
        if not hasattr(invalid, "error_dict"):
            self.add_error(None, invalid)
            return
        for name, errors in invalid.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


class ReasonForm(ActionForm):
    reason = forms.CharField(label=_("Причина"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class NamesForm(ActionForm):
    last_name = forms.CharField(label=_("Прізвище"), max_length=80)
    first_name = forms.CharField(label=_("Ім’я"), max_length=80)
    patronymic = forms.CharField(label=_("По батькові"), max_length=80, required=False)


class PlaceForm(ActionForm):
    position = forms.CharField(label=_("Посада"), max_length=120, required=False)
    department = forms.CharField(
        label=_("Підрозділ"),
        max_length=120,
        required=False,
        help_text=_("Точно як у колег: за ним визначають записи «свого підрозділу»."),
    )
    territories = forms.CharField(
        label=_("Території (КАТОТТГ)"),
        required=False,
        help_text=_("Коди населених пунктів, за які людина відповідає, через кому. Порожньо — не обмежено."),
    )

    def clean_territories(self) -> list[str]:
        codes = [code.strip().upper() for code in self.cleaned_data["territories"].split(",") if code.strip()]
        for code in codes:
            if len(code) != 19 or not code.startswith("UA") or not code[2:].isdigit():
                raise ValidationError(
                    _("«%(code)s» — не код КАТОТТГ: це UA і 17 цифр. Знайдіть код у довіднику."),
                    params={"code": code},
                )
        return codes


class PersonForm(NamesForm, PlaceForm):
    field_order: tuple[str, ...] = ("last_name", "first_name", "patronymic", "position", "department", "territories")


class InviteForm(PersonForm):
    email = forms.EmailField(label=_("Електронна пошта"), help_text=_("Сюди прийде лист із посиланням на сім днів."))
    roles = forms.MultipleChoiceField(
        label=_("Ролі"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("Можна надати й пізніше.")
    )
    field_order = ("email", *PersonForm.field_order, "roles")

    def __init__(self, *args: Any, may_give_roles: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("last_name", "first_name"):
            self.fields[name].required = False
        if may_give_roles:
            self.fields["roles"].choices = [  # type: ignore[attr-defined]
                (role.code, role.title) for role in Role.objects.exclude(code="support")
            ]
        else:
            del self.fields["roles"]


class PasswordsForm(NamesForm):
    """Behind an invitation: names and the first password."""

    password = forms.CharField(
        label=_("Пароль"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Щонайменше 12 знаків, краще — кілька не пов’язаних слів."),
    )
    again = forms.CharField(
        label=_("Пароль ще раз"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if password := data.get("password"):
            if data.get("again") != password:
                self.add_error("again", _("Паролі різні. Наберіть той самий двічі."))
            names = {name: data.get(name, "") for name in ("last_name", "first_name", "patronymic")}
            try:
                get_adapter().clean_password(password, user=User(email=self.email, **names))
            except ValidationError as invalid:
                self.add_error("password", invalid)
        return data


class RoleForm(ActionForm):
    role = forms.ModelChoiceField(label=_("Роль"), queryset=Role.objects.none(), empty_label=_("виберіть"))
    valid_from = DayField(label=_("З"))
    valid_to = DayField(label=_("До включно"), required=False, help_text=_("Порожньо — без строку."))
    reason = forms.CharField(label=_("Підстава"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = Role.objects.exclude(code="support")  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = local_today


class NewRoleForm(ActionForm):
    title = forms.CharField(label=_("Назва"), max_length=120)
    code = forms.SlugField(label=_("Код"), max_length=40, help_text=_("Латиницею, напр. school-secretary."))
    like = forms.ModelChoiceField(
        label=_("Як у ролі"),
        queryset=Role.objects.none(),
        required=False,
        empty_label=_("порожня роль"),
        help_text=_("Скопіювати рівні."),
    )
    requires_mfa = forms.BooleanField(label=_("Потрібен другий крок входу"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["like"].queryset = Role.objects.all()  # type: ignore[attr-defined]


class RoleNameForm(ActionForm):
    title = forms.CharField(label=_("Назва"), max_length=120)
    requires_mfa = forms.BooleanField(label=_("Потрібен другий крок входу"), required=False)


class DelegationForm(ActionForm):
    from_user = forms.ModelChoiceField(label=_("Хто передає"), queryset=User.objects.none(), empty_label=_("виберіть"))
    to_user = forms.ModelChoiceField(label=_("Кому"), queryset=User.objects.none(), empty_label=_("виберіть"))
    roles = forms.MultipleChoiceField(
        label=_("Які ролі"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Нічого не вибрано — усі, які людина має сама."),
    )
    from_date = DayField(label=_("Перший день"))
    to_date = DayField(label=_("Останній день"))
    reason = forms.CharField(label=_("Підстава"), max_length=300, help_text=_("Наказ про відпустку, відрядження тощо."))

    def __init__(self, *args: Any, by: User, for_others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.persons().filter(is_active=True)
        self.fields["to_user"].queryset = people.exclude(pk=by.pk)  # type: ignore[attr-defined]
        self.fields["from_user"].queryset = people if for_others else people.filter(pk=by.pk)  # type: ignore[attr-defined]
        self.fields["from_user"].initial = by.pk
        roles = Role.objects.filter(assignments__isnull=False)
        if not for_others:
            roles = roles.filter(assignments__user=by)
        self.fields["roles"].choices = [(role.code, role.title) for role in roles.distinct()]  # type: ignore[attr-defined]
        self.fields["from_date"].initial = local_today


class TokenForm(ActionForm):
    name = forms.CharField(label=_("Назва"), max_length=100, help_text=_("Яка програма ним користуватиметься."))
    days = forms.IntegerField(label=_("На скільки днів"), min_value=1, max_value=366, initial=90)

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for subject, levels in possible_scopes(owner):
            choices = [("", _("немає"))] + [(scope(subject.code, level), level.label) for level in levels]
            self.fields[f"scope:{subject.code}"] = forms.ChoiceField(
                label=str(subject.title), choices=choices, required=False
            )

    @property
    def scopes(self) -> list[str]:
        return [value for name, value in self.cleaned_data.items() if name.startswith("scope:") and value]


class ConsentForm(ActionForm):
    reason = forms.CharField(label=_("Із чим допомогти"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    days = forms.IntegerField(label=_("На скільки днів"), min_value=1, max_value=14, initial=1)


class OpenIDForm(ActionForm):
    name = forms.CharField(label=_("Назва на кнопці входу"), max_length=40)
    provider_id = forms.SlugField(
        label=_("Код"), max_length=40, help_text=_("Частина адреси, латиницею, напр. hromada-sso.")
    )
    server_url = forms.URLField(
        label=_("Адреса постачальника"),
        assume_scheme="https",
        help_text=_("Без /.well-known/openid-configuration."),
    )
    client_id = forms.CharField(label=_("Ідентифікатор клієнта"), max_length=191)
    secret = forms.CharField(
        label=_("Секрет клієнта"),
        max_length=191,
        required=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
        help_text=_("Порожньо — лишити чинний."),
    )


class PeopleFilter(forms.Form):
    q = forms.CharField(label=_("Пошук"), required=False, widget=forms.SearchInput)
    role = forms.ModelChoiceField(
        label=_("Роль"), queryset=Role.objects.none(), required=False, to_field_name="code", empty_label=_("будь-яка")
    )
    active = forms.ChoiceField(
        label=_("Стан"),
        required=False,
        choices=[("", _("працюють")), ("no", _("вимкнені")), ("all", _("усі"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].queryset = Role.objects.all()  # type: ignore[attr-defined]
