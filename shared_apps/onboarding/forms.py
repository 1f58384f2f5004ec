"""One question per form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.forms import ActionForm
from kernel.identifiers import is_phone
from kernel.text import normalise_apostrophes
from shared_apps.communities.models import Community
from shared_apps.communities.names import validate_name
from shared_apps.onboarding.doubts import slug_problem
from shared_apps.onboarding.finding import edrpou_problem
from shared_apps.onboarding.models import Application

LARGEST_LETTER = 10 * 1024 * 1024
LETTER_HEADS = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
MOST_PEOPLE = 5_000_000


def tidied(text: str) -> str:
    """Any real name: apostrophes of eight kinds become one, the rest stays as it was written."""
    return normalise_apostrophes(" ".join(text.split()))


class MailForm(ActionForm):
    email = forms.EmailField(
        label=gettext_lazy("Службова пошта"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("Пошта на gov.ua одразу підтверджує повноваження. Інша теж годиться."),
    )


class CodeForm(ActionForm):
    code = forms.CharField(
        label=gettext_lazy("Код із листа"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        digits = "".join(sign for sign in self.cleaned_data["code"] if sign.isdigit())
        if len(digits) != 6:
            raise ValidationError(_("Код — шість цифр із листа."))
        return digits


class YouForm(ActionForm):
    last_name = forms.CharField(label=gettext_lazy("Прізвище"), max_length=80)
    first_name = forms.CharField(label=gettext_lazy("Ім’я"), max_length=80)
    patronymic = forms.CharField(label=gettext_lazy("По батькові"), max_length=80, required=False)
    position = forms.CharField(label=gettext_lazy("Посада"), max_length=120)
    phone = forms.CharField(
        label=gettext_lazy("Телефон"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy("Стане телефоном громади, за яким питатимуть люди."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return {name: tidied(value) for name, value in data.items()}

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if phone and not is_phone(phone):
            raise ValidationError(_("Номер починається з +380 і має ще дев’ять цифр."))
        return phone


class NamesForm(ActionForm):
    name = forms.CharField(label=gettext_lazy("Повна назва"), max_length=300, validators=[validate_name])
    short_name = forms.CharField(
        label=gettext_lazy("Коротка назва"),
        max_length=120,
        validators=[validate_name],
        help_text=gettext_lazy("Так вас бачитимуть мешканці."),
    )
    edrpou = forms.CharField(
        label=gettext_lazy("ЄДРПОУ ради"), max_length=10, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    population = forms.IntegerField(
        label=gettext_lazy("Скільки мешканців"),
        min_value=1,
        max_value=MOST_PEOPLE,
        help_text=gettext_lazy("Від цього залежить ціна."),
    )
    slug = forms.CharField(
        label=gettext_lazy("Адреса хмари"), max_length=40, help_text=gettext_lazy("Латиницею; її бачать усі.")
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if application.kind == Community.Kind.ENTERPRISE:
            del self.fields["population"]
            self.fields["edrpou"].label = _("ЄДРПОУ підприємства")
            self.fields["edrpou"].disabled = True

    def clean_name(self) -> str:
        return tidied(self.cleaned_data["name"])

    def clean_short_name(self) -> str:
        return tidied(self.cleaned_data["short_name"])

    def clean_edrpou(self) -> str:
        code = "".join(str(self.cleaned_data["edrpou"]).split())
        if problem := edrpou_problem(code):
            raise ValidationError(problem)
        return code

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].strip().lower()
        if problem := slug_problem(slug):
            raise ValidationError(problem)
        return slug


class SignatureForm(ActionForm):
    signature = forms.FileField(label=gettext_lazy("Файл підпису (.p7s)"))


class LetterForm(ActionForm):
    letter = forms.FileField(
        label=gettext_lazy("Лист на бланку, з підписом керівника"),
        help_text=gettext_lazy("PDF, JPEG або PNG, до 10 МБ."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    kind = ""

    def clean_letter(self) -> Any:
        letter = self.cleaned_data["letter"]
        if letter.size > LARGEST_LETTER:
            raise ValidationError(_("Файл більший за 10 МБ. Зменште скан і додайте ще раз."))
        head = letter.read(16)
        letter.seek(0)
        self.kind = next((kind for start, kind in LETTER_HEADS.items() if head.startswith(start)), "")
        if not self.kind:
            raise ValidationError(_("Це не PDF, JPEG чи PNG. Збережіть лист у PDF або сфотографуйте його."))
        return letter


class DecisionForm(ActionForm):
    why = forms.CharField(
        label=gettext_lazy("Чому так вирішено"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class EnterpriseForm(ActionForm):
    edrpou = forms.CharField(label=gettext_lazy("ЄДРПОУ підприємства"), max_length=10)
    email = forms.EmailField(label=gettext_lazy("Куди надіслати запрошення"))

    def clean_edrpou(self) -> str:
        code = "".join(self.cleaned_data["edrpou"].split())
        if problem := edrpou_problem(code):
            raise ValidationError(problem)
        return code


class DomainForm(ActionForm):
    domain = forms.CharField(
        label=gettext_lazy("Домен"),
        max_length=200,
        help_text=gettext_lazy("Без https:// і без шляху: dubohirska-rada.gov.ua."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none"}),
    )

    def clean_domain(self) -> str:
        name = str(self.cleaned_data["domain"]).strip().lower().rstrip("/")
        name = name.removeprefix("https://").removeprefix("http://").rstrip(".")
        if "." not in name or any(sign in name for sign in " /@:"):
            raise ValidationError(_("Це не доменне імʼя. Напишіть лише назву, напр. dubohirska-rada.gov.ua."))
        return name


class MailDomainForm(DomainForm):
    mailbox = forms.RegexField(
        r"^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$",
        label=gettext_lazy("Скринька"),
        max_length=64,
        initial="noreply",
        help_text=gettext_lazy("Те, що до @: туди ж прийдуть відповіді. Напр. rada."),
        error_messages={
            "invalid": gettext_lazy("Лише латинські літери, цифри, крапка й дефіс, напр. noreply або rada.")
        },
        widget=forms.TextInput(attrs={"autocapitalize": "none"}),
    )
