"""Versions, levels, printing, what is remembered of it."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from docx import Document

from kernel.access.levels import Level
from kernel.audit.models import Viewing
from kernel.files.models import Attachment
from kernel.operations import Denied
from kernel.printforms import paper
from kernel.printforms.models import FormVersion, OwnForm, Printout
from kernel.printforms.operations import BadTemplate, print_card, put_in_force, take_out_of_force, upload_template
from kernel.printforms.resolving import form_named
from kernel.registers.registry import register_named
from kernel.tenancy import tenant_context
from kernel.testing.access import make_person, make_role
from shared_apps.patterns.publishing import publish_form
from tests.exporting.pdf_text import pages_of
from tests.printforms.conftest import text_of


@pytest.fixture
def addresses():
    return register_named("addresses.addresses")


@pytest.fixture
def house(addresses, lived_in):
    return addresses.rows(lived_in).order_by("pk").first()


def _print(register, card, code, by, **given):
    return print_card(register, card, form_named(register, code), by=by, address="https://gamma.test/1", **given)


def test_own_over_regional_over_built_in_and_back(addresses, house, lived_in, docx, upload, gamma):
    assert form_named(addresses, "extract").level == "builtin"
    publish_form(
        gamma.region, addresses.label, "extract", "Обласний витяг", docx("ОБЛАСТЬ {{ картка.адреса }}"), by="оператор"
    )
    assert form_named(addresses, "extract").level == "region"
    assert "ОБЛАСТЬ" in text_of(_print(addresses, house, "extract", lived_in).content)
    versions = [
        upload_template(
            addresses, upload(docx(f"СВОЯ {n} {{{{ картка.адреса }}}}")), by=lived_in, code="extract", title="Витяг"
        )
        for n in (1, 2)
    ]
    assert form_named(addresses, "extract").level == "region"
    put_in_force(addresses, versions[1], by=lived_in)
    assert "СВОЯ 2" in text_of(_print(addresses, house, "extract", lived_in).content)
    put_in_force(addresses, versions[0], by=lived_in)
    assert "СВОЯ 1" in text_of(_print(addresses, house, "extract", lived_in).content)
    take_out_of_force(addresses, OwnForm.objects.get(), by=lived_in)
    assert form_named(addresses, "extract").level == "region"
    told = [(one.level, one.number) for one in Printout.objects.order_by("pk")]
    assert told == [("region", 1), ("own", 2), ("own", 1)]


def test_a_region_gives_forms_only_to_its_own(addresses, lived_in, docx, beta):
    publish_form("UA01", addresses.label, "extract", "Чужий", docx("{{ картка.адреса }}"), by="оператор")
    assert form_named(addresses, "extract").level == "builtin"


def test_a_neighbour_has_none_of_our_templates(addresses, lived_in, docx, upload, beta):
    version = upload_template(addresses, upload(docx("{{ картка.адреса }}")), by=lived_in, code="ours", title="Наша")
    put_in_force(addresses, version, by=lived_in)
    with tenant_context(beta):
        assert form_named(addresses, "ours") is None


def test_bad_templates_leave_nothing_behind(addresses, lived_in, docx, upload):
    with pytest.raises(BadTemplate) as refused:
        upload_template(addresses, upload(docx("{{ картка.плоша }}")), by=lived_in, code="x", title="x")
    assert "картка.плоша" in refused.value.problems[0]
    assert not OwnForm.objects.exists()
    assert not FormVersion.objects.exists()


def test_only_who_manages_the_register_touches_templates(at_work, addresses, docx, upload):
    clerk = at_work("addresses", Level.EDIT)
    for page in ("index", "fields", "example", "upload"):
        assert clerk.get(reverse(f"printforms:{page}", args=[addresses.label])).status_code == 404
    with pytest.raises(Denied):
        upload_template(addresses, upload(docx("{{ картка.адреса }}")), by=clerk.person, code="x", title="x")


def test_the_way_of_a_template_through_the_screen(at_work, addresses, house, docx, upload):
    chief = at_work("addresses", Level.MANAGE)
    page = reverse("printforms:upload", args=[addresses.label])
    bad = chief.post(page, {"code": "extract", "file": upload(docx("{{ картка.плоша }}"))})
    assert bad.status_code == 422
    assert "картка.плоша" in bad.content.decode()
    assert chief.post(page, {"file": upload(docx("{{ картка.адреса }}"))}).status_code == 422
    good = chief.post(page, {"title": "Довідка", "file": upload(docx("Довідка {{ картка.адреса }}")), "note": "перша"})
    assert good.status_code == 302
    own = OwnForm.objects.get()
    shown = chief.get(good["Location"])
    assert "перша" in shown.content.decode()
    picture = chief.get(reverse("printforms:picture", args=[addresses.label, house.pk, own.code]), {"version": "1"})
    assert picture.content.startswith(b"\x89PNG")
    chief.post(reverse("printforms:put", args=[addresses.label, own.code]), {"version": "1"})
    clerk = at_work("addresses", Level.VIEW)
    listed = clerk.get(reverse("printforms:choose", args=[addresses.label, house.pk])).content.decode()
    assert "Довідка" in listed
    assert "Витяг з реєстру адрес" in listed
    assert (
        clerk.get(
            reverse("printforms:picture", args=[addresses.label, house.pk, own.code]), {"version": "1"}
        ).status_code
        == 404
    )
    again = chief.get(reverse("printforms:template", args=[addresses.label, own.code]), {"version": "1"})
    assert "Довідка" in text_of(again.content)
    for name in ("index", "fields", "example"):
        assert chief.get(reverse(f"printforms:{name}", args=[addresses.label])).status_code == 200


def test_an_extract_is_printed_kept_and_remembered(at_work, addresses, house):
    clerk = at_work("addresses", Level.EDIT)
    page = reverse("printforms:print", args=[addresses.label, house.pk, "extract"])
    assert clerk.get(page).status_code == 200
    made = clerk.post(page, {"format": "docx", "keep": "on"})
    document = Document(io.BytesIO(made.content))
    assert house.shown in text_of(made.content)
    assert len(document.inline_shapes) == 2
    one = Printout.objects.get()
    assert (one.format, one.level, one.printed_by) == ("docx", "builtin", clerk.person)
    assert Attachment.objects.get(row_id=str(house.pk)).file == one.file
    told = clerk.get(reverse("printforms:choose", args=[addresses.label, house.pk])).content.decode()
    assert "долучено до картки" in told


def test_viewers_print_but_keep_nothing(at_work, addresses, house):
    viewer = at_work("addresses", Level.VIEW)
    page = reverse("printforms:print", args=[addresses.label, house.pk, "extract"])
    assert viewer.post(page, {"format": "docx", "keep": "on"}).status_code == 200
    assert not Attachment.objects.filter(row_id=str(house.pk)).exists()
    with pytest.raises(Denied):
        _print(addresses, house, "extract", viewer.person, keep=True)


def test_what_rules_hide_is_not_printed(at_work, addresses, house):
    stranger = at_work("addresses", Level.VIEW, rule="own")
    for page in ("print", "picture"):
        assert (
            stranger.get(reverse(f"printforms:{page}", args=[addresses.label, house.pk, "extract"])).status_code == 404
        )
    with pytest.raises(Denied):
        _print(addresses, house, "extract", stranger.person)


def test_an_order_prints_personal_data_only_with_a_purpose(at_work, lived_in):
    acts = register_named("addresses.acts")
    act = acts.rows(lived_in).exclude(applicant="").first()
    clerk = at_work("addresses", Level.EDIT)
    page = reverse("printforms:print", args=[acts.label, act.pk, "order"])
    veiled = clerk.post(page, {"format": "docx"})
    assert "••••••" in text_of(veiled.content)
    assert not Viewing.objects.exists()
    assert clerk.post(page, {"format": "docx", "purpose": "other"}).status_code == 422
    assert clerk.post(page, {"format": "docx", "purpose": "nothing"}).status_code == 422
    purpose = Viewing.Purpose.values[0]
    opened = clerk.post(page, {"format": "docx", "purpose": purpose})
    assert "••••••" not in text_of(opened.content)
    look = Viewing.objects.get()
    assert (look.row_id, look.fields, look.purpose) == (str(act.pk), ["applicant"], purpose)
    assert Printout.objects.filter(personal=True).count() == 1


def test_pdf_by_the_kernel_itself(addresses, house, lived_in, monkeypatch):
    monkeypatch.setattr(paper, "soffice", lambda: "")
    made = _print(addresses, house, "extract", lived_in, format="pdf")
    told = pages_of(made.content)[0]
    assert "ВИТЯГ" in told
    assert house.settlement.name in told


def test_pdf_by_office_where_it_is(docx, monkeypatch, tmp_path):
    office = tmp_path / "soffice"
    office.write_text('#!/bin/sh\nfor last; do :; done\nprintf "%%PDF-office" > "$(dirname "$last")/document.pdf"\n')
    office.chmod(0o755)
    monkeypatch.setattr(paper, "soffice", lambda: str(office))
    assert paper.pdf_of(docx("x")) == b"%PDF-office"
    office.write_text("#!/bin/sh\nexit 3\n")
    with pytest.raises(Denied, match="Візьміть DOCX"):
        paper.pdf_of(docx("x"))


def test_what_the_kernel_cannot_set_is_said_and_not_printed_wrongly(
    monkeypatch, at_work, addresses, house, lived_in, upload
):
    monkeypatch.setattr(paper, "soffice", lambda: "")
    document = Document()
    document.add_paragraph("{{ картка.адреса }}")
    outer = document.add_table(1, 1)
    outer.cell(0, 0).add_table(1, 1)
    made = io.BytesIO()
    document.core_properties.comments = document.core_properties.author = ""
    document.save(made)
    version = upload_template(addresses, upload(made.getvalue()), by=lived_in, code="nested", title="Складна")
    put_in_force(addresses, version, by=lived_in)
    assert "таблиця в таблиці" in paper.why_not(made.getvalue())
    with pytest.raises(Denied, match="Візьміть DOCX"):
        _print(addresses, house, "nested", lived_in, format="pdf")
    page = at_work("addresses", Level.VIEW).get(reverse("printforms:print", args=[addresses.label, house.pk, "nested"]))
    assert "таблиця в таблиці" in page.content.decode()
    assert 'value="pdf"' not in page.content.decode()


def test_operators_publish_by_a_command(in_gamma, docx, tmp_path):
    good, bad = tmp_path / "good.docx", tmp_path / "bad.docx"
    good.write_bytes(docx("{{ картка.адреса }}"))
    bad.write_bytes(docx("{{ картка.нема }}"))
    given = ["--region", "UA53", "--register", "addresses.addresses", "--form", "extract"]
    call_command("publish_print_form", *given, str(good))
    with pytest.raises(CommandError, match=r"картка\.нема"):
        call_command("publish_print_form", *given, str(bad))
    call_command("publish_print_form", *given, "--withdraw")


def test_cards_offer_their_forms_and_lists_their_reports(at_work, addresses, house):
    clerk = at_work("addresses", Level.VIEW)
    assert "Витяг з реєстру адрес" in clerk.get(addresses.url("card", house.pk)).content.decode()
    assert "Будинки за вулицями" in clerk.get(addresses.url()).content.decode()


def test_names_of_strange_people_are_not_needed(lived_in):
    """A person without a position prints too."""
    person = make_person(make_role("bare", addresses=Level.VIEW).code, position="")
    addresses = register_named("addresses.addresses")
    house = addresses.rows(person).first()
    assert "Уповноважена особа" in text_of(_print(addresses, house, "extract", person).content)
