from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.levels import Level
from kernel.registers import Count, Reason, Register, Related, Share, View, action, column
from kernel.registers.holding import held_elsewhere
from kernel.registers.merging.declare import Inner, Merging
from kernel.validation import rnokpp_warnings, unzr_warnings
from tenant_apps.property.organisations.banks import activity_name, bank_name
from tenant_apps.property.organisations.forms import ClosingForm
from tenant_apps.property.organisations.merging import refuse_merge
from tenant_apps.property.organisations.models import BankAccount, Party, PartyContact
from tenant_apps.property.organisations.operations import close_account, save_account


class Parties(Register):
    model = Party
    title = gettext_lazy("Суб’єкти")
    columns = ("name", "kind", "edrpou", "rnokpp", "status", "vat_payer", "address")
    more_columns = ("activity",)
    filters = ("kind", "edrpou", "kved", "status", "vat_payer", "no_number")
    order = ("name",)
    sections = {
        gettext_lazy("Хто це"): ("kind", "full_name", "short_name", "last_name", "first_name", "patronymic"),
        gettext_lazy("Коди й документи"): (
            "edrpou", "edrpou_exception", "rnokpp", "no_number", "document_kind", "document_number", "unzr",
            "birth_date",
        ),
        gettext_lazy("Діяльність і податки"): ("kved", "status", "status_on", "vat_payer", "vat_number"),
        gettext_lazy("Хто підписує"): ("head_name", "head_position", "head_acts_on"),
        gettext_lazy("Адреси"): ("address", "building", "postal_address", "note"),
    }  # fmt: skip
    key = ("edrpou", "rnokpp")
    called_by = "full_name"
    duplicates = ("full_name",)
    masked = ("rnokpp", "document_number", "unzr")
    field_levels = {"birth_date": Level.EDIT, "document_number": Level.EDIT, "unzr": Level.EDIT}
    aliases = {
        "edrpou": (gettext_lazy("ЄДРПОУ"), gettext_lazy("код"), gettext_lazy("код за ЄДРПОУ")),
        "rnokpp": (gettext_lazy("ІПН фізособи"), gettext_lazy("ідентифікаційний код"), gettext_lazy("РНОКПП")),
        "full_name": (gettext_lazy("назва"), gettext_lazy("найменування"), gettext_lazy("контрагент")),
        "kved": (gettext_lazy("КВЕД"), gettext_lazy("вид діяльності")),
        "address": (gettext_lazy("адреса"), gettext_lazy("місцезнаходження")),
        "vat_number": (gettext_lazy("ІПН платника ПДВ"),),
        "head_name": (gettext_lazy("керівник"), gettext_lazy("директор")),
    }
    views = (
        View("legal", gettext_lazy("Юридичні особи"), "kind=legal"),
        View("entrepreneurs", gettext_lazy("ФОП"), "kind=entrepreneur"),
        View("people", gettext_lazy("Фізичні особи"), "kind=person"),
        View("ceasing", gettext_lazy("Припиняються"), "status=ceasing"),
    )
    panels = (
        Related("accounts", "organisations.bank-accounts", by="party", columns=("iban", "bank", "currency", "main")),
        Related("contacts", "organisations.contacts", by="party"),
    )
    indicators = (
        Count(
            "legal",
            gettext_lazy("Юридичні особи"),
            where=Q(kind="legal"),
            by=("status",),
            dimensions=("status",),
            public=True,
            owner=gettext_lazy("Відділ економіки"),
            formula=gettext_lazy("Кількість юридичних осіб серед суб’єктів."),
        ),
        Count(
            "entrepreneurs",
            gettext_lazy("Підприємці"),
            where=Q(kind="entrepreneur"),
            by=("status",),
            public=True,
            people=True,
            owner=gettext_lazy("Відділ економіки"),
            formula=gettext_lazy("Кількість фізичних осіб — підприємців серед суб’єктів."),
        ),
        Share(
            "ceasing",
            gettext_lazy("Суб’єкти, що припиняються"),
            where=Q(status="ceasing"),
            of=Q(kind="legal"),
            good=False,
            owner=gettext_lazy("Відділ економіки"),
            formula=gettext_lazy("Юридичні особи у стані припинення до всіх юридичних осіб, у відсотках."),
        ),
    )
    creates_in_place = True
    merges = Merging(
        alike=("full_name", "last_name", "first_name", "patronymic"),
        likeness=0.75,
        same=(("edrpou",), ("rnokpp",), ("unzr",), ("document_kind", "document_number")),
        # ID-001, ID-002, ID-003: two different codes are two different parties until a person says why not.
        distinct=("edrpou", "rnokpp", "unzr", "birth_date"),
        inner=(
            Inner("organisations.BankAccount", by="party", key=("iban",), yields="main"),
            Inner("organisations.PartyContact", by="party", key=("phone", "email", "person")),
        ),
        refuse=refuse_merge,
    )

    @column(gettext_lazy("Вид діяльності"), order="kved")
    def activity(self, card: Party) -> str:
        return activity_name(card.kved)

    def advice(self, card: Party) -> list[str]:
        said = [*rnokpp_warnings(card.rnokpp, birth_date=card.birth_date)]
        said += unzr_warnings(card.unzr, birth_date=card.birth_date)
        if card.edrpou_exception and card.edrpou:
            said.append(_("Код ЄДРПОУ записано як виняток: контрольної цифри не перевірено."))
        if not card.edrpou and not card.rnokpp and not card.no_number:
            said.append(_("Коду немає, тож двійника не розпізнати. Допишіть код, щойно стане відомий."))
        if card.kved and not activity_name(card.kved):
            said.append(_("КВЕД %(kved)s немає в довіднику. Перевірте код.") % {"kved": card.kved})
        if not card.is_legal and self._namesakes(card).exists():
            said.append(_("Є ще картка людини з таким самим іменем. Перевірте, чи це не та сама людина."))
        return said

    def keeps(self, card: Party) -> list[Reason]:
        return [*super().keeps(card), *held_elsewhere(self, card)]

    def _namesakes(self, card: Party) -> QuerySet[Party]:
        same = {f"{name}__iexact": getattr(card, name) for name in ("last_name", "first_name", "patronymic")}
        return Party.objects.exclude(pk=card.pk).filter(**same, archived_at__isnull=True)


