"""A file is kept whole or not at all, within the limit and the quota, on a disk and in S3."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from kernel.access.models import User
from kernel.audit.models import History
from kernel.files import quota, receiving, sweeping
from kernel.files.attaching import attach, attach_upload, attachments_of, detach
from kernel.files.errors import FileRefused
from kernel.files.jobs import THUMBNAILS, make_file_thumbnails
from kernel.files.models import Attachment, StoredFile
from kernel.files.storing import remove, store
from kernel.files.thumbnails import make_thumbnails
from kernel.jobs.models import Job
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.files import storage
from shared_apps.communities.models import Community, Quota
from tenant_apps.portal.contacts.models import Contact
from tests.files import samples

Names = Callable[[], list[str]]


def test_a_file_is_kept_with_its_facts(clerk: User, stored_names: Names) -> None:
    content = samples.field_photo()
    file = store(samples.upload("фасад<1>.jpg", content), by=clerk).file
    file.refresh_from_db()
    assert (file.name, file.size, file.media_type) == ("фасад_1_.jpg", len(content), "image/jpeg")
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert (file.state, file.uploaded_by, file.width, file.height) == ("unchecked", clerk, 400, 800)
    assert file.taken_where is not None and file.get_state_display() == "не перевірено"
    assert "фасад" not in file.path and stored_names() == [f"{file.pk}.jpg"]
    assert storage.open(file.path).read() == content
    assert History.objects.filter(table_name="files_storedfile", row_id=str(file.pk)).exists()


def test_a_file_without_an_extension_gets_the_one_of_its_content(clerk: User) -> None:
    assert store(samples.upload("рішення № 5", samples.pdf()), by=clerk).file.name == "рішення № 5.pdf"


class Large(File):  # type: ignore[type-arg]
    """Two hundred megabytes that nobody has to make."""

    def __init__(self, megabytes: int) -> None:
        super().__init__(None, name="відео.mp4")
        self.megabytes, self.given = megabytes, 0

    def chunks(self, chunk_size: int | None = None) -> Any:
        for _number in range(self.megabytes):
            self.given += 1
            yield b"\0" * receiving.MEGABYTE


def test_two_hundred_megabytes_are_refused_before_they_are_read(
    clerk: User, settings: Any, stored_names: Names
) -> None:
    settings.FILE_LIMIT_MB = 3
    upload = Large(200)
    with pytest.raises(FileRefused, match=r"більший за 3 МБ.*Зменште"):
        store(upload, by=clerk)
    assert upload.given == 4
    assert (StoredFile.objects.count(), stored_names()) == (0, [])


def test_an_empty_file_is_refused(clerk: User) -> None:
    with pytest.raises(FileRefused, match="порожній"):
        store(samples.upload("акт.pdf", b""), by=clerk)


def full_disk_after(monkeypatch: pytest.MonkeyPatch, pieces: int) -> None:
    """The disk takes the first pieces and then is full, as a disk does: a part of the file is there."""
    saved = FileSystemStorage._save

    def save(self: Any, name: str, content: Any) -> str:
        given = content.chunks

        def chunks(*_args: Any) -> Any:
            for number, piece in enumerate(given(16)):
                if number == pieces:
                    raise OSError(errno.ENOSPC, "No space left on device")
                yield piece

        content.chunks = chunks
        return saved(self, name, content)

    monkeypatch.setattr(FileSystemStorage, "_save", save)


def test_a_full_disk_leaves_neither_row_nor_piece(
    clerk: User, card: Contact, stored_names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_disk_after(monkeypatch, 2)
    with pytest.raises(FileRefused, match=r"закінчилося місце.*Повторіть"):
        attach_upload(card, samples.upload("акт.pdf", samples.pdf()), by=clerk)
    assert (StoredFile.objects.count(), Attachment.objects.count(), stored_names()) == (0, 0, [])


def test_a_full_disk_under_the_temporary_copy_is_told_too(clerk: User) -> None:
    upload = Large(1)
    upload.chunks = lambda *_args: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full"))  # type: ignore[method-assign]
    with pytest.raises(FileRefused, match="закінчилося місце"):
        store(upload, by=clerk)


# -- the tenant's quota ---------------------------------------------------------------------------


def set_quota(tenant: TenantRef, limit: int) -> None:
    with platform_context():
        Quota.objects.update_or_create(
            community=Community.objects.get(pk=tenant.id), key=quota.KEY, defaults={"limit": limit}
        )
    quota.forget()


def test_quota_warns_and_then_refuses(clerk: User, alpha: TenantRef, stored_names: Names) -> None:
    content = b"x" * 1000
    set_quota(alpha, 4500)
    files = [store(samples.upload(f"{n}.txt", content), by=clerk) for n in range(4)]
    assert [bool(stored.warning) for stored in files] == [False, False, False, True]
    assert "80 %" in files[3].warning
    assert "95 %" in store(samples.upload("4.txt", b"x" * 400), by=clerk).warning
    with pytest.raises(FileRefused, match=r"не вистачає місця.*адміністратора"):
        store(samples.upload("5.txt", content), by=clerk)
    assert StoredFile.objects.count() == len(stored_names()) == 5


def test_the_plan_s_quota_holds_without_an_own_one(in_alpha: TenantRef) -> None:
    quota.forget()
    with platform_context():
        plan = Community.objects.get(pk=in_alpha.id).plan
    assert quota.limit() == plan.quotas.get(quota.KEY)


def test_a_neighbour_s_files_do_not_count(clerk: User, alpha: TenantRef, beta: TenantRef) -> None:
    store(samples.upload("1.txt", b"x" * 100), by=clerk)
    assert quota.used() == 100
    with tenant_context(beta):
        assert quota.used() == 0


# -- cards ----------------------------------------------------------------------------------------


def test_files_of_a_card_in_their_order(clerk: User, card: Contact) -> None:
    for number in range(3):
        attach_upload(card, samples.upload(f"{number}.txt", b"x%d" % number), by=clerk, title=f"№ {number}")
    assert [str(one) for one in attachments_of(card)] == ["№ 0", "№ 1", "№ 2"]
    assert attachments_of(Contact(pk=card.pk + 1)).count() == 0


def test_a_button_pressed_twice_adds_one_file(
    clerk: User, card: Contact, stored_names: Names, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        made = [attach_upload(card, samples.upload("акт.pdf", samples.pdf()), by=clerk) for _time in range(2)]
    assert [new for _attachment, _stored, new in made] == [True, False]
    assert made[0][0] == made[1][0]
    assert (StoredFile.objects.count(), len(stored_names())) == (1, 1)
    assert attach(card, made[0][1].file, by=clerk) == made[0][0]


def test_a_detached_file_is_removed_when_nobody_else_points_at_it(clerk: User, card: Contact) -> None:
    file = store(samples.upload("акт.pdf", samples.pdf()), by=clerk).file
    other = Contact.objects.create(title="Інший", slug="inshyi", created_by=clerk)
    first, second = attach(card, file, by=clerk), attach(other, file, by=clerk)
    detach(first, by=clerk, reason="не той акт")
    file.refresh_from_db()
    assert file.is_open
    detach(second, by=clerk, reason="не той акт")
    file.refresh_from_db()
    assert (file.is_open, file.removed_by, file.removal_reason) == (False, clerk, "не той акт")
    assert storage.exists(file.path)


def test_removal_needs_a_reason(clerk: User) -> None:
    file = store(samples.upload("акт.pdf", samples.pdf()), by=clerk).file
    with pytest.raises(FileRefused, match="причину"):
        remove(file, by=clerk, reason="  ")


# -- thumbnails and the sweep ---------------------------------------------------------------------


def test_thumbnails_are_made_once(clerk: User, stored_names: Names) -> None:
    file = store(samples.upload("фото.jpg", samples.field_photo()), by=clerk).file
    assert Job.objects.filter(kind=THUMBNAILS, subject=str(file.pk)).exists()
    make_file_thumbnails(None, str(file.pk))  # type: ignore[arg-type]
    file.refresh_from_db()
    assert stored_names() == sorted([f"{file.pk}.jpg", "large.webp", "small.webp"])
    assert make_thumbnails(file) is False


def test_thumbnails_broken_off_in_the_middle_are_made_again(
    clerk: User, stored_names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = store(samples.upload("фото.png", samples.picture()), by=clerk).file
    with monkeypatch.context() as broken:
        broken.setattr(StoredFile, "save", lambda *_a, **_k: (_ for _ in ()).throw(RuntimeError))
        with pytest.raises(RuntimeError):
            make_thumbnails(file)
    file.refresh_from_db()
    assert make_thumbnails(file) is True
    assert len(stored_names()) == 3


def test_a_document_has_no_thumbnails(clerk: User) -> None:
    file = store(samples.upload("акт.pdf", samples.pdf()), by=clerk).file
    assert not Job.objects.filter(kind=THUMBNAILS).exists()
    assert make_thumbnails(file) is False


def test_the_sweep_takes_only_what_nobody_needs(
    clerk: User, card: Contact, stored_names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, _stored, _new = attach_upload(card, samples.upload("фото.png", samples.picture()), by=clerk)
    make_thumbnails(kept.file)
    lonely = store(samples.upload("лишній.txt", b"x"), by=clerk).file
    gone = store(samples.upload("старий.txt", b"y"), by=clerk).file
    remove(gone, by=clerk, reason="помилка")
    storage.save("files/2026/01/stray.pdf", File(samples.upload("x", b"%PDF")))
    storage.save("thumbs/not-a-key/small.webp", File(samples.upload("x", b"x")))
    assert sweeping.sweep() == 0, "what is young may be on its way"
    monkeypatch.setattr(sweeping, "YOUNG", timedelta(seconds=-5))
    StoredFile.objects.filter(pk=gone.pk).update(removed_at=timezone.now() - timedelta(days=31))
    assert sweeping.sweep() == 4
    assert stored_names() == sorted([f"{kept.file.pk}.png", "large.webp", "small.webp", f"{lonely.pk}.txt"])
    lonely.refresh_from_db()
    gone.refresh_from_db()
    assert lonely.removed_at and "не прикріплено" in lonely.removal_reason
    assert (gone.path, gone.name) == ("", "старий.txt")
    assert sweeping.sweep() == 0


# -- S3 -------------------------------------------------------------------------------------------


def keys(bucket: Any) -> list[str]:
    return [entry.key for entry in bucket.objects.all()]


def test_in_s3_a_file_lies_under_its_tenant(clerk: User, alpha: TenantRef, bucket: Any) -> None:
    file = store(samples.upload("акт.pdf", samples.pdf()), by=clerk).file
    assert keys(bucket) == [f"tenants/{alpha.id}/{file.path}"]
    assert storage.open(file.path).read() == samples.pdf()
    make_thumbnails(store(samples.upload("фото.png", samples.picture()), by=clerk).file)
    assert len(keys(bucket)) == 4


def test_in_s3_an_upload_broken_in_the_middle_leaves_nothing(
    clerk: User, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"0123456789abcdef" * (9 * 65536)
    reads: list[int] = []

    class Failing(File):  # type: ignore[type-arg]
        def read(self, size: int = -1) -> bytes:
            reads.append(size)
            if self.tell() >= 8 * 1024 * 1024:
                raise OSError(errno.EIO, "Input/output error")
            return super().read(size)

    monkeypatch.setattr("kernel.files.storing.File", Failing)
    with pytest.raises(OSError, match="Input/output"):
        store(samples.upload("великий.txt", content), by=clerk)
    assert reads
    assert (StoredFile.objects.count(), keys(bucket)) == (0, [])
    assert list(bucket.multipart_uploads.all()) == []


def test_an_s3_that_does_not_answer_is_told_in_words(clerk: User, bucket: Any) -> None:
    bucket.delete()
    with pytest.raises(FileRefused, match=r"Сховище файлів не відповідає.*Повторіть"):
        store(samples.upload("акт.pdf", samples.pdf()), by=clerk)
    assert StoredFile.objects.count() == 0


def test_in_s3_the_sweep_finds_strays(
    clerk: User, bucket: Any, alpha: TenantRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.save("files/2026/01/stray.pdf", File(samples.upload("x", b"%PDF")))
    monkeypatch.setattr(sweeping, "YOUNG", timedelta(seconds=-5))
    assert sweeping.sweep() == 1
    assert keys(bucket) == []
