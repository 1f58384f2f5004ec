"""Files come and go by HTTP: the form at a card, signed links, ranges, headers."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.template import Context, Template
from django.test import Client, RequestFactory

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.files import receiving
from kernel.files.attaching import attach_upload, attachments_of
from kernel.files.links import file_url
from kernel.files.models import Attachment, StoredFile
from kernel.files.storing import remove, store
from kernel.files.thumbnails import make_thumbnails
from kernel.remarks import subjects
from kernel.tenancy import TenantRef, tenant_context
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.portal.contacts.models import Contact
from tests.files import samples

ClientFor = Callable[..., Client]
Names = Callable[[], list[str]]


@pytest.fixture
def client(client_for: ClientFor, clerk: User) -> Client:
    return enter(client_for("alpha"), clerk)


def sent(card: Contact, *files: SimpleUploadedFile, **more: Any) -> dict[str, Any]:
    place = {"card_table": "contacts_contact", "card_id": str(card.pk), "next": "/contacts/?page=2"}
    return {**place, "file": list(files), **more}


def told(client: Client) -> str:
    return client.get("/contacts/").content.decode().replace("\u00a0", " ")


def test_files_come_to_a_card(client: Client, card: Contact) -> None:
    files = [SimpleUploadedFile("акт.pdf", samples.pdf()), SimpleUploadedFile("фото.png", samples.picture())]
    answer = client.post("/files/attach/", sent(card, *files, title="Огляд"))
    assert (answer.status_code, answer["Location"]) == (302, "/contacts/?page=2#files")
    assert [one.file.name for one in attachments_of(card)] == ["акт.pdf", "фото.png"]
    assert "Додано файлів: 2" in told(client)


def test_a_bad_file_does_not_take_the_good_one_with_it(client: Client, card: Contact) -> None:
    files = [SimpleUploadedFile("герб.svg", b"<svg onload='x()'/>"), SimpleUploadedFile("акт.pdf", samples.pdf())]
    client.post("/files/attach/", sent(card, *files))
    page = told(client)
    assert attachments_of(card).count() == 1
    assert "герб.svg" in page and "збережіть малюнок як PNG" in page.replace("Збережіть", "збережіть")


def test_a_form_without_a_file_is_told(client: Client, card: Contact) -> None:
    client.post("/files/attach/", sent(card))
    assert "Файл не вибрано" in told(client)


@pytest.mark.parametrize("megabytes", [2, 4])
def test_an_upload_over_the_limit_is_dropped_while_it_comes(
    client: Client, card: Contact, settings: Any, stored_names: Names, megabytes: int
) -> None:
    settings.FILE_LIMIT_MB = 1
    large = SimpleUploadedFile("відео.mp4", b"\0" * (megabytes * receiving.MEGABYTE))
    answer = client.post("/files/attach/", sent(card, large))
    assert answer.status_code == 302
    assert "більший за 1 МБ" in told(client)
    assert (StoredFile.objects.count(), stored_names()) == (0, [])


def test_a_full_temporary_disk_is_told(
    client: Client, card: Contact, monkeypatch: pytest.MonkeyPatch, stored_names: Names
) -> None:
    def full(*_args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(TemporaryUploadedFile, "write", full)
    client.post("/files/attach/", sent(card, SimpleUploadedFile("відео.mp4", b"\0" * (3 * receiving.MEGABYTE))))
    assert "закінчилося місце" in told(client)
    assert (StoredFile.objects.count(), stored_names()) == (0, [])


def test_a_button_pressed_twice_is_one_file(client: Client, card: Contact) -> None:
    for _time in range(2):
        client.post("/files/attach/", sent(card, SimpleUploadedFile("акт.pdf", samples.pdf())))
    assert attachments_of(card).count() == 1
    assert "тут уже є" in told(client)


@pytest.mark.parametrize(
    "place",
    [{}, {"card_table": "x"}, {"card_table": "access_user", "card_id": "1"}, {"card_id": "0"}, {"card_id": "\x00"},
     {"card_id": "9" * 40}, {"card_id": "abc"}, {"card_table": "contacts_contact\x00"}],
)  # fmt: skip
def test_what_is_not_a_card_of_mine_is_not_there(client: Client, card: Contact, place: dict[str, str]) -> None:
    given = {"card_table": "contacts_contact", "card_id": "999999", **place}
    assert client.post("/files/attach/", {**given, "file": SimpleUploadedFile("а.txt", b"x")}).status_code == 404
    assert StoredFile.objects.count() == 0


def test_a_reader_does_not_attach(client_for: ClientFor, card: Contact, reader: User, clerk: User) -> None:
    at_alpha = enter(client_for("alpha"), reader)
    assert at_alpha.post("/files/attach/", sent(card, SimpleUploadedFile("а.txt", b"x"))).status_code == 404
    made = attach_upload(card, samples.upload("а.txt", b"x"), by=clerk)[0]
    assert at_alpha.post(f"/files/attachments/{made.pk}/detach/", {"reason": "так"}).status_code == 404
    assert Attachment.objects.count() == 1


def test_detaching_asks_why(client: Client, card: Contact, clerk: User) -> None:
    made = attach_upload(card, samples.upload("а.txt", b"x"), by=clerk)[0]
    client.post(f"/files/attachments/{made.pk}/detach/", {"reason": " ", "next": "//evil.example/"})
    assert Attachment.objects.filter(pk=made.pk).exists()
    assert "Назвіть причину" in told(client)
    answer = client.post(f"/files/attachments/{made.pk}/detach/", {"reason": "не той", "next": "//evil.example/"})
    assert answer["Location"] == "/workspace/#files"
    assert not Attachment.objects.exists()


# -- links ----------------------------------------------------------------------------------------


def kept(clerk: User, name: str, content: bytes) -> StoredFile:
    return store(samples.upload(name, content), by=clerk).file


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize(
    ("name", "content", "disposition", "sandboxed"),
    [
        ("акт.pdf", samples.pdf(), "inline", False),
        ("фото.png", samples.picture(), "inline", True),
        ("лист.docx", samples.office("word/document.xml"), "attachment", True),
        ("дані.txt", b"x", "attachment", True),
        ("звіт.xml", b"<?xml version='1.0'?><a/>", "attachment", True),
    ],
)
def test_nothing_given_out_can_run(
    client: Client, clerk: User, name: str, content: bytes, disposition: str, sandboxed: bool
) -> None:
    answer = client.get(file_url(kept(clerk, name, content), clerk))
    assert (answer.status_code, body(answer)) == (200, content)
    assert answer["Content-Disposition"].startswith(disposition)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert ("sandbox" in answer["Content-Security-Policy"]) is sandboxed
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"


def test_a_link_is_for_one_person_of_one_tenant(
    client: Client, client_for: ClientFor, clerk: User, reader: User, beta: TenantRef
) -> None:
    link = file_url(kept(clerk, "акт.pdf", samples.pdf()), clerk)
    assert client_for("alpha").get(link).status_code == 302
    assert enter(client_for("alpha"), reader).get(link).status_code == 404
    with tenant_context(beta):
        make_role("keeper", contacts=Level.EDIT)
        stranger = enter(client_for("beta"), make_person("keeper"))
    assert stranger.get(link).status_code == 404
    assert client.get(link[:-3] + "AAA").status_code == 404


def test_an_old_link_says_what_to_do(client: Client, clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    link = file_url(kept(clerk, "акт.pdf", samples.pdf()), clerk)
    later = time.time() + 1000
    monkeypatch.setattr(signing.time, "time", lambda: later)
    answer = client.get(link)
    assert answer.status_code == 404 and "оновіть сторінку" in answer.content.decode()


def test_what_waits_or_is_infected_or_removed_is_not_given(client: Client, clerk: User) -> None:
    file = kept(clerk, "акт.pdf", samples.pdf())
    for state, words in (("waiting", "ще не перевірив"), ("infected", "знайшов у ньому загрозу")):
        StoredFile.objects.filter(pk=file.pk).update(state=state)
        answer = client.get(file_url(file, clerk))
        assert answer.status_code == 403
        assert words in answer.content.decode().replace("\u00a0", " ")
    StoredFile.objects.filter(pk=file.pk).update(state="clean")
    file.refresh_from_db()
    remove(file, by=clerk, reason="помилка")
    assert client.get(file_url(file, clerk)).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "content", "described"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=5-99", 206, b"56789", "bytes 5-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=5-3", 200, b"0123456789", ""),
        ("bytes=0-1,4-5", 200, b"0123456789", ""),
        ("words=1-2", 200, b"0123456789", ""),
    ],
)
def test_a_part_of_a_file(client: Client, clerk: User, asked: str, status: int, content: bytes, described: str) -> None:
    answer = client.get(file_url(kept(clerk, "а.txt", b"0123456789"), clerk), headers={"range": asked})
    assert answer.status_code == status
    if status != 416:
        assert (body(answer), answer["Content-Length"]) == (content, str(len(content)))
    assert answer.headers.get("Content-Range", "") == described


def test_from_s3_too(client: Client, clerk: User, bucket: Any) -> None:
    file = kept(clerk, "а.txt", b"0123456789")
    assert body(client.get(file_url(file, clerk))) == b"0123456789"
    assert body(client.get(file_url(file, clerk), headers={"range": "bytes=2-4"})) == b"234"
    bucket.objects.all().delete()
    assert client.get(file_url(file, clerk)).status_code == 404


def test_a_thumbnail_has_a_link_of_its_own(client: Client, clerk: User) -> None:
    file = kept(clerk, "фото.jpg", samples.field_photo())
    assert client.get(file_url(file, clerk, thumbnail="small")).status_code == 404
    make_thumbnails(file)
    answer = client.get(file_url(file, clerk, thumbnail="small"))
    assert answer["Content-Type"] == "image/webp" and body(answer)[8:12] == b"WEBP"


# -- the part of a card's page --------------------------------------------------------------------

PART = "{% include 'files/attachments.html' with card_table='contacts_contact' card_id=card.pk may_edit=may_edit %}"


def drawn(card: Contact, person: User, **more: Any) -> str:
    request = RequestFactory().get("/contacts/1/")
    request.user = person
    return Template(PART).render(Context({"request": request, "card": card, **more}))


def test_the_part_shows_files_and_no_markup_of_their_names(card: Contact, clerk: User) -> None:
    assert "Файлів ще немає" in drawn(card, clerk)
    photo = attach_upload(card, samples.upload("фасад.jpg", samples.field_photo()), by=clerk, title="<b>Фасад</b>")[0]
    make_thumbnails(photo.file)
    html = drawn(card, clerk, may_edit=True)
    assert "&lt;b&gt;Фасад" in html and "<b>Фасад" not in html
    assert "<img" in html and "14.07.2026" in html and "не перевірено" in html
    assert 'enctype="multipart/form-data"' in html and 'name="reason"' in html
    assert "<form" not in drawn(card, clerk, may_edit=False)


def test_the_part_asks_the_database_once(card: Contact, clerk: User, django_assert_num_queries: Any) -> None:
    for number in range(5):
        attach_upload(card, samples.upload(f"{number}.txt", b"%d" % number), by=clerk)
    with django_assert_num_queries(1):
        drawn(card, clerk, may_edit=True)


def test_a_module_switched_off_takes_its_cards_with_it(
    client: Client, card: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subjects, "is_enabled", lambda _module: False)
    assert client.post("/files/attach/", sent(card, SimpleUploadedFile("а.txt", b"x"))).status_code == 404
