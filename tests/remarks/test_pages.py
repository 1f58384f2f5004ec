"""The small forms at a card: rights by the card, back to the page, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory

from kernel.access.models import User
from kernel.remarks.comments import add_comment
from kernel.remarks.models import LONGEST_COMMENT, Comment, Favourite, Subscription, Tag, Tagging
from kernel.remarks.tags import add_tag
from kernel.testing.access import enter
from tenant_apps.portal.contacts.models import Contact

ClientFor = Callable[..., Client]
PARTS = ("comments", "tags")


@pytest.fixture
def client(client_for: ClientFor, clerk: User) -> Client:
    return enter(client_for("alpha"), clerk)


def at(card: Contact, **more: str) -> dict[str, str]:
    return {"card_table": "contacts_contact", "card_id": str(card.pk), "next": "/contacts/?page=2", **more}


def test_a_comment_is_written_changed_and_removed(client: Client, card: Contact) -> None:
    answer = client.post("/remarks/comments/", at(card, text="<b>Так</b> 😀"))
    assert (answer.status_code, answer["Location"]) == (302, "/contacts/?page=2#comments")
    comment = Comment.objects.get()
    assert "&lt;b&gt;Так" in client.get(f"/remarks/comments/{comment.pk}/edit/?next=/contacts/").content.decode()
    client.post(f"/remarks/comments/{comment.pk}/edit/", {"text": "Ні", "next": "https://evil.example/"})
    comment.refresh_from_db()
    assert comment.text == "Ні"
    client.post(f"/remarks/comments/{comment.pk}/remove/")
    assert Comment.objects.exclude(removed_at=None).exists()
    assert client.post(f"/remarks/comments/{comment.pk}/remove/").status_code == 404


def test_a_comment_too_long_comes_back_whole(client: Client, card: Contact) -> None:
    long = "ї" * (LONGEST_COMMENT + 1)
    answer = client.post("/remarks/comments/", at(card, text=long))
    page = answer.content.decode()
    assert answer.status_code == 422 and long in page and "Скоротіть" in page
    assert 'value="contacts_contact"' in page and 'value="/contacts/?page=2"' in page


def test_a_reader_reads_only(client_for: ClientFor, card: Contact, reader: User, clerk: User) -> None:
    at_alpha = enter(client_for("alpha"), reader)
    comment, tag = add_comment(card, "Моє", by=clerk), add_tag(card, "так", by=clerk)
    assert at_alpha.post("/remarks/comments/", at(card, text="Я")).status_code == 404
    assert at_alpha.get(f"/remarks/comments/{comment.pk}/edit/").status_code == 404
    assert at_alpha.post(f"/remarks/comments/{comment.pk}/remove/").status_code == 403
    assert at_alpha.post("/remarks/tags/", at(card, name="ні")).status_code == 404
    assert at_alpha.post(f"/remarks/tags/{tag.pk}/take/", at(card)).status_code == 404
    assert (Comment.objects.filter(removed_at=None).count(), Tagging.objects.count()) == (1, 1)


def test_a_colleague_does_not_change_my_words(
    client_for: ClientFor, client: Client, card: Contact, reader: User
) -> None:
    comment = add_comment(card, "Чуже", by=reader)
    assert client.get(f"/remarks/comments/{comment.pk}/edit/").status_code == 404
    assert client.post(f"/remarks/comments/{comment.pk}/remove/").status_code == 403


def test_a_stranger_is_asked_to_sign_in(client_for: ClientFor, card: Contact) -> None:
    answer = client_for("alpha").post("/remarks/comments/", at(card, text="Я"))
    assert answer.status_code == 302 and "/accounts/login/" in answer["Location"]


def test_tags_are_put_and_taken(client: Client, card: Contact) -> None:
    client.post("/remarks/tags/", at(card, name="Терміново", colour="bad"))
    tag = Tag.objects.get()
    assert tag.colour == "bad"
    client.post(f"/remarks/tags/{tag.pk}/take/", at(card))
    assert not Tagging.objects.exists()
    client.post("/remarks/tags/", at(card, name="x" * 41))
    assert "коротше слово" in client.get("/contacts/").content.decode()


def test_favourites_and_subscriptions_say_how_it_should_become(client: Client, card: Contact, clerk: User) -> None:
    for _time in range(2):
        client.post("/remarks/favourites/", at(card, url="/contacts/1/", title="ЦНАП", wanted="1"))
        client.post("/remarks/subscriptions/", at(card, wanted="1"))
    client.post("/remarks/subscriptions/", {"card_table": "contacts_contact", "wanted": "1"})
    assert Favourite.objects.get().table == "contacts_contact"
    assert sorted(Subscription.objects.values_list("row_id", flat=True)) == ["", str(card.pk)]
    for _time in range(2):
        client.post("/remarks/favourites/", {"url": "/contacts/1/"})
        client.post("/remarks/subscriptions/", at(card))
    assert not Favourite.objects.exists() and Subscription.objects.count() == 1


@pytest.mark.parametrize("table", ["access_user", "nothing", ""])
def test_what_has_no_register_has_no_subscription(client: Client, card: Contact, table: str) -> None:
    assert client.post("/remarks/subscriptions/", {"card_table": table, "wanted": "1"}).status_code == 404
    assert client.post("/remarks/comments/", at(card, text="x") | {"card_table": table}).status_code == 404


def drawn(part: str, card: Contact, person: User, **more: Any) -> str:
    request = RequestFactory().get("/contacts/1/")
    request.user = person
    source = f"{{% include 'remarks/{part}.html' with card_table='contacts_contact' card_id=card.pk %}}"
    return Template(source).render(Context({"request": request, "card": card, **more}))


def test_the_parts_of_a_card(card: Contact, clerk: User, reader: User) -> None:
    add_comment(card, "<i>Раз</i>", by=clerk)
    add_tag(card, "<b>так</b>", by=clerk)
    html = "".join(drawn(part, card, clerk, may_edit=True) for part in PARTS)
    assert "&lt;i&gt;Раз" in html and "&lt;b&gt;так" in html and "Змінити" in html
    read_only = "".join(drawn(part, card, reader, may_edit=False) for part in PARTS)
    assert "<form" not in read_only and "Раз" in read_only
    assert 'name="wanted"' in drawn("keep", card, clerk, card_title=card)
