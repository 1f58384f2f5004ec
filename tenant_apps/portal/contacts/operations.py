from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from kernel.operations import Who
from kernel.registers.registry import register_named
from kernel.registers.saving import archive_card, save_card
from tenant_apps.portal.contacts.models import Contact

REGISTER = "contacts.contacts"


def write_contact(contact: Contact, *, by: Who, reason: str = "") -> Contact:
    """What saving a contact means, inside the register's own operation: a new one gets an address on the portal."""
    if contact._state.adding:
        contact.name_address()
    contact.full_clean()
    if not contact._state.adding:
        contact.version, contact.updated_at = F("version") + 1, timezone.now()
    contact.save()
    return contact


def save_contact(contact: Contact, *, by: Who) -> Contact:
    """New or changed. The right must cover the record as it was and as it will be."""
    saved: Contact = save_card(register_named(REGISTER), contact, by=by)
    return saved


def archive_contact(contact: Contact, *, by: Who, reason: str = "") -> Contact:
    """Out of every list; the history stays."""
    archived: Contact = archive_card(register_named(REGISTER), contact, by=by, reason=reason)
    return archived
