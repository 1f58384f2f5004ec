"""Histories in words."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from django.db import models
from django.test.utils import isolate_apps

from kernel.access.models import User
from kernel.audit import declare
from kernel.audit.declare import Audited
from kernel.audit.models import History
from kernel.audit.sentences import history_of, sentences
from kernel.audit.wording import initials, value_text, who_text
from shared_apps.communities.models import Community

AT = datetime(2026, 11, 21, 8, 42, tzinfo=UTC)


def entry(**fields) -> History:
    stored = {
        "id": 1,
        "at": AT,
        "table_name": "access_user",
        "row_id": "7",
        "action": "update",
        "before": {},
        "after": {},
        "actor_kind": "user",
        "actor_id": "1",
        "actor_name": "Коваленко Олена Петрівна",
        "address": "10.0.0.5",
        "request_id": "r",
        "reason": "",
        "db_role": "t_alpha",
    }
    return History(**{**stored, **fields})


def told(**fields) -> str:
    (sentence,) = sentences([entry(**fields)])
    return str(sentence)


def test_one_field_with_who_when_and_where():
    assert told(before={"position": "діловод"}, after={"position": "головний спеціаліст"}) == (
        "Коваленко О. П.: змінено поле «Посада»: було «діловод», стало «головний спеціаліст»"
        " · 21.11.2026 10:42 · з адреси 10.0.0.5"
    )


def test_several_fields_stand_in_the_order_of_the_model():
    text = told(
        before={"position": "", "first_name": "Іван"},
        after={"position": "діловод", "first_name": "Петро"},
        reason="наказ № 5",
    )
    assert "змінено поля «Ім’я»: було «Іван», стало «Петро»; «Посада»: було порожньо, стало «діловод»" in text
    assert text.endswith("· підстава: наказ № 5")


def test_a_record_made_and_a_record_gone():
    assert "створено запис" in told(action="insert", before=None, after={"last_name": "Шевчук"})
    (gone,) = sentences([entry(action="delete", before={"last_name": "Шевчук"}, after=None)])
    assert gone.what == "видалено запис"
    assert [(change.label, change.was, change.became) for change in gone.changes] == [("Прізвище", "«Шевчук»", None)]


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("state", "suspended", "«призупинено»"),
        ("read_only", True, "так"),
        ("read_only", False, "ні"),
        ("population", None, "порожньо"),
        ("population", 12500, "«12500»"),
        ("state_at", "2026-11-21T08:42:00.123+00:00", "21.11.2026 10:42"),
        ("parent_id", "5d0ba2e6-57f2-4a0e-a1a4-0c58a9c4fc22", "«5d0ba2e6-57f2-4a0e-a1a4-0c58a9c4fc22»"),
        ("no_longer_here", "x", "«x»"),
        ("name", "а" * 500, "«" + "а" * 199 + "…»"),
        ("area", {"type": "Polygon", "coordinates": []}, "контур, точок: 0"),
        ("area", {"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [1, 5], [1, 2]]]}, "контур, точок: 4"),
        ("area", {"type": "Point", "coordinates": [33.622525, 49.2311651]}, "«49.231165, 33.622525»"),
        ("area", {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}, "лінія, точок: 2"),
        ("extra", {"ключ": 1}, '«{"ключ": 1}»'),
    ],
)
def test_values_in_words(column, value, text):
    assert value_text(Community, column, value) == text


def test_a_table_that_no_model_has_any_more_still_speaks():
    assert "змінено поле «colour»: було «red», стало «blue»" in told(
        table_name="gone_table", before={"colour": "red"}, after={"colour": "blue"}
    )


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        ("user", "Коваленко Олена Петрівна", "Коваленко О. П."),
        ("user", "Нечуй-Левицький Іван", "Нечуй-Левицький І."),
        ("user", "", "людина без імені"),
        ("job", "kernel.audit.seal_all", "завдання «kernel.audit.seal_all»"),
        ("operator", "root", "оператор хмари root"),
        ("token", "Обмін з ЦНАП (Шевчук Петро)", "ключ доступу «Обмін з ЦНАП (Шевчук Петро)»"),
        ("support", "Підтримка: Бондар", "Підтримка: Бондар"),
        ("visitor", "", "відвідувач без входу"),
        ("", "", "пряма дія в базі (роль hromada_owner)"),
    ],
)
def test_every_kind_of_actor_is_worded(kind, name, text):
    assert who_text(kind, name, "hromada_owner") == text


def test_initials_leave_alone_what_is_not_a_person():
    assert initials("Відділ № 5 міської ради") == "Відділ № 5 міської ради"
    assert initials("Система") == "Система"
    assert initials("") == ""


def test_values_are_told_only_of_open_tables():
    row = entry(before={"position": "таємниця"}, after={"position": "інша таємниця"})
    (closed,) = sentences([row], readable=frozenset())
    assert closed.what == "змінено поле «Посада»" and not closed.told
    assert "таємниця" not in str(closed) + str(closed.changes)
    (open_,) = sentences([row], readable={"access_user"})
    assert "таємниця" in open_.what


def test_the_history_of_an_object_is_its_own(db, in_alpha, by_olena, new_user):
    mine, other = new_user("a@alpha.example"), new_user("b@alpha.example")
    mine.position = "діловод"
    mine.save()
    other.position = "касир"
    other.save()
    assert [sentence.what for sentence in history_of(mine)] == [
        "змінено поле «Посада»: було порожньо, стало «діловод»",
        "створено запис",
    ]
    assert history_of(User(id=uuid.uuid4())) == []
    assert len(history_of(mine, limit=1)) == 1


@isolate_apps("kernel.audit")
def test_links_of_many_to_many_fields_belong_to_their_owner(monkeypatch):
    class Book(models.Model):
        class Meta:
            app_label = "audit"

        def __str__(self) -> str:
            return ""

    class Shelf(models.Model):
        books = models.ManyToManyField(Book, verbose_name="книжки")

        class Meta:
            app_label = "audit"

        def __str__(self) -> str:
            return ""

    monkeypatch.setattr(declare, "audited_models", lambda: [(Shelf, Audited())])
    tables = {tracked.table: tracked for tracked in declare.tracked_tables()}
    assert tables["audit_shelf_books"].key == "shelf_id"
    (added, taken) = sentences(
        [
            entry(
                table_name="audit_shelf_books",
                action="insert",
                before=None,
                after={"id": 1, "shelf_id": 7, "book_id": 3},
            ),
            entry(
                table_name="audit_shelf_books",
                action="delete",
                before={"id": 1, "shelf_id": 7, "book_id": 3},
                after=None,
            ),
        ]
    )
    assert added.what == "до поля «книжки» додано «3»"
    assert taken.what == "з поля «книжки» вилучено «3»"
