"""Parties of a small community: fictional, with codes that are right."""

from __future__ import annotations

from datetime import date

from kernel.access.models import User
from kernel.cards.models import Card
from kernel.identifiers import complete_edrpou, complete_iban, complete_rnokpp, normalised_phone
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor
from tenant_apps.property.organisations.models import BankAccount, Party, PartyContact

BY = Actor("job", name="демонстрація")

# First seven digits, full name, short name, КВЕД, address, head, bank, phone.
ORGANISATIONS = (
    ("9900101", "Комунальне підприємство «Водоканал» Дубогірської міської ради", "КП «Водоканал»", "36.00",
     "м. Дубогір, вул. Набережна, 4", "Поліщук Сергій Петрович", "300465", "(05363) 2-20-01"),
    ("9900102", "Комунальне некомерційне підприємство «Дубогірська лікарня»", "КНП «Дубогірська лікарня»", "86.10",
     "м. Дубогір, вул. Лікарняна, 1", "Яценко Олена Андріївна", "899998", "(05363) 2-31-10"),
    ("9900103", "Дубогірський ліцей № 1 Дубогірської міської ради", "Дубогірський ліцей № 1", "85.31",
     "м. Дубогір, вул. Шкільна, 12", "Лисенко Марія Іванівна", "899998", "(05363) 2-44-07"),
    ("9900104", "Товариство з обмеженою відповідальністю «Шляхбуд-Дубогір»", "ТОВ «Шляхбуд-Дубогір»", "42.11",
     "м. Дубогір, вул. Заводська, 18", "Кравець Богдан Олегович", "305299", "067 512-40-18"),
    ("9900105", "Товариство з обмеженою відповідальністю «Чисте подвір’я»", "ТОВ «Чисте подвір’я»", "38.11",
     "м. Дубогір, вул. Польова, 3", "Мороз Іван Петрович", "334851", "050 418-22-91"),
    ("9900106", "Об’єднання співвласників багатоквартирного будинку «Калина»", "ОСББ «Калина»", "68.32",
     "м. Дубогір, вул. Садова, 7", "Ткачук Наталія Олегівна", "320478", "068 300-15-15"),
)  # fmt: skip
# Kind, surname, name, patronymic, birthday, four digits of the number, КВЕД, bank, phone.
PEOPLE = (
    ("entrepreneur", "Мельник", "Ірина", "Олегівна", date(1985, 6, 15), "1232", "68.20", "322001", "097 111-22-33"),
    ("entrepreneur", "Гриценко", "Тарас", "Петрович", date(1979, 3, 4), "4411", "49.31", "305299", "063 222-33-44"),
    ("person", "Петренко", "Олександр", "Іванович", date(1966, 10, 9), "0155", "", "300465", "095 333-44-55"),
    ("person", "Романюк", "Марія", "", date(1990, 1, 1), "4528", "", "307770", "096 444-55-66"),
)


def load(by: User) -> int:
    """Once: what is there already stays as it is."""
    if Party.objects.exists():
        return 0
    for number, (seven, full, short, kved, address, head, bank, phone) in enumerate(ORGANISATIONS, 1):
        party = Party(
            kind="legal", edrpou=complete_edrpou(seven), full_name=full, short_name=short, kved=kved, address=address,
            head_name=head, head_position="директор", head_acts_on="статуту", vat_payer=bank == "305299",
            vat_number="990010416031" if bank == "305299" else "",
        )  # fmt: skip
        _settle(party, bank, f"2600{number:010}", phone, "приймальня", by)
    for number, (kind, last, first, patronymic, born, serial, kved, bank, phone) in enumerate(PEOPLE, 1):
        party = Party(
            kind=kind, last_name=last, first_name=first, patronymic=patronymic, birth_date=born, kved=kved,
            rnokpp=complete_rnokpp(born, serial),
        )  # fmt: skip
        _settle(party, bank, f"2620{number:010}", phone, "", by)
    refused = Party(
        kind="person", last_name="Ткачук", first_name="Богдан", patronymic="Олегович", no_number=True,
        document_kind="passport", document_number="КН123456",
    )  # fmt: skip
    _keep("parties", refused, by)
    return len(ORGANISATIONS) + len(PEOPLE) + 1


def _settle(party: Party, bank: str, account: str, phone: str, person: str, by: User) -> None:
    _keep("parties", party, by)
    _keep("bank-accounts", BankAccount(party=party, iban=complete_iban(bank, account)), by)
    _keep("contacts", PartyContact(party=party, kind="phone", phone=normalised_phone(phone), person=person), by)


def _keep(register: str, card: Card, by: User) -> None:
    """The administrator who loads the demonstration has no say over parties, so the shell does it in his name."""
    card.created_by = by
    save_card(register_named(f"organisations.{register}"), card, by=BY)
