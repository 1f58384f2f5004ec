from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.registers import Count, Register, View
from tenant_apps.portal.contacts.models import Contact
from tenant_apps.portal.contacts.operations import write_contact


class Contacts(Register):
    model = Contact
    title = _("Приймальні й контакти")
    columns = ("title", "person", "phone", "email", "reception_hours", "published")
    filters = ("published", "department", "settlement")
    order = ("title",)
    duplicates = ("title", "department")
    sections = {
        _("Контакт"): ("title", "person", "phone", "email"),
        _("Прийом"): ("reception_hours", "room", "department", "settlement"),
        _("Портал"): ("published",),
    }
    views = (View("published", _("На порталі"), "published=yes"),)
    indicators = (
        Count("total", _("Усього контактів")),
        Count("published", _("Видно мешканцям"), where=Q(published=True), tile=True),
    )
    saves = write_contact
