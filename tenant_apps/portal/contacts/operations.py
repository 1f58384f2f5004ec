from __future__ import annotations

from django.http import Http404
from django.utils import timezone

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require, visible
from kernel.operations import Who, operation
from tenant_apps.portal.contacts.models import Contact


@operation("contacts", Level.EDIT)
def save_contact(contact: Contact, *, by: User) -> Contact:
    """New or changed. The right must cover the record as it was and as it will be."""
    if contact._state.adding:
        contact.created_by = by
        contact.name_address()
    elif not visible(Contact.objects.filter(pk=contact.pk), by, Level.EDIT).exists():
        raise Http404
    require(by, "contacts", Level.EDIT, contact)
    contact.full_clean()
    contact.save()
    return contact


@operation("contacts", Level.EDIT, on="contact")
def archive_contact(contact: Contact, *, by: Who, reason: str = "") -> Contact:
    """Out of every list; the history stays."""
    contact.archived_at, contact.published = timezone.now(), False
    contact.save(update_fields=["archived_at", "published"])
    return contact
