from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from kernel.access.guard import needs
from kernel.access.levels import Level
from kernel.access.rights import allowed, visible
from kernel.operations import Denied
from tenant_apps.portal.contacts.forms import ContactForm
from tenant_apps.portal.contacts.models import Contact
from tenant_apps.portal.contacts.operations import archive_contact, save_contact


@needs("contacts", Level.VIEW)
def contact_list(request: HttpRequest) -> HttpResponse:
    contacts = visible(Contact.objects.filter(archived_at__isnull=True), request.user)
    editable = set(visible(contacts, request.user, Level.EDIT).values_list("pk", flat=True))
    context = {
        "rows": [(contact, contact.pk in editable) for contact in contacts],
        "may_add": allowed(request.user, "contacts", Level.EDIT),
    }
    return render(request, "contacts/list.html", context)


@needs("contacts", Level.EDIT)
def edit(request: HttpRequest, contact_id: int | None = None) -> HttpResponse:
    contact = None
    if contact_id:
        mine = visible(Contact.objects.filter(archived_at__isnull=True), request.user, Level.EDIT)
        contact = get_object_or_404(mine, pk=contact_id)
    form = ContactForm(request.POST or None, instance=contact)
    if request.method == "POST" and form.is_valid():
        try:
            save_contact(form.instance, by=request.user)
        except Denied as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("contacts:index")
    return render(request, "contacts/edit.html", {"form": form, "contact": contact}, status=422 if form.errors else 200)


@require_POST
@needs("contacts", Level.EDIT)
def archive(request: HttpRequest, contact_id: int) -> HttpResponse:
    mine = visible(Contact.objects.filter(archived_at__isnull=True), request.user, Level.EDIT)
    archive_contact(get_object_or_404(mine, pk=contact_id), by=request.user)
    return redirect("contacts:index")
