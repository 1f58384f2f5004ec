from __future__ import annotations

from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from kernel.access.levels import Level
from kernel.access.rights import require, visible
from tenant_apps.portal.contacts.forms import ContactForm
from tenant_apps.portal.contacts.models import Contact
from tenant_apps.portal.contacts.operations import archive_contact, save_contact

router = Router()


class ContactIn(Schema):
    title: str
    person: str = ""
    phone: str = ""
    email: str = ""
    reception_hours: str = ""
    room: str = ""
    department: str = ""
    settlement: str = ""
    published: bool = False


class ContactOut(ContactIn):
    id: int
    slug: str


def _current(request: HttpRequest, level: Level = Level.VIEW) -> Any:
    return visible(Contact.objects.filter(archived_at__isnull=True), request.user, level)


def _save(request: HttpRequest, contact: Contact, given: ContactIn) -> Contact:
    form = ContactForm(given.dict(), instance=contact)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    return save_contact(form.instance, by=request.user)


@router.get("/", response=list[ContactOut], summary="Контакти")
def list_contacts(
    request: HttpRequest, limit: Annotated[int, Query(ge=1, le=1000)] = 100, offset: Annotated[int, Query(ge=0)] = 0
) -> Any:
    return _current(request)[offset : offset + limit]


@router.post("/", response={201: ContactOut}, summary="Додати контакт")
def add_contact(request: HttpRequest, given: ContactIn) -> Any:
    require(request.user, "contacts", Level.EDIT)
    return 201, _save(request, Contact(), given)


@router.get("/{contact_id}", response=ContactOut, summary="Контакт")
def get_contact(request: HttpRequest, contact_id: int) -> Contact:
    return get_object_or_404(_current(request), pk=contact_id)


@router.put("/{contact_id}", response=ContactOut, summary="Змінити контакт")
def put_contact(request: HttpRequest, contact_id: int, given: ContactIn) -> Contact:
    require(request.user, "contacts", Level.EDIT)
    return _save(request, get_object_or_404(_current(request, Level.EDIT), pk=contact_id), given)


@router.delete("/{contact_id}", response={204: None}, summary="В архів")
def delete_contact(request: HttpRequest, contact_id: int) -> Any:
    require(request.user, "contacts", Level.EDIT)
    archive_contact(get_object_or_404(_current(request, Level.EDIT), pk=contact_id), by=request.user)
    return 204, None
