"""Parties: whoever the community deals with — organisations, entrepreneurs, people — and how to pay and reach them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Cast, Concat, Mod, Substr, Trim
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from kernel import identifiers
from kernel.cards.models import Card
from kernel.codes import EdrpouField, IbanField, KvedField, PhoneField, RnokppField, UnzrField, VatNumberField
from kernel.identifiers import DocumentKind, Fault
from kernel.search.text import SearchText
from kernel.validation import validate_document, validate_edrpou

LIVE = Q(archived_at__isnull=True)


class Party(Card):
    class Kind(models.TextChoices):
        LEGAL = "legal", _("юридична особа")
        ENTREPRENEUR = "entrepreneur", _("ФОП")
        PERSON = "person", _("фізична особа")

    class Status(models.TextChoices):
        ACTIVE = "active", _("діє")
        CEASING = "ceasing", _("у стані припинення")
        CEASED = "ceased", _("припинено")

    class Document(models.TextChoices):
        ID_CARD = DocumentKind.ID_CARD.value, _("ID-картка")
        PASSPORT = DocumentKind.PASSPORT.value, _("паспорт-книжечка")
        FOREIGN_PASSPORT = DocumentKind.FOREIGN_PASSPORT.value, _("закордонний паспорт")
        BIRTH_CERTIFICATE = DocumentKind.BIRTH_CERTIFICATE.value, _("свідоцтво про народження")
        RESIDENCE_PERMIT = DocumentKind.RESIDENCE_PERMIT.value, _("посвідка")
        DRIVER_LICENCE = DocumentKind.DRIVER_LICENCE.value, _("посвідчення водія")

    kind = models.CharField(_("вид"), max_length=12, choices=Kind)
    edrpou = EdrpouField(_("код ЄДРПОУ"), blank=True, help_text=_("Юридична особа: 8 цифр із виписки з ЄДР."))
    edrpou_exception = models.CharField(
        _("підстава винятку коду"),
        max_length=300,
        blank=True,
        help_text=_("Лише для давніх кодів, у яких контрольна цифра не сходиться: документ, у якому код саме такий."),
    )
    full_name = models.CharField(
        _("повна назва"), max_length=500, blank=True, default="", help_text=_("Юридична особа: як у виписці з ЄДР.")
    )
    short_name = models.CharField(_("скорочена назва"), max_length=160, blank=True)
    last_name = models.CharField(_("прізвище"), max_length=80, blank=True)
    first_name = models.CharField(_("ім’я"), max_length=80, blank=True)
    patronymic = models.CharField(_("по батькові"), max_length=80, blank=True)
    rnokpp = RnokppField(_("РНОКПП"), blank=True, help_text=_("Людина: 10 цифр із картки платника податків."))
    no_number = models.BooleanField(_("відмовилася від РНОКПП"), default=False)
    document_kind = models.CharField(_("документ"), max_length=20, choices=Document, blank=True)
    document_number = models.CharField(_("серія і номер документа"), max_length=20, blank=True)
    unzr = UnzrField(_("УНЗР"), blank=True)
    birth_date = models.DateField(_("дата народження"), null=True, blank=True)

    kved = KvedField(_("основний КВЕД"), blank=True)
    status = models.CharField(_("стан"), max_length=10, choices=Status, default=Status.ACTIVE)
    status_on = models.DateField(_("стан з"), null=True, blank=True)
    vat_payer = models.BooleanField(_("платник ПДВ"), default=False)
    vat_number = VatNumberField(_("ІПН"), blank=True)
    head_name = models.CharField(_("керівник або підписант"), max_length=200, blank=True)
    head_position = models.CharField(_("посада підписанта"), max_length=160, blank=True)
    head_acts_on = models.CharField(
        _("діє на підставі"),
        max_length=200,
        blank=True,
        help_text=_("Напр. «статуту», «довіреності від 01.02.2026 № 3»."),
    )
    address = models.CharField(_("юридична адреса"), max_length=300, blank=True)
    building = models.ForeignKey(
        "addresses.Building",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("будинок у реєстрі адрес"),
    )
    postal_address = models.CharField(_("поштова адреса"), max_length=300, blank=True)
    note = models.TextField(_("примітка"), max_length=2000, blank=True)

    # What lists show and sort by, whoever the party is.
    name = models.GeneratedField(
        expression=Case(
            When(kind="legal", then=F("full_name")),
            default=Trim(Concat(F("last_name"), Value(" "), F("first_name"), Value(" "), F("patronymic"))),
        ),
        output_field=models.CharField(max_length=500),
        db_persist=True,
        verbose_name=_("назва"),
    )
    name.register_kind = "text"  # type: ignore[attr-defined]
    sought = SearchText("full_name", "short_name", "last_name", "first_name", "patronymic", "edrpou")

    personal_data: ClassVar[dict[str, str]] = {
        "last_name": "last_name",
        "first_name": "first_name",
        "patronymic": "patronymic",
        "rnokpp": "digits",
        "document_number": "digits",
        "unzr": "blank",
        "vat_number": "digits",
        "head_name": "text",
        "address": "text",
        "postal_address": "text",
        "note": "text",
    }
    # A full name is an organisation's; a birthday without a name or a number tells of nobody.
    not_personal: ClassVar[tuple[str, ...]] = ("full_name", "birth_date")

    class Meta(Card.Meta):
        verbose_name = _("суб’єкт")
        verbose_name_plural = _("суб’єкти")
        ordering = ("name", "id")
        indexes = [*Card.Meta.indexes, models.Index(fields=["name", "id"], name="party_by_name")]
        constraints = [
            models.CheckConstraint(condition=Q(edrpou="") | Q(edrpou__regex=r"^[0-9]{8}$"), name="party_edrpou_form"),
            models.CheckConstraint(condition=Q(rnokpp="") | Q(rnokpp__regex=r"^[0-9]{10}$"), name="party_rnokpp_form"),
            models.CheckConstraint(
                condition=Q(kind="legal", rnokpp="", no_number=False)
                | Q(kind__in=["entrepreneur", "person"], edrpou=""),
                name="party_code_by_kind",
                violation_error_message=_("Код ЄДРПОУ має юридична особа, РНОКПП — людина. Приберіть зайвий код."),
            ),
            models.CheckConstraint(
                condition=(Q(kind="legal") & ~Q(full_name=""))
                | (~Q(kind="legal") & ~Q(last_name="") & ~Q(first_name="")),
                name="party_named",
                violation_error_message=_(
                    "Назвіть суб’єкта: юридичну особу — повною назвою, людину — прізвищем та ім’ям."
                ),
            ),
            models.CheckConstraint(
                condition=Q(no_number=False) | (Q(rnokpp="") & ~Q(document_kind="") & ~Q(document_number="")),
                name="party_without_number_has_document",
                violation_error_message=_("Замість РНОКПП вкажіть документ людини: вид, серію і номер."),
            ),
            models.CheckConstraint(
                condition=Q(vat_number="") | Q(vat_number__regex=r"^([0-9]{10}|[0-9]{12})$"), name="party_vat_form"
            ),
            models.CheckConstraint(
                condition=Q(vat_payer=False) | ~Q(vat_number=""),
                name="party_vat_payer_has_number",
                violation_error_message=_(
                    "Платник ПДВ має ІПН. Впишіть його з реєстру платників або зніміть позначку."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kved="") | Q(kved__regex=r"^[0-9]{2}\.[0-9]{2}$"), name="party_kved_form"
            ),
            models.UniqueConstraint(
                fields=["edrpou"],
                condition=LIVE & ~Q(edrpou=""),
                name="party_edrpou_once",
                violation_error_message=_("Організація з таким кодом ЄДРПОУ вже є. Знайдіть її картку за кодом."),
            ),
            models.UniqueConstraint(
                fields=["rnokpp"],
                condition=LIVE & ~Q(rnokpp=""),
                name="party_rnokpp_once",
                violation_error_message=_("Людина з таким РНОКПП уже є, може, як ФОП. Знайдіть її картку й доповніть."),
            ),
            models.UniqueConstraint(
                fields=["document_kind", "document_number"],
                condition=LIVE & Q(no_number=True),
                name="party_document_once",
                violation_error_message=_("Людина з таким документом уже є. Знайдіть її картку."),
            ),
        ]

    def __str__(self) -> str:
        if self.is_legal:
            return self.short_name or self.full_name
        full = " ".join(part for part in (self.last_name, self.first_name, self.patronymic) if part)
        return f"ФОП {full}" if self.kind == self.Kind.ENTREPRENEUR else full

    @property
    def is_legal(self) -> bool:
        return self.kind == self.Kind.LEGAL

    @property
    def code(self) -> str:
        """What may stand on every page: a person's number is not such a code."""
        return self.edrpou

    def clean(self) -> None:
        if self.document_number and self.document_kind:
            self.document_number = identifiers.normalised_document(
                DocumentKind(self.document_kind), self.document_number
            )
        if not self.is_legal:
            self._take_names_apart()
        wrong = self._wrong_of_organisation() if self.is_legal else self._wrong_of_person()
        wrong |= self._wrong_of_document()
        if self.vat_payer and not self.vat_number:
            wrong["vat_number"] = _("Платник ПДВ має ІПН. Впишіть його з реєстру платників або зніміть позначку.")
        if wrong:
            raise ValidationError(wrong)

    def _take_names_apart(self) -> None:
        """«ФОП Мельник Ірина Олегівна» in one cell is three names."""
        if self.full_name and not self.last_name:
            words = re.sub(r"^(ФОП|СПД)\s+", "", " ".join(self.full_name.split()), flags=re.IGNORECASE).split(" ", 2)
            if len(words) >= 2:
                self.last_name, self.first_name, self.patronymic, *_rest = (*words, "", "")
                self.full_name = ""

    def _wrong_of_organisation(self) -> dict[str, object]:
        wrong: dict[str, object] = {}
        if not self.full_name:
            wrong["full_name"] = _("Впишіть повну назву, як у виписці з ЄДР.")
        if self.edrpou and identifiers.edrpou_fault(self.edrpou) is Fault.CHECKSUM and not self.edrpou_exception:
            try:
                validate_edrpou(self.edrpou)
            except ValidationError as mistaken:
                wrong["edrpou"] = mistaken
        if self.rnokpp or self.no_number:
            wrong["rnokpp"] = _("РНОКПП має людина, а не юридична особа. Приберіть його або змініть вид суб’єкта.")
        return wrong

    def _wrong_of_person(self) -> dict[str, object]:
        wrong: dict[str, object] = {}
        if not self.last_name:
            wrong["last_name"] = _("Впишіть прізвище.")
        if not self.first_name:
            wrong["first_name"] = _("Впишіть ім’я; по батькові може не бути.")
        if self.full_name:
            wrong["full_name"] = _("Повну назву має юридична особа. Людину запишіть прізвищем, ім’ям і по батькові.")
        if self.edrpou:
            wrong["edrpou"] = _("Код ЄДРПОУ має юридична особа. Для людини впишіть РНОКПП або змініть вид суб’єкта.")
        if self.no_number and self.rnokpp:
            wrong["rnokpp"] = _("Позначено, що людина відмовилася від номера. Приберіть номер або позначку.")
        if self.no_number and not self.document_number:
            wrong["document_number"] = _("Замість РНОКПП вкажіть документ людини: вид, серію і номер.")
        return wrong

    def _wrong_of_document(self) -> dict[str, object]:
        if not self.document_number:
            return {}
        if not self.document_kind:
            return {"document_kind": _("Виберіть, який це документ.")}
        try:
            validate_document(DocumentKind(self.document_kind), self.document_number)
        except ValidationError as mistaken:
            return {"document_number": mistaken}
        return {}


