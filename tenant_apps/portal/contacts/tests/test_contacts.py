"""Contacts: what the database refuses, who sees and changes what, what residents see."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kernel.access.levels import Level
from kernel.access.roles import create_ready_roles
from kernel.operations import Denied
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.portal.contacts import demo
from tenant_apps.portal.contacts.models import Contact
from tenant_apps.portal.contacts.operations import archive_contact, save_contact
from tenant_apps.portal.contacts.public import published_contacts


@pytest.fixture(autouse=True)
def roles(in_alpha):
    cache.clear()
    create_ready_roles("hromada")
    yield
    cache.clear()


@pytest.fixture
def officer():
    return make_person("press_officer")


def test_titles_alike_have_addresses_apart(officer):
    slugs = [save_contact(Contact(title="Приймальня голови"), by=officer).slug for _time in range(3)]
    assert slugs == ["pryimalnia-holovy", "pryimalnia-holovy-2", "pryimalnia-holovy-3"]


@pytest.mark.parametrize(
    "wrong", [{"phone": "123"}, {"settlement": "Дубогір"}, {"published": True}, {"email": "не пошта"}, {"title": ""}]
)
def test_operation_refuses_what_is_wrong(officer, wrong):
    with pytest.raises(ValidationError):
        save_contact(Contact(**{"title": "ЦНАП", **wrong}), by=officer)


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": "123"},
        {"settlement": "Дубогір"},
        {"published": True},
        {"archived_at": "2026-01-01T00:00Z", "published": True, "phone": "+380671234567"},
    ],
)
def test_database_refuses_it_too(officer, wrong):
    row = Contact(title="ЦНАП", slug="cnap", created_by=officer, **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.bulk_create([row])


def test_residents_see_what_is_published_and_not_archived(officer):
    demo.load(officer)
    assert demo.load(officer) == 0
    hidden = save_contact(Contact(title="Внутрішній"), by=officer)
    gone = Contact.objects.get(title="ЦНАП")
    archive_contact(gone, by=officer, reason="переїхали")
    titles = [contact.title for contact in published_contacts()]
    assert "Приймальня голови громади" in titles
    assert hidden.title not in titles and gone.title not in titles


def test_archived_contact_leaves_the_portal_whoever_archives_it(officer, client_for):
    row = save_contact(Contact(title="ЦНАП", phone="+380671234567", published=True), by=officer)
    client = enter(client_for("alpha"), officer)
    assert client.post(f"/contacts/{row.pk}/archive/").status_code == 302
    row.refresh_from_db()
    assert row.is_archived and not row.published
    assert client.post(f"/contacts/{row.pk}/restore/").status_code == 302
    assert published_contacts() == []


def test_contacts_are_on_the_home_page(officer, client_for):
    demo.load(officer)
    page = client_for("alpha").get("/").content.decode()
    assert "Аварійна служба водоканалу" in page and "+380 80 050-15-63" in page
    assert "Аварійна служба водоканалу" not in client_for("beta").get("/").content.decode()


def test_clerk_of_a_department_keeps_its_own(client_for, officer):
    specialist = make_person("specialist", department="ЦНАП")
    own = save_contact(Contact(title="Вікно 1", department="ЦНАП"), by=officer)
    foreign = save_contact(Contact(title="Бухгалтерія", department="Фінанси"), by=officer)
    client = enter(client_for("alpha"), specialist)
    page = client.get("/contacts/").content.decode()
    assert "Вікно 1" in page and "Бухгалтерія" not in page
    assert client.get(f"/contacts/{foreign.pk}/").status_code == 404
    assert client.post(f"/contacts/{foreign.pk}/archive/").status_code == 404
    assert client.post(f"/contacts/{foreign.pk}/edit/").status_code == 404
    form = {"title": "Вікно 2", "department": "ЦНАП"}
    assert client.post(f"/contacts/{own.pk}/edit/", form).status_code == 302
    moved = client.post(f"/contacts/{own.pk}/edit/", form | {"department": "Фінанси"})
    assert moved.status_code == 422 and "поза вашими правами" in moved.content.decode()
    own.refresh_from_db()
    assert (own.title, own.department) == ("Вікно 2", "ЦНАП")


def test_record_is_not_taken_over_by_renaming_its_department(officer):
    specialist = make_person("specialist", department="ЦНАП")
    foreign = save_contact(Contact(title="Бухгалтерія", department="Фінанси"), by=officer)
    foreign.department = "ЦНАП"
    with pytest.raises(Denied):
        save_contact(foreign, by=specialist)


def test_author_of_a_new_record_owns_it():
    make_role("one", contacts=(Level.EDIT, "own"))
    user = make_person("one")
    row = save_contact(Contact(title="Моє"), by=user)
    assert row.created_by == user
    with pytest.raises(Denied):
        archive_contact(row, by=make_person("one"))


def test_reader_does_not_write(client_for):
    make_role("reader", contacts=Level.VIEW)
    client = enter(client_for("alpha"), make_person("reader"))
    assert "/contacts/new/" not in client.get("/contacts/").content.decode()
    assert client.get("/contacts/new/").status_code == 403


def test_form_keeps_what_was_typed(client_for, officer):
    client = enter(client_for("alpha"), officer)
    page = client.post("/contacts/new/", {"title": "ЦНАП", "phone": "12-34", "room": "7а", "published": "on"})
    assert page.status_code == 422
    html = page.content.decode()
    assert "Перевірте код міста" in html and 'value="7а"' in html and 'value="12-34"' in html


def test_history_remembers_the_change(officer):
    from kernel.audit.models import History

    row = save_contact(Contact(title="ЦНАП", phone="+380671234567"), by=officer)
    row.room = "5"
    save_contact(row, by=officer)
    entry = History.objects.filter(table_name="contacts_contact", row_id=str(row.pk)).latest("id")
    assert (entry.after, entry.actor_name) == ({"room": "5"}, officer.full_name)