class BankAccounts(Register):
    model = BankAccount
    icon = "credit-card"
    columns = ("iban", "bank", "party", "currency", "main", "closed_on")
    filters = ("party", "currency", "main", "closed_on", "mfo")
    order = ("party", "-main")
    sections = {
        gettext_lazy("Рахунок"): ("party", "iban", "currency", "purpose", "main"),
        gettext_lazy("Дати"): ("opened_on", "closed_on"),
    }
    key = ("party", "iban")
    merges = Merging(within=("party",), same=(("iban",),))
    aliases = {"iban": (gettext_lazy("рахунок"), gettext_lazy("р/р")), "party": (gettext_lazy("власник"),)}
    saves = save_account

    @column(gettext_lazy("Банк"), order="mfo")
    def bank(self, card: BankAccount) -> str:
        return bank_name(card.mfo)

    def advice(self, card: BankAccount) -> list[str]:
        if bank_name(card.mfo):
            return []
        return [_("Банку з МФО %(mfo)s немає в довіднику. Звірте рахунок із реквізитами.") % {"mfo": card.mfo}]

    @action(gettext_lazy("Закрити рахунок"), icon="lock", form=ClosingForm, when=lambda card: card.closed_on is None)
    def close(self, card: BankAccount, *, by: Any, **given: Any) -> None:
        close_account(card, by=by, on=given["on"] or timezone.localdate())


class PartyContacts(Register):
    model = PartyContact
    slug = "contacts"
    icon = "address-book"
    columns = ("person", "position", "phone", "email", "party")
    filters = ("kind", "party")
    order = ("person",)
    sections = {
        gettext_lazy("Контакт"): ("party", "kind", "person", "position", "phone", "email", "note"),
    }
    key = ("party", "phone", "email")
    merges = Merging(within=("party",), same=(("phone", "email", "person"),))
