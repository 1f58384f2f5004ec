"""A file as a field of a register: uploaded in place, previewed, kept over another mistake; programs send it first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from kernel.access.models import User
from kernel.access.tokens import create_token
from kernel.files.fields import CardFileFormField
from kernel.files.models import Attachment, StoredFile
from kernel.registers import Register, registry
from kernel.registers.forms import form_class
from kernel.tenancy.actor import Actor, acting
from kernel.testing.access import enter
from tests.files import fake_clamd, samples

FILES = "/api/v1/files"


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> Register:
    """A register over a table that points at a file."""
    monkeypatch.setattr(registry, "_registers", dict(registry._registers))
    monkeypatch.setattr(registry, "_by_model", dict(registry._by_model))

    class Papers(Register):
        model = Attachment
        columns = ("title", "file")
        sections = {"Документ": ("title", "table", "row_id", "file")}

    monkeypatch.setattr(Papers, "may_see", lambda self, name, user: True)
    return registry._registers["files.papers"]


@pytest.fixture
def signed_in(clerk: User) -> Iterator[User]:
    with acting(Actor("user", str(clerk.pk), clerk.full_name)):
        yield clerk


def sent(register: Register, user: User, given: dict[str, Any], *uploads: SimpleUploadedFile) -> Any:
    files = MultiValueDict({"file": list(uploads)}) if uploads else None
    return form_class(register, user)({"table": "t", "row_id": "1", **given}, files)


def test_it_is_an_upload_and_never_a_choice_among_other_s_files(papers: Register, signed_in: User) -> None:
    form = form_class(papers, signed_in)()
    assert isinstance(form.fields["file"], CardFileFormField) and form.is_multipart()
    page = str(form)
    assert 'type="file" name="file"' in page and "<select" not in page


def test_kept_and_previewed_when_the_form_has_another_mistake(papers: Register, signed_in: User) -> None:
    picture = SimpleUploadedFile("план.png", samples.picture())
    form = sent(papers, signed_in, {"table": ""}, picture)
    assert not form.is_valid() and "file" not in form.errors
    page = str(form)
    assert "план.png" in page and re.search(r'<img src="/files/open/[^"]+" alt="план.png"', page)
    token = re.search(r'name="file-kept" value="([^"]+)"', page)
    assert token
    again = sent(papers, signed_in, {"file-kept": token[1]})
    assert again.is_valid(), again.errors
    assert again.cleaned_data["file"] == StoredFile.objects.get()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("знимок.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "Збережіть малюнок як PNG"),
        ("договір.pdf", b"MZ\x90\x00" + b"\x00" * 64, "програма"),
        ("порожній.pdf", b"", "порожній"),
    ],
)
def test_a_bad_file_is_told_in_words_beside_its_field(
    papers: Register, signed_in: User, name: str, content: bytes, told: str
) -> None:
    form = sent(papers, signed_in, {}, SimpleUploadedFile(name, content))
    assert not form.is_valid() and told in form.errors["file"][0]
    assert not StoredFile.objects.exists()


def test_an_infected_file_is_refused(papers: Register, signed_in: User, settings: Any) -> None:
    with fake_clamd.on_tcp() as (address, _server):
        settings.CLAMD_SOCKET = address
        form = sent(papers, signed_in, {}, SimpleUploadedFile("x.txt", fake_clamd.EICAR))
        assert not form.is_valid() and "антивірус знайшов" in form.errors["file"][0]


def test_a_file_over_the_limit_keeps_the_rest_of_the_form(clerk: User, client_for: Any, settings: Any) -> None:
    from kernel.access.levels import Level
    from kernel.testing.access import make_person, make_role
    from tenant_apps.territory.bus_stops.models import BusStop

    settings.FILE_LIMIT_MB = 1
    make_role("stops", bus_stops=Level.EDIT)
    client = enter(client_for("alpha"), make_person("stops", password=None))
    large = SimpleUploadedFile("велике.pdf", b"%PDF-1.4" + b"x" * (1024 * 1024))
    answer = client.post("/bus-stops/new/", {"code": "ЗП-777", "name": "Вокзал", "photo": large})
    page = answer.content.decode()
    assert answer.status_code == 422 and "більший за 1 МБ" in page and "ЗП-777" in page
    assert not BusStop.objects.filter(code="ЗП-777").exists()


# -- programs -----------------------------------------------------------------------------------------


@pytest.fixture
def program(clerk: User, client_for: Any) -> Any:
    _token, key = create_token("Обмін", ["contacts:edit"], by=clerk)
    client = client_for("alpha")

    def send(**files: Any) -> Any:
        return client.post(FILES, files, headers={"authorization": f"Bearer {key}"})

    return send


def test_a_program_sends_a_file_and_gets_its_key(program: Any, clerk: User) -> None:
    answer = program(file=SimpleUploadedFile("акт.pdf", samples.pdf()))
    assert answer.status_code == 201, answer.content
    file = StoredFile.objects.get()
    assert answer.json()["id"] == str(file.pk) and file.uploaded_by == clerk
    assert answer.json()["media_type"] == "application/pdf"


def test_a_bad_file_of_a_program_is_a_problem_document(program: Any, settings: Any) -> None:
    refused = program(file=SimpleUploadedFile("a.exe", b"MZ\x90\x00"))
    assert refused.status_code == 422 and "програма" in refused.content.decode()
    assert program().status_code == 422
    settings.FILE_LIMIT_MB = 1
    large = program(file=SimpleUploadedFile("a.pdf", b"%PDF-1.4" + b"x" * (1024 * 1024)))
    assert large.status_code == 413 and large["Content-Type"] == "application/problem+json"
    assert not StoredFile.objects.exists()


def test_a_key_that_only_reads_sends_nothing(clerk: User, client_for: Any) -> None:
    _token, key = create_token("Сайт", ["contacts:view"], by=clerk)
    answer = client_for("alpha").post(
        FILES, {"file": SimpleUploadedFile("a.pdf", samples.pdf())}, headers={"authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 403 and not StoredFile.objects.exists()
    assert client_for("alpha").post(FILES).status_code == 401
