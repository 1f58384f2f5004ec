"""Comments, tags, favourites, visits, subscriptions: what is kept, of whom, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kernel.access.models import User
from kernel.audit.models import History
from kernel.operations import Denied
from kernel.remarks import places
from kernel.remarks.comments import add_comment, comments_of, edit_comment, people_to_tell, remove_comment
from kernel.remarks.mentions import mentioned
from kernel.remarks.models import LONGEST_COMMENT, Comment, Favourite, Subscription, Tag, Tagging, Visit
from kernel.remarks.subscriptions import is_subscribed, subscribe, subscribers_of_many, unsubscribe
from kernel.remarks.tags import add_tag, change_tag, tags_of, take_tag
from kernel.remarks.templatetags.remarks import commented
from kernel.testing.access import make_person
from tenant_apps.portal.contacts.models import Contact


def test_a_comment_and_its_earlier_words(clerk: User, card: Contact) -> None:
    comment = add_comment(card, "  Подзвонив,\r\nне відповідають \u202e ", by=clerk)
    assert comment.text == "Подзвонив,\nне відповідають"
    edit_comment(comment, "Відповіли", by=clerk)
    entry = History.objects.filter(table_name="remarks_comment", row_id=str(comment.pk)).latest("id")
    assert entry.before["text"] == "Подзвонив,\nне відповідають"
    assert comments_of(card).get().edited_at


@pytest.mark.parametrize("text", ["", "  \n ", "\u202e", "x" * (LONGEST_COMMENT + 1)])
def test_an_empty_or_endless_comment_is_refused(clerk: User, card: Contact, text: str) -> None:
    with pytest.raises(ValidationError, match=r"надішліть ще раз|Скоротіть"):
        add_comment(card, text, by=clerk)


def test_ten_thousand_letters_are_kept(clerk: User, card: Contact) -> None:
    assert len(add_comment(card, "ї" * LONGEST_COMMENT, by=clerk).text) == LONGEST_COMMENT


@pytest.mark.parametrize("text", ["", "x" * (LONGEST_COMMENT + 1)])
def test_the_database_refuses_them_too(clerk: User, card: Contact, text: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.create(table="contacts_contact", row_id=str(card.pk), text=text, author=clerk)


def test_a_button_pressed_twice_says_it_once(clerk: User, card: Contact) -> None:
    made = [add_comment(card, "Гляньте", by=clerk) for _time in range(2)]
    assert made[0] == made[1]
    assert add_comment(card, "Гляньте ще", by=clerk) != made[0]


def test_who_may_change_and_remove(clerk: User, reader: User, card: Contact) -> None:
    comment = add_comment(card, "Моє", by=clerk)
    with pytest.raises(Denied, match="лише його автор"):
        edit_comment(comment, "Чуже", by=reader)
    with pytest.raises(Denied, match="керівник"):
        remove_comment(comment, by=reader)
    remove_comment(comment, by=reader, manages=True)
    comment.refresh_from_db()
    assert comment.removed_by == reader
    with pytest.raises(Denied):
        edit_comment(comment, "Ще раз", by=clerk)


def test_who_is_called_by_name(in_alpha: Any) -> None:
    kovalenko = make_person(last_name="Коваленко", first_name="Олена")
    one = make_person(last_name="Мар’яненко", first_name="Ігор")
    two = make_person(last_name="Мар’яненко", first_name="Олег")
    away = make_person(last_name="Гнатюк", first_name="Сергій")
    User.objects.filter(pk=away.pk).update(is_active=False)
    assert mentioned("@коваленко, гляньте; @Коваленко!") == [kovalenko.pk]
    assert mentioned("@Мар'яненко") == []
    assert mentioned("@Марʼяненко Олег і @Мар'яненко.Ігор") == [two.pk, one.pk]
    assert mentioned("пошта olena@Коваленко.ua, @Гнатюк, @Ніхто, @@Коваленко") == []


def test_whom_a_comment_is_told(clerk: User, reader: User, card: Contact) -> None:
    called = make_person(last_name="Коваленко")
    subscribe("contacts_contact", str(card.pk), by=reader)
    subscribe("contacts_contact", by=clerk)
    assert people_to_tell(add_comment(card, "@Коваленко", by=clerk)) == {called.pk, reader.pk}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("@<b>", "<p>@&lt;b&gt;</p>"),
        ("Раз\nдва\n\n@Мельник три", "<p>Раз<br>два</p><p><b>@Мельник три</b></p>"),
        ("& 😀", "<p>&amp; 😀</p>"),
    ],
)
def test_words_stay_words(text: str, shown: str) -> None:
    assert commented(text) == shown


# -- tags -----------------------------------------------------------------------------------------


def test_a_tag_is_one_whatever_its_letters(clerk: User, card: Contact) -> None:
    first = add_tag(card, " #Терміново ", by=clerk, colour="bad")
    assert add_tag(card, "ТЕРМІНОВО", by=clerk, colour="ok") == first
    assert (first.name, first.colour, Tag.objects.count(), Tagging.objects.count()) == ("Терміново", "bad", 1, 1)
    assert list(tags_of(card)) == [first]
    take_tag(card, first, by=clerk)
    assert not tags_of(card).exists() and Tag.objects.exists()
    assert History.objects.filter(table_name="remarks_tagging", action="delete").exists() or (
        History.objects.filter(table_name="remarks_tagging").count() == 2
    )


@pytest.mark.parametrize("name", ["", " # ", "\u200b", "x" * 41])
def test_a_tag_without_a_word_is_refused(clerk: User, card: Contact, name: str) -> None:
    with pytest.raises(ValidationError, match="коротше слово"):
        add_tag(card, name, by=clerk)
    with pytest.raises(ValidationError, match="кольору"):
        add_tag(card, "так", by=clerk, colour="pink")


def test_a_card_has_not_more_tags_than_can_be_read(clerk: User, card: Contact) -> None:
    for number in range(30):
        add_tag(card, f"т{number}", by=clerk)
    with pytest.raises(ValidationError, match="Зніміть зайву"):
        add_tag(card, "ще", by=clerk)


def test_tags_are_changed_by_the_administrator(clerk: User, card: Contact) -> None:
    with pytest.raises(Denied):
        change_tag(add_tag(card, "так", by=clerk), by=clerk, name="ні", colour="ok")


# -- one's own pages ------------------------------------------------------------------------------


def test_the_last_fifty_pages_are_remembered(clerk: User, reader: User, card: Contact) -> None:
    for number in range(55):
        places.note_visit(clerk, f"/contacts/{number}/", f"Картка {number}")
    places.note_visit(clerk, "/contacts/10/", "Стара картка", card)
    places.note_visit(reader, "/contacts/1/", "Чужа")
    assert Visit.objects.filter(person=clerk).count() == 50
    assert [visit.title for visit in places.recent(clerk, 3)] == ["Стара картка", "Картка 54", "Картка 53"]
    assert places.recent(clerk)[0].row_id == str(card.pk)
    assert Visit.objects.filter(person=reader).count() == 1


@pytest.mark.parametrize(
    "url", ["", "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/" + "x" * 500]
)
def test_only_this_site_s_pages_are_kept(clerk: User, url: str) -> None:
    with pytest.raises(ValidationError, match="цього сайту"):
        places.add_favourite(url, "Зло", by=clerk)


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_the_database_keeps_no_way_out(clerk: User, url: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Favourite.objects.create(person=clerk, url=url, title="Зло")


def test_a_favourite_is_kept_once_and_dropped(clerk: User) -> None:
    for title in ("Контакти", "Контакти громади"):
        places.add_favourite("/contacts/", title, by=clerk)
    assert [one.title for one in places.favourites(clerk)] == ["Контакти громади"]
    assert places.is_favourite(clerk, "/contacts/")
    places.drop_favourite("/contacts/", by=clerk)
    assert places.favourites(clerk) == []


def test_subscriptions_of_a_card_and_of_the_register(clerk: User, reader: User, django_assert_num_queries: Any) -> None:
    for _time in range(2):
        subscribe("contacts_contact", "1", by=clerk)
    subscribe("contacts_contact", by=reader)
    subscribe("contacts_contact", by=clerk)
    assert Subscription.objects.count() == 3
    with django_assert_num_queries(1):
        told = subscribers_of_many("contacts_contact", ["1", "2"])
    assert told == {"1": {clerk.pk, reader.pk}, "2": {clerk.pk, reader.pk}}
    unsubscribe("contacts_contact", by=clerk)
    assert subscribers_of_many("contacts_contact", ["2"]) == {"2": {reader.pk}}
    assert is_subscribed(clerk, "contacts_contact", "1") and not is_subscribed(clerk, "contacts_contact")
