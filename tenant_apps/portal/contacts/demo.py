"""Believable contacts of a small hromada."""

from __future__ import annotations

from kernel.access.models import User
from kernel.identifiers import normalised_phone
from tenant_apps.portal.contacts.models import Contact
from tenant_apps.portal.contacts.operations import save_contact

CONTACTS = (
    ("Приймальня голови громади", "Коваленко Олена Петрівна", "(05363) 2-12-34", "golova", "пн, ср 9:00–12:00", "12", ""),
    ("ЦНАП", "адміністратори", "(05363) 2-15-00", "cnap", "пн–пт 8:00–17:00, сб 8:00–14:00", "1", "ЦНАП"),
    ("Земельний відділ", "Гнатюк Сергій Іванович", "067 512-40-17", "zemlia", "вт, чт 8:00–15:00", "7", "Земельний відділ"),
    ("Служба у справах дітей", "Руденко Марина Василівна", "050 418-22-90", "dity", "щодня", "15", "ССД"),
    ("Аварійна служба водоканалу", "черговий", "0800 501 563", "", "цілодобово", "", ""),
)  # fmt: skip


def load(by: User) -> int:
    """Once: contacts already there stay as they are."""
    made = 0
    for title, person, phone, mailbox, hours, room, department in CONTACTS:
        if Contact.objects.filter(title=title).exists():
            continue
        contact = Contact(
            title=title,
            person=person,
            phone=normalised_phone(phone),
            email=f"{mailbox}@hromada.example" if mailbox else "",
            reception_hours=hours,
            room=room,
            department=department,
            published=True,
        )
        save_contact(contact, by=by)
        made += 1
    return made
