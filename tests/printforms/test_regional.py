"""The console's pages of regional forms: upload, a look with made-up values, in force and back, who prints their own."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.access.roles import create_ready_roles
from kernel.audit.models import History
from kernel.printforms.models import OwnForm
from kernel.printforms.operations import put_in_force, take_out_of_force, upload_template
from kernel.printforms.resolving import declared_forms, form_named
from kernel.printforms.sampling import fill_in_sample
from kernel.registers.registry import register_named, registers
from kernel.tenancy import platform_context
from kernel.testing.access import enter, make_person
from shared_apps.communities.models import Community
from shared_apps.patterns.models import OwnInstead, RegionalForm
from shared_apps.patterns.surroundings import tell_own_forms
from tests.printforms.conftest import text_of

LABEL = "addresses.addresses"
HTML = {"HTTP_ACCEPT": "text/html"}


@pytest.fixture
def addresses(lived_in):
    return register_named(LABEL)


@pytest.fixture
def console(lived_in, client_for):
    def come(role="operator", **given):
        with platform_context():
            create_ready_roles("platform")
            return enter(client_for("console"), make_person(role, **given))

    return come


@pytest.fixture
def here(gamma):
    return f"/print-forms/{gamma.region}/{LABEL}"


def sent(client, here, content, code="extract", **given):
    file = SimpleUploadedFile("form.docx", content)
    return client.post(f"{here}/upload/", {"code": code, "file": file, "note": "нова шапка", **given}, **HTML)


def test_uploaded_looked_at_put_in_force_and_back(console, here, addresses, docx, gamma):
    client = console()
    assert sent(client, here, docx("ПЕРША {{ картка.адреса }}")).status_code == 302
    assert form_named(addresses, "extract").level == "builtin", "nobody has looked at it yet"
    page = client.get(f"{here}/forms/extract/?version=1", **HTML).content.decode()
    assert "нова шапка" in page
    assert "не діє" in page
    assert "друкується вбудована" in page
    picture = client.get(f"{here}/forms/extract/sample/?version=1")
    assert picture["content-type"] == "image/png"
    assert "ПЕРША «" in text_of(client.get(f"{here}/forms/extract/sample/?version=1&as=docx").content)
    assert client.get(f"{here}/forms/extract/sample/?version=1&as=pdf").content.startswith(b"%PDF")
    client.post(f"{here}/forms/extract/put/", {"version": "1"})
    assert (form_named(addresses, "extract").level, form_named(addresses, "extract").number) == ("region", 1)
    sent(client, here, docx("ДРУГА {{ картка.адреса }}"))
    client.post(f"{here}/forms/extract/put/", {"version": "2"})
    assert form_named(addresses, "extract").number == 2
    client.post(f"{here}/forms/extract/put/", {"version": "1"})
    assert form_named(addresses, "extract").number == 1
    client.post(f"{here}/forms/extract/put/", {})
    assert form_named(addresses, "extract").level == "builtin"
    with platform_context():
        assert RegionalForm.objects.filter(region=gamma.region).count() == 2
        assert History.objects.filter(table_name="patterns_regionalform").exists()
    assert "ПЕРША" in text_of(client.get(f"{here}/forms/extract/template/?version=1").content)


def test_a_form_the_register_never_had(console, here, addresses, docx, gamma):
    client = console()
    answer = sent(client, here, docx("ЛИСТ {{ картка.адреса }}"), code="", title="Лист мешканцю")
    assert answer.status_code == 302
    assert form_named(addresses, "region-1") is None
    client.post(f"{here}/forms/region-1/put/", {"version": "1"})
    assert form_named(addresses, "region-1").title == "Лист мешканцю"
    listed = client.get("/print-forms/", {"region": gamma.region, "q": "мешканцю"}, **HTML).content.decode()
    assert "обласна, версія 1" in listed


def test_a_bad_template_names_what_is_wrong(console, here, docx):
    client = console()
    refused = sent(client, here, docx("{{ картка.нема }}"))
    assert refused.status_code == 422
    assert "картка.нема" in refused.content.decode()
    assert sent(client, here, b"not a docx").status_code == 422
    assert sent(client, here, docx("{{ картка.адреса }}"), code="").status_code == 422
    with platform_context():
        assert not RegionalForm.objects.exists()


def test_only_who_works_with_the_whole_region(console, here, lived_in, client_for, docx, gamma):
    assert client_for("console").get("/print-forms/").status_code == 302
    assert (
        console("oblast_analyst", territories=[f"{gamma.region}000000000030281"])
        .get("/print-forms/", **HTML)
        .status_code
        == 403
    )
    assert console("ministry_reader").get("/print-forms/", **HTML).status_code == 403
    stranger = console("region_administrator", territories=["UA32000000000030281"])
    assert "Громад вашої області в хмарі ще немає" in stranger.get("/print-forms/", **HTML).content.decode()
    for path in ("upload/", "example/", "forms/extract/", "forms/extract/sample/", "forms/extract/template/"):
        assert stranger.get(f"{here}/{path}", **HTML).status_code == 404, path
    assert sent(stranger, here, docx("{{ картка.адреса }}")).status_code == 404
    assert stranger.post(f"{here}/forms/extract/put/", {"version": "1"}).status_code == 404
    ours = console("region_administrator", territories=[f"{gamma.region}000000000030281"])
    assert ours.get(f"{here}/forms/extract/", **HTML).status_code == 200
    assert client_for("gamma").get("/print-forms/").status_code == 404


@pytest.mark.parametrize(
    "path", ["forms/nema/", "forms/extract/?version=x", "forms/extract/sample/?version=7", "forms/nema/template/"]
)
def test_what_is_not_there(console, here, path):
    expected = 200 if path.endswith("?version=x") else 404
    assert console().get(f"{here}/{path}", **HTML).status_code == expected
    assert console().get("/print-forms/UA99/nema.nema/upload/", **HTML).status_code == 404


def test_the_region_sees_who_prints_their_own(console, here, addresses, lived_in, docx, upload, gamma):
    version = upload_template(addresses, upload(docx("{{ картка.адреса }}")), by=lived_in, code="extract", title="Наш")
    put_in_force(addresses, version, by=lived_in)
    client = console()
    page = client.get(f"{here}/forms/extract/", **HTML).content.decode()
    with platform_context():
        assert str(Community.objects.get(pk=gamma.id)) in page
        OwnInstead.objects.all().delete()
    assert tell_own_forms() == 1
    with platform_context():
        assert OwnInstead.objects.get().number == 1
        assert OwnInstead.objects.update(number=9) == 1
    assert tell_own_forms() == 1
    take_out_of_force(addresses, OwnForm.objects.get(), by=lived_in)
    assert "своєї форми замість цієї не ввела" in client.get(f"{here}/forms/extract/", **HTML).content.decode()
    with platform_context():
        assert not OwnInstead.objects.exists()


def test_every_built_in_form_takes_a_sample(lived_in):
    """Made-up values have every field, list and filter that a real card has."""
    for register in registers():
        for form in declared_forms(register):
            assert fill_in_sample(form.content(), register, by=lived_in, address="https://example.org/"), form.code
