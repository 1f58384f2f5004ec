"""Parties: whose code is whose, what is refused and with which words, what other modules are told."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kernel.access.levels import Level
from kernel.access.roles import create_ready_roles
from kernel.audit.models import Viewing
from kernel.identifiers import complete_edrpou, complete_iban
from kernel.operations import Denied
from kernel.registers.registry import register_named
from kernel.registers.saving import archive_card, restore_card, save_card
from kernel.testing.access import make_person, make_role
from tenant_apps.property.organisations import demo, public
from tenant_apps.property.organisations.models import BankAccount, Party, PartyContact
from tenant_apps.property.organisations.operations import close_account, save_account

IBAN = "UA453052990000026007011609571"
TREASURY = "UA778999980314020544000016001"


@pytest.fixture(autouse=True)
def roles(in_alpha):
    create_ready_roles("hromada")


@pytest.fixture
def accountant():
    return make_person("chief_accountant")


@pytest.fixture
def parties():
    return register_named("organisations.parties")


def company(**given) -> Party:
    return Party(**{"kind": "legal", "full_name": "Товариство «Калина»", "edrpou": "14360570", **given})


def human(**given) -> Party:
    return Party(**{"kind": "person", "last_name": "Мельник", "first_name": "Іван", "rnokpp": "3121212314", **given})


def refused(card, field) -> str:
    with pytest.raises(ValidationError) as wrong:
        card.full_clean()
    return " ".join(wrong.value.message_dict[field])


# -- codes and names ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["21556730", "31502447", "21000042", "21000620", "00015622", "14360570", "24388300"])
def test_organisation_with_a_right_code(code):
    company(edrpou=code).full_clean()


def test_wrong_check_digit_needs_a_reason():
    assert "підставу винятку" in refused(company(edrpou="32855968"), "edrpou")
    old = company(edrpou="32855968", edrpou_exception="виписка з ЄДР від 01.02.2026")
    old.full_clean()
    assert any("виняток" in said for said in register_named("organisations.parties").advice(old))


@pytest.mark.parametrize(
    ("card", "field", "words"),
    [
        (company(edrpou="1436057"), "edrpou", "тут їх 7"),
        (company(full_name=""), "full_name", "виписці"),
        (company(rnokpp="3121212314"), "rnokpp", "має людина"),
        (human(edrpou="14360570"), "edrpou", "має юридична особа"),
        (human(rnokpp="3121212315"), "rnokpp", "не сходиться"),
        (human(first_name=""), "first_name", "ім’я"),
        (human(no_number=True), "rnokpp", "відмовилася"),
        (human(rnokpp="", no_number=True), "document_number", "Замість РНОКПП"),
        (human(document_number="КН123456"), "document_kind", "Виберіть"),
        (human(document_kind="passport", document_number="12"), "document_number", "дві українські літери"),
        (human(unzr="19851315-01231"), "unzr", "такої дати немає"),
        (company(vat_payer=True), "vat_number", "ІПН"),
        (company(vat_number="123"), "vat_number", "12 цифр"),
        (company(kved="84"), "kved", "довіднику"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_named(card, field, words):
    assert words in refused(card, field)


@pytest.mark.parametrize(
    "wrong",
    [
        {"edrpou": "1436057"},
        {"rnokpp": "3121212314"},
        {"full_name": ""},
        {"vat_payer": True},
        {"kved": "84"},
        {"kind": "person", "edrpou": "", "last_name": "Мельник"},
        {"kind": "person", "edrpou": "", "last_name": "Мельник", "first_name": "Іван", "no_number": True},
        {"kind": "person", "last_name": "Мельник", "first_name": "Іван"},
    ],
    ids=str,
)
def test_database_refuses_it_too(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Party.objects.bulk_create([company(**wrong)])


def test_codes_are_kept_in_one_form():
    party = company(edrpou=" 1436 057О", kved="8411")
    party.full_clean()
    assert (party.edrpou, party.kved) == ("14360570", "84.11")
    refusal = human(rnokpp="", no_number=True, document_kind="passport", document_number="kh № 123456")
    refusal.full_clean()
    assert refusal.document_number == "КН123456"


def test_name_in_one_cell_is_three_names():
    party = Party(kind="entrepreneur", full_name="ФОП  Мельник Ірина Олегівна", rnokpp="3287345283")
    party.full_clean()
    party.save()
    party.refresh_from_db()
    assert (party.last_name, party.first_name, party.patronymic) == ("Мельник", "Ірина", "Олегівна")
    assert (party.name, str(party)) == ("Мельник Ірина Олегівна", "ФОП Мельник Ірина Олегівна")


def test_patronymic_may_be_absent():
    party = human()
    party.full_clean()
    party.save()
    party.refresh_from_db()
    assert party.name == "Мельник Іван"


def test_names_stand_in_ukrainian_order():
    surnames = ["Ґудзь", "Гук", "Дейна", "Їжак", "Іваненко", "Єрмак", "Емець", "Йовенко", "Мальцев", "Мальченко"]
    for surname in surnames:
        human(last_name=surname, rnokpp="").save()
    in_order = [name.split()[0] for name in Party.objects.order_by("name").values_list("name", flat=True)]
    assert in_order == [
        "Гук", "Ґудзь", "Дейна", "Емець", "Єрмак", "Іваненко", "Їжак", "Йовенко", "Мальцев", "Мальченко",
    ]  # fmt: skip


# -- doubles --------------------------------------------------------------------------------------


def test_same_code_is_refused_among_the_living(accountant, parties):
    first = save_card(parties, company(), by=accountant)
    with pytest.raises(ValidationError, match="Знайдіть її картку за кодом"):
        save_card(parties, company(full_name="Інша назва"), by=accountant)
    archive_card(parties, first, by=accountant)
    save_card(parties, company(full_name="Інша назва"), by=accountant)
    with pytest.raises(Denied, match="вже є"):
        restore_card(parties, first, by=accountant)


def test_database_refuses_the_same_code(accountant):
    Party.objects.bulk_create([company()])
    with pytest.raises(IntegrityError), transaction.atomic():
        Party.objects.bulk_create([company()])


def test_person_and_entrepreneur_are_one_card(accountant, parties):
    save_card(parties, human(), by=accountant)
    with pytest.raises(ValidationError, match="може, як ФОП"):
        save_card(parties, human(kind="entrepreneur"), by=accountant)


def test_same_document_of_those_without_number_is_refused(accountant, parties):
    refusal = {"rnokpp": "", "no_number": True, "document_kind": "passport", "document_number": "КН123456"}
    save_card(parties, human(**refusal), by=accountant)
    with pytest.raises(ValidationError, match="таким документом"):
        save_card(parties, human(**refusal, last_name="Інший"), by=accountant)


def test_same_name_is_a_warning(accountant, parties):
    save_card(parties, human(), by=accountant)
    other = save_card(parties, human(rnokpp="", last_name="МЕЛЬНИК"), by=accountant)
    said = parties.advice(other)
    assert any("таким самим іменем" in one for one in said) and any("Коду немає" in one for one in said)


def test_birthday_apart_from_the_number_is_a_warning(parties):
    assert any("15.06.1985" in one for one in parties.advice(human(birth_date=date(1985, 6, 16))))
    assert not any("15.06.1985" in one for one in parties.advice(human(birth_date=date(1985, 6, 15))))


def test_activity_outside_the_reference_is_a_warning(parties):
    assert any("КВЕД" in one for one in parties.advice(company(kved="01.00")))


# -- bank accounts --------------------------------------------------------------------------------


@pytest.fixture
def kalyna(accountant, parties):
    return save_card(parties, company(), by=accountant)


def test_account_names_its_bank(accountant, kalyna):
    account = save_account(BankAccount(party=kalyna, iban="UА45 3052 9900 0002 6007 0116 0957 1"), by=accountant)
    assert (account.iban, account.mfo) == (IBAN, "305299")
    register = register_named("organisations.bank-accounts")
    assert register.bank(account) == "" or "ПриватБанк" in register.bank(account)


def test_first_account_is_main_and_the_mark_moves(accountant, kalyna):
    first = save_account(BankAccount(party=kalyna, iban=IBAN), by=accountant)
    second = save_account(BankAccount(party=kalyna, iban=TREASURY), by=accountant)
    assert first.main and not second.main
    second.main = True
    save_account(second, by=accountant)
    first.refresh_from_db()
    assert not first.main and BankAccount.objects.get(main=True) == second
    assert first.version == 2


@pytest.mark.parametrize(
    "iban", ["UA453052990000026007011609572", "UA45305299000002600701160957", "26007011609571", ""]
)
def test_wrong_account_is_refused_by_form_and_database(accountant, kalyna, iban):
    with pytest.raises(ValidationError):
        save_account(BankAccount(party=kalyna, iban=iban), by=accountant)
    with pytest.raises(IntegrityError), transaction.atomic():
        BankAccount.objects.bulk_create([BankAccount(party=kalyna, iban=iban)])


def test_one_main_account_in_the_database(accountant, kalyna):
    save_account(BankAccount(party=kalyna, iban=IBAN), by=accountant)
    with pytest.raises(IntegrityError), transaction.atomic():
        BankAccount.objects.bulk_create([BankAccount(party=kalyna, iban=TREASURY, main=True)])


def test_same_account_twice_is_refused(accountant, kalyna):
    save_account(BankAccount(party=kalyna, iban=IBAN), by=accountant)
    with pytest.raises(ValidationError, match="вже записано"):
        save_account(BankAccount(party=kalyna, iban=IBAN), by=accountant)


def test_closed_account_is_not_paid_to(accountant, kalyna):
    first = save_account(BankAccount(party=kalyna, iban=IBAN, opened_on=date(2026, 1, 1)), by=accountant)
    with pytest.raises(ValidationError, match="раніше, ніж відкрито"):
        close_account(first, by=accountant, on=date(2025, 1, 1))
    first.refresh_from_db()
    close_account(first, by=accountant, on=date(2026, 6, 30))
    with pytest.raises(Denied, match="уже закрито"):
        close_account(first, by=accountant, on=date(2026, 7, 1))
    assert public.main_account(kalyna.pk, date(2026, 6, 30)).iban == IBAN
    assert public.main_account(kalyna.pk, date(2026, 7, 1)) is None
    assert public.main_account(kalyna.pk, date(2025, 12, 31)) is None


# -- contacts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "phone", "person": "бухгалтерія"}, "Впишіть телефон"),
        ({"kind": "email"}, "Впишіть електронну пошту"),
        ({"kind": "person", "phone": "067 123-45-67"}, "Назвіть контактну особу"),
        ({"kind": "phone", "phone": "2-12-34"}, "код міста"),
    ],
)
def test_contact_says_what_its_kind_promises(kalyna, given, words):
    with pytest.raises(ValidationError, match=words):
        PartyContact(party=kalyna, **given).full_clean()


# -- for other modules ----------------------------------------------------------------------------


def test_parties_are_found_by_words_and_by_code(accountant, kalyna):
    assert [one.id for one in public.find_parties("калин", by=accountant)] == [kalyna.pk]
    assert [one.id for one in public.find_parties("1436 0570", by=accountant)] == [kalyna.pk]
    assert public.party_of("14360570").id == kalyna.pk
    assert public.party_of("") is None and public.party_of("21556730") is None
    assert public.parties([kalyna.pk])[kalyna.pk].name == "Товариство «Калина»"


def test_person_is_not_found_by_a_piece_of_the_number(accountant, parties):
    person = save_card(parties, human(), by=accountant)
    assert public.find_parties("31212", by=accountant) == []
    assert [one.id for one in public.find_parties("3121212314", by=accountant)] == [person.pk]
    assert public.party(person.pk).code == ""


def test_who_has_no_right_finds_nobody(kalyna):
    assert public.find_parties("калин", by=make_person("press_officer")) == []
    make_role("reader", organisations=Level.VIEW)
    with pytest.raises(Denied):
        save_account(BankAccount(party=kalyna, iban=IBAN), by=make_person("reader"))


def test_number_is_opened_with_a_purpose(accountant, parties):
    person = save_card(parties, human(), by=accountant)
    with pytest.raises(ValueError, match="мету"):
        public.personal_code(person.pk, purpose="")
    assert public.personal_code(person.pk, purpose="duty") == "3121212314"
    assert Viewing.objects.get(row_id=str(person.pk)).fields == ["rnokpp", "document_number"]


def test_history_keeps_the_change(accountant, kalyna, parties):
    from kernel.audit.models import History

    kalyna.address = "м. Дубогір"
    save_card(parties, kalyna, by=accountant)
    entry = History.objects.filter(table_name="organisations_party", row_id=str(kalyna.pk)).latest("id")
    assert (entry.after, entry.actor_name) == ({"address": "м. Дубогір"}, accountant.full_name)


def test_demo_is_right_and_made_once():
    """By the administrator, who has no right here, as the demonstration region is made."""
    administrator = make_person("administrator")
    assert demo.load(administrator) == Party.objects.count() == 11
    assert demo.load(administrator) == 0
    for card in (*Party.objects.all(), *BankAccount.objects.all(), *PartyContact.objects.all()):
        card.full_clean()
    assert BankAccount.objects.filter(main=True).count() == 10
    assert complete_edrpou("9900101") == Party.objects.get(short_name="КП «Водоканал»").edrpou
    assert complete_iban("899998", "26000000000002") in BankAccount.objects.values_list("iban", flat=True)
