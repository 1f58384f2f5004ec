"""The tenant's tags in one place: found, renamed, merged, deleted, by the administrator alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.audit.models import History
from kernel.remarks.models import Tag, Tagging
from kernel.remarks.tags import add_tag, change_tag, merge_tags
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.portal.contacts.models import Contact

TAGS = "/administration/tags/"


@pytest.fixture
def manager(in_alpha: Any) -> User:
    make_role("manager", access=Level.MANAGE)
    return make_person("manager", password=None)


@pytest.fixture
def admin(manager: User, client_for: Any) -> Any:
    return enter(client_for("alpha"), manager)


@pytest.fixture
def urgent(card: Contact, clerk: User) -> Tag:
    return add_tag(card, "терміново", by=clerk, colour="warn")


def test_the_page_counts_cards_and_finds(admin: Any, urgent: Tag) -> None:
    Tag.objects.create(name="паспорт")
    page = admin.get(TAGS).content.decode()
    assert "терміново" in page and "паспорт" in page and 'data-tone="warn"' in page and ">1</td>" in page
    found = admin.get(TAGS, {"q": "Паспо"}).content.decode()
    assert "паспорт" in found and "терміново" not in found
    assert "Такої позначки немає" in admin.get(TAGS, {"q": "\x00нема"}).content.decode()


def test_only_the_administrator_comes_here(client_for: Any, urgent: Tag) -> None:
    make_role("viewer", access=Level.EDIT, contacts=Level.MANAGE)
    client = enter(client_for("alpha"), make_person("viewer", password=None))
    for page in ("", f"{urgent.pk}/", f"{urgent.pk}/merge/", f"{urgent.pk}/delete/"):
        assert client.get(TAGS + page).status_code == 403
        assert client.post(TAGS + page).status_code in (403, 405)
    assert Tag.objects.filter(pk=urgent.pk).exists()


def test_renamed_and_coloured(admin: Any, urgent: Tag) -> None:
    assert admin.post(f"{TAGS}{urgent.pk}/", {"name": "невідкладно", "colour": "bad"}).status_code == 302
    urgent.refresh_from_db()
    assert (urgent.name, urgent.colour) == ("невідкладно", "bad")
    refused = admin.post(f"{TAGS}{urgent.pk}/", {"name": "невідкладно", "colour": "#ff0000"})
    assert refused.status_code == 422


def test_a_name_taken_is_refused_with_the_way_out(manager: User, urgent: Tag) -> None:
    other = Tag.objects.create(name="паспорт")
    with pytest.raises(ValidationError, match="обʼєднайте"):
        change_tag(other, by=manager, name="Терміново", colour="idle")


def test_merging_keeps_every_card_once(admin: Any, clerk: User, card: Contact, urgent: Tag) -> None:
    other = add_tag(card, "невідкладно", by=clerk)
    Tagging.objects.create(table="contacts_contact", row_id="777", tag=urgent)
    answer = admin.post(f"{TAGS}{urgent.pk}/merge/", {"into": other.pk})
    assert answer.status_code == 302 and not Tag.objects.filter(pk=urgent.pk).exists()
    assert set(Tagging.objects.values_list("row_id", "tag")) == {(str(card.pk), other.pk), ("777", other.pk)}
    moved = History.objects.filter(table_name="remarks_tagging", action="update").get()
    assert moved.actor_id and moved.after == {"tag_id": other.pk}
    with pytest.raises(ValidationError, match="та сама"):
        merge_tags(other, other, by=make_person("manager", password=None))


def test_deleting_says_how_many_cards_and_asks(admin: Any, card: Contact, urgent: Tag) -> None:
    asked = admin.get(f"{TAGS}{urgent.pk}/delete/").content.decode()
    assert "з карток: 1" in asked and Tag.objects.filter(pk=urgent.pk).exists()
    admin.post(f"{TAGS}{urgent.pk}/delete/")
    assert not Tag.objects.exists() and not Tagging.objects.exists()
    assert Contact.objects.filter(pk=card.pk).exists()