IBAN_FORM = r"^UA[0-9]{27}$"
# ISO 13616 in the database itself: the account with its head moved to the tail («UA» is 3010) leaves 1 of 97.
_WHOLE = models.DecimalField(max_digits=31, decimal_places=0)
CONTROL_NUMBER = Case(
    When(
        iban__regex=IBAN_FORM,
        then=Mod(
            Cast(Concat(Substr("iban", 5), Value("3010"), Substr("iban", 3, 2)), _WHOLE),
            Value(Decimal(97), output_field=_WHOLE),
        ),
    ),
    default=Value(Decimal(0), output_field=_WHOLE),
    output_field=_WHOLE,
)


class BankAccount(Card):
    class Currency(models.TextChoices):
        UAH = "UAH", _("гривня")
        USD = "USD", _("долар США")
        EUR = "EUR", _("євро")

    party = models.ForeignKey(Party, models.PROTECT, related_name="accounts", verbose_name=_("суб’єкт"))
    iban = IbanField("IBAN")
    currency = models.CharField(_("валюта"), max_length=3, choices=Currency, default=Currency.UAH)
    purpose = models.CharField(_("призначення"), max_length=160, blank=True, help_text=_("Напр. «орендна плата»."))
    main = models.BooleanField(_("основний"), default=False)
    opened_on = models.DateField(_("відкрито"), null=True, blank=True)
    closed_on = models.DateField(_("закрито"), null=True, blank=True)

    mfo = models.GeneratedField(
        expression=Substr("iban", 5, 6),
        output_field=models.CharField(max_length=6),
        db_persist=True,
        verbose_name=_("МФО"),
    )
    mfo.register_kind = "code"  # type: ignore[attr-defined]
    sought = SearchText("iban", "purpose")

    personal_data: ClassVar[dict[str, str]] = {"iban": "iban"}

    class Meta(Card.Meta):
        verbose_name = _("банківський рахунок")
        verbose_name_plural = _("банківські рахунки")
        ordering = ("party", "-main", "id")
        constraints = [
            models.CheckConstraint(
                condition=Exact(CONTROL_NUMBER, Value(Decimal(1), output_field=_WHOLE)),
                name="account_iban_right",
                violation_error_message=_("Контрольне число IBAN не сходиться. Звірте рахунок із реквізитами."),
            ),
            models.UniqueConstraint(
                fields=["party", "iban"],
                condition=LIVE,
                name="account_once",
                violation_error_message=_("Такий рахунок цього суб’єкта вже записано."),
            ),
            models.UniqueConstraint(
                fields=["party"],
                condition=LIVE & Q(main=True),
                name="account_main_once",
                violation_error_message=_("Основний рахунок уже є. Спершу зніміть позначку з нього."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(main=False),
                name="account_closed_is_not_main",
                violation_error_message=_("Закритий рахунок не може бути основним. Зніміть позначку."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(opened_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="account_dates",
                violation_error_message=_("Рахунок закрито раніше, ніж відкрито. Перевірте дати."),
            ),
        ]

    def __str__(self) -> str:
        return identifiers.shown_iban(self.iban)


class PartyContact(Card):
    class Kind(models.TextChoices):
        PHONE = "phone", _("телефон")
        EMAIL = "email", _("пошта")
        PERSON = "person", _("контактна особа")

    party = models.ForeignKey(Party, models.PROTECT, related_name="contacts", verbose_name=_("суб’єкт"))
    kind = models.CharField(_("вид"), max_length=6, choices=Kind)
    person = models.CharField(_("хто це"), max_length=160, blank=True, help_text=_("Людина або служба: «бухгалтерія»."))
    position = models.CharField(_("посада"), max_length=160, blank=True)
    phone = PhoneField(_("телефон"), blank=True, default="")
    email = models.EmailField(_("електронна пошта"), blank=True)
    note = models.CharField(_("примітка"), max_length=300, blank=True)

    sought = SearchText("person", "position", "phone", "email")

    personal_data: ClassVar[dict[str, str]] = {"person": "text", "phone": "phone", "email": "email", "note": "text"}

    class Meta(Card.Meta):
        verbose_name = _("контакт суб’єкта")
        verbose_name_plural = _("контакти суб’єктів")
        ordering = ("party", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+380[0-9]{9}$"), name="party_contact_phone_form"
            ),
            models.CheckConstraint(
                condition=~Q(kind="phone") | ~Q(phone=""),
                name="party_contact_has_phone",
                violation_error_message=_("Впишіть телефон або виберіть інший вид контакту."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="email") | ~Q(email=""),
                name="party_contact_has_email",
                violation_error_message=_("Впишіть електронну пошту або виберіть інший вид контакту."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="person") | ~Q(person=""),
                name="party_contact_has_person",
                violation_error_message=_("Назвіть контактну особу або виберіть інший вид контакту."),
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(part for part in (self.person, identifiers.shown_phone(self.phone), self.email) if part)
