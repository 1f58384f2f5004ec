"""The antivirus: what it finds is refused or quarantined, and while it is away nothing is lost and nothing is opened."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from kernel.access.models import User
from kernel.files import scanning
from kernel.files.errors import FileRefused
from kernel.files.jobs import SCAN, rescan_waiting
from kernel.files.models import StoredFile
from kernel.files.scanner import Clamd, ScannerUnreachable
from kernel.files.storing import store
from kernel.jobs.models import Job
from kernel.jobs.queue import run_job
from kernel.notices.models import Notice
from kernel.tenancy.files import storage
from tests.files import fake_clamd, samples

Names = Callable[[], list[str]]
NOBODY = "tcp://127.0.0.1:1"


@pytest.fixture
def clamd(settings: Any, clerk: User) -> Iterator[fake_clamd.FakeClamd]:
    with fake_clamd.on_tcp() as (address, server):
        settings.CLAMD_SOCKET = address
        yield server


def test_both_kinds_of_sockets(tmp_path: Path) -> None:
    for opened in (fake_clamd.on_tcp(), fake_clamd.on_unix(tmp_path)):
        with opened as (address, server):
            assert Clamd(address).scan(io.BytesIO(b"x" * 1_000_000)).clean
            assert Clamd(address).scan(io.BytesIO(samples.EICAR)).threat == "Eicar-Test-Signature"
            server.answer_instead = b"INSTREAM size limit exceeded. ERROR"
            with pytest.raises(ScannerUnreachable):
                Clamd(address).scan(io.BytesIO(b"x"))
    with pytest.raises(ScannerUnreachable):
        Clamd(f"unix:{tmp_path / 'nobody.sock'}").scan(io.BytesIO(b"x"))
    with pytest.raises(ValueError, match="unix:/path"):
        Clamd("localhost:3310")


def test_a_small_file_is_checked_while_the_person_waits(clerk: User, clamd: fake_clamd.FakeClamd) -> None:
    file = store(samples.upload("акт.txt", b"x"), by=clerk).file
    assert (file.state, clamd.scanned) == ("clean", 1)


def test_an_infected_file_does_not_come_in(clerk: User, clamd: fake_clamd.FakeClamd, stored_names: Names) -> None:
    with pytest.raises(FileRefused, match=r"Eicar-Test-Signature.*чисту копію"):
        store(samples.upload("акт.txt", samples.EICAR), by=clerk)
    assert (StoredFile.objects.count(), stored_names()) == (0, [])


def test_a_large_file_waits_and_a_job_settles_it(
    clerk: User, clamd: fake_clamd.FakeClamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "INLINE_BYTES", 10)
    file = store(samples.upload("фото.png", samples.picture()), by=clerk).file
    assert (file.state, file.is_open, clamd.scanned) == ("waiting", False, 0)
    run_job(str(Job.objects.get(kind=SCAN).pk))
    file.refresh_from_db()
    assert (file.state, file.is_open) == ("clean", True)
    assert Job.objects.filter(kind="files.thumbnails", subject=str(file.pk)).exists()


def test_a_threat_found_later_is_quarantined_and_told(
    clerk: User, clamd: fake_clamd.FakeClamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "INLINE_BYTES", 10)
    file = store(samples.upload("акт.txt", samples.EICAR), by=clerk).file
    was = file.path
    run_job(str(Job.objects.get(kind=SCAN).pk))
    file.refresh_from_db()
    assert (file.state, file.state_note, file.is_open) == ("infected", "Eicar-Test-Signature", False)
    assert file.path == f"quarantine/{file.pk}" and not storage.exists(was)
    assert storage.open(file.path).read() == samples.EICAR
    notice = Notice.objects.get()
    assert (notice.person, notice.urgent) == (clerk, True) and "Eicar" in notice.body


def test_while_the_scanner_is_away_the_file_waits(clerk: User, settings: Any) -> None:
    settings.CLAMD_SOCKET = NOBODY
    file = store(samples.upload("акт.txt", b"important"), by=clerk).file
    assert (file.state, file.is_open) == ("waiting", False)
    first = Job.objects.get(kind=SCAN)
    run_job(str(first.pk))
    first.refresh_from_db()
    file.refresh_from_db()
    assert (first.status, file.state) == ("failed", "waiting")
    assert storage.open(file.path).read() == b"important"
    assert rescan_waiting() == 0, "not so soon"
    StoredFile.objects.update(uploaded_at=timezone.now() - timedelta(minutes=6))
    assert rescan_waiting() == 1
    with fake_clamd.on_tcp() as (address, _server):
        settings.CLAMD_SOCKET = address
        run_job(str(Job.objects.filter(kind=SCAN, status="queued").get().pk))
    file.refresh_from_db()
    assert file.state == "clean"


def test_without_a_scanner_the_file_says_so(clerk: User) -> None:
    file = store(samples.upload("акт.txt", b"x"), by=clerk).file
    assert (file.get_state_display(), file.is_open) == ("не перевірено", True)
