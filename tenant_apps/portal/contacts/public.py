"""What other modules and the tenant's home may know of the contacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kernel.identifiers import shown_phone
from tenant_apps.portal.contacts.models import Contact


@dataclass(frozen=True, slots=True)
class PublishedContact:
    slug: str
    title: str
    person: str
    phone: str
    email: str
    reception_hours: str
    room: str

    @property
    def phone_in_words(self) -> str:
        return shown_phone(self.phone)


def published_contacts(limit: int = 100) -> list[PublishedContact]:
    """What residents may see."""
    names = PublishedContact.__dataclass_fields__.keys()
    rows = Contact.objects.filter(published=True, archived_at__isnull=True).values(*names)[:limit]
    return [PublishedContact(**row) for row in rows]


def home_panel() -> tuple[str, dict[str, Any]] | None:
    contacts = published_contacts()
    return ("contacts/home_panel.html", {"contacts": contacts}) if contacts else None
