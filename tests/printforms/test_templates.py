"""What a template may hold, what is refused and in which words."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.core import checks
from docx import Document
from jinja2.exceptions import SecurityError

from kernel.operations import Denied
from kernel.printforms.declarations import PrintForm
from kernel.printforms.drawing import example_of
from kernel.printforms.environment import Language
from kernel.printforms.inspection import inspect_template
from kernel.printforms.rendering import fill_in
from kernel.printforms.resolving import declared_forms
from kernel.printforms.safety import dangers_of
from kernel.printforms.words import Written, day_in_full, day_in_words, in_case, short_name, sum_in_words
from kernel.registers.registry import register_named, registers
from tests.printforms.conftest import text_of

DECLARED = [(register, form) for register in registers() for form in declared_forms(register)]


def test_a_good_template_is_filled_in(stops, stop, lived_in, docx):
    content = docx(
        "{{ картка.назва }} | {{ card.name }} | {{ картка.укриття }}",
        "{% if картка.безбарʼєрна %}так{% else %}ні{% endif %}".replace("ʼ", ""),
        "{{ громада.назва }}, {{ сьогодні|дата_словами }}, {{ хто.піб }}",
        header="{{ картка.код }}",
    )
    assert inspect_template(content, stops).problems == []
    stop.name = "Ринок <б> & «Ко»"
    made, _told = fill_in(content, stops, stop, by=lived_in, address="https://x.test/1", opened=False)
    told = text_of(made)
    assert "Ринок <б> & «Ко» | Ринок <б> & «Ко»" in told
    assert ("так" in told) is stop.accessible
    assert Document(io.BytesIO(made)).sections[0].header.paragraphs[0].text == stop.code


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Площа: {{ картка.плоша }}", "картка.плоша"),
        ("{{ кратка.назва }}", "кратка"),
        ("{{ картка.назва.довжина }}", "картка.назва.довжина"),
        ("{{ картка.назва|догори }}", "догори"),
        ("{% for one in картка.назва %}{{ one }}{% endfor %}", "цикл можливий лише за переліком"),
        ("{% if картка.назва %}без кінця", "не закрито"),
        ("{{ картка.назва", "не читається"),
        ("{{ громада.мер }}", "громада.мер"),
        ("{{ картка.__class__ }}", "картка.__class__"),
        ("{{ ''.__class__.__mro__ }}", "…"),
        ("{{ картка['назва'] }}", "не дозволена"),
        ("{{ range(10) }}", "не дозволена"),
        ("{{ 'а' * 1000000000 }}", "не дозволена"),
        ("{% set x = картка %}{{ x }}", "не дозволена"),
        ("{% include '/etc/passwd' %}", "не дозволена"),
        ("{% macro x() %}{% endmacro %}", "не дозволена"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(stops, docx, line, said):
    found = inspect_template(docx("{{ картка.назва }}", line), stops)
    assert found.problems
    assert said.lower() in " ".join(found.problems).lower()


def test_headers_footers_and_properties_are_read_too(stops, docx):
    told = " ".join(
        inspect_template(
            docx("{{ картка.назва }}", header="{{ x }}", footer="{{ y }}", title="{{ z }}"), stops
        ).problems
    )
    for where, name in (("верхній колонтитул", "x"), ("нижній колонтитул", "y"), ("властивості", "z")):
        assert where in told
        assert f"«{name}»" in told


def test_a_document_without_fields_is_no_template(stops, docx):
    assert "жодного поля" in inspect_template(docx("Просто текст"), stops).problems[0]


def _relationship(kind, target, mode=' TargetMode="External"'):
    def change(name, part):
        if name != "word/_rels/document.xml.rels":
            return part
        added = f'<Relationship Id="rX" Type="http://x/{kind}" Target="{target}"{mode}/></Relationships>'
        return part.replace(b"</Relationships>", added.encode())

    return change


@pytest.mark.parametrize(
    ("name", "body", "also", "said"),
    [
        ("word/vbaProject.bin", b"x", None, "вкладений обʼєкт або програма"),
        ("word/embeddings/oleObject1.bin", b"x", None, "oleObject1.bin"),
        ("word/activeX/activeX1.xml", b"<a/>", None, "activeX1.xml"),
        ("word/custom.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", None, "оголошення"),
        ("word/custom.xml", b"<a><b>", None, "пошкоджено"),
        ("x", b"", _relationship("image", "http://evil.test/pixel.png"), "evil.test"),
        ("x", b"", _relationship("attachedTemplate", "file:///c:/evil.dotm"), "evil.dotm"),
        ("x", b"", _relationship("hyperlink", "file:///etc/passwd"), "passwd"),
        ("x", b"", _relationship("aFChunk", "chunk.html", ""), "chunk.html"),
    ],
)
def test_dangerous_documents_are_refused(docx, with_part, name, body, also, said):
    told = dangers_of(with_part(docx("{{ картка.назва }}"), name, body, also))
    assert said in " ".join(told)


def test_an_ordinary_hyperlink_is_let_in(docx, with_part):
    content = with_part(docx("{{ картка.назва }}"), "x", b"", _relationship("hyperlink", "mailto:rada@example.org"))
    assert dangers_of(content) == []


@pytest.mark.parametrize("field", ["INCLUDEPICTURE http://x/y.png", "DDEAUTO cmd", "INCLUDETEXT secret.docx"])
def test_fields_that_fetch_are_refused(docx, with_part, field):
    def change(name, part):
        if name != "word/document.xml":
            return part
        # In two pieces, as Word itself may cut it.
        half = len(field) // 3
        pieces = b"".join(
            f"<w:r><w:instrText>{piece}</w:instrText></w:r>".encode() for piece in (field[:half], field[half:])
        )
        return part.replace(b"</w:p>", pieces + b"</w:p>", 1)

    assert field.split()[0] in " ".join(dangers_of(with_part(docx("{{ картка.назва }}"), "x", b"", change)))


@pytest.mark.parametrize("tag", ["object", "altChunk", "control", "subDoc"])
def test_embedded_things_are_refused_by_their_marks(docx, with_part, tag):
    def change(name, part):
        return (
            part.replace(b"</w:p>", f"<w:r><w:{tag}/></w:r></w:p>".encode(), 1)
            if name.endswith("document.xml")
            else part
        )

    assert "вкладений обʼєкт" in " ".join(dangers_of(with_part(docx("{{ картка.назва }}"), "x", b"", change)))


def test_macro_document_is_refused(docx, with_part):
    def change(name, part):
        return (
            part.replace(b"document.main+xml", b"document.macroEnabled.main+xml") if "Content_Types" in name else part
        )

    assert "макроси" in " ".join(dangers_of(with_part(docx("{{ картка.назва }}"), "x", b"", change)))


def test_bombs_and_strangers_are_refused(docx, with_part):
    bomb = with_part(docx("{{ картка.назва }}"), "word/media/a.xml", b"0" * (60 * 1024 * 1024))
    assert "розпаковується" in dangers_of(bomb)[0]
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(600):
            archive.writestr(f"{number}", b"")
    assert "розпаковується" in dangers_of(many.getvalue())[0]
    assert "не документ Word" in dangers_of(b"%PDF-1.7")[0]
    assert "не документ Word" in dangers_of(b"")[0]
    assert "більший за 5 МБ" in dangers_of(b"0" * (6 * 1024 * 1024))[0]


@pytest.mark.parametrize("what", ["{{ a.__class__ }}", "{{ a['x'] }}", "{{ a.format('x') }}", "{{ a.raw }}"])
def test_the_language_refuses_while_filling_in_as_well(what):
    with pytest.raises((SecurityError, Exception)) as refused:
        Language().from_string(what).render(a=Written("x", 1))
    assert refused.type.__name__ in ("SecurityError", "TemplateSyntaxError")


def test_words():
    assert day_in_words(date(2026, 11, 21)) == "21 листопада 2026 року"
    assert day_in_full(date(2026, 11, 21)) == "двадцять перше листопада дві тисячі двадцять шостого року"
    assert day_in_full(date(2023, 8, 3)) == "третє серпня дві тисячі двадцять третього року"
    assert sum_in_words(Written("1 200,50", Decimal("1200.50"))).startswith("одна тисяча двісті гривень, п'ятдесят")
    assert short_name("Шевченко Тарас Григорович") == "Шевченко Т. Г."


@pytest.mark.parametrize(
    ("name", "case", "wanted"),
    [
        ("Шевченко Тарас Григорович", "gent", "Шевченка Тараса Григоровича"),
        ("Шевченко Ірина Олегівна", "gent", "Шевченко Ірини Олегівни"),
        ("Левицька Любов Іванівна", "gent", "Левицької Любові Іванівни"),
        ("Мельник Петро Миколайович", "datv", "Мельникові Петрові Миколайовичу"),
        ("БОНДАР ПЕТРО МИКОЛАЙОВИЧ", "gent", "БОНДАРЯ ПЕТРА МИКОЛАЙОВИЧА"),
        ("Невідомщ Абвгд", "gent", "Невідомщ Абвгд"),
        ("начальник відділу", "gent", "начальника відділу"),
        ("", "gent", ""),
    ],
)
def test_names_in_cases(name, case, wanted):
    assert in_case(name, case) == wanted


@pytest.mark.parametrize(("register", "form"), DECLARED, ids=[f"{one.label}/{form.code}" for one, form in DECLARED])
def test_built_in_forms_print_every_demonstration_card(register, form, lived_in):
    """Sound, drawn by the code that stands beside, and fit for real cards."""
    assert inspect_template(form.content(), register).problems == []
    if form.draw is not None:
        assert text_of(form.content()) == text_of(form.draw()), "manage.py draw_print_forms"
    for card in register.rows(lived_in)[:5]:
        made, _told = fill_in(form.content(), register, card, by=lived_in, address="https://x.test/1", opened=False)
        assert "{{" not in text_of(made)


@pytest.mark.parametrize("register", registers(), ids=lambda one: one.label)
def test_the_example_of_every_register_is_a_good_template(register):
    """Every field of the list is one that a template may name."""
    found = inspect_template(example_of(register), register)
    assert found.problems == []


def test_the_check_names_a_broken_form(monkeypatch, stops):
    monkeypatch.setattr(type(stops), "print_forms", (PrintForm("odd", "x", template="bus_stops/none.docx"),))
    said = [str(one) for one in checks.run_checks() if one.id == "printforms.E002"]
    assert any("'odd'" in one for one in said)


def test_a_template_that_fits_no_longer_is_refused_in_words(stops, stop, lived_in, docx):
    with pytest.raises(Denied, match="не підходить"):
        fill_in(docx("{{ картка.зникле }}"), stops, stop, by=lived_in, address="x", opened=False)


def test_personal_data_is_veiled_unless_opened(lived_in, docx):
    acts = register_named("addresses.acts")
    act = acts.rows(lived_in).exclude(applicant="").first()
    content = docx("{{ картка.заявник }}")
    assert inspect_template(content, acts).personal == ["addresses.acts:applicant"]
    veiled, _told = fill_in(content, acts, act, by=lived_in, address="x", opened=False)
    opened, told = fill_in(content, acts, act, by=lived_in, address="x", opened=True)
    assert act.applicant not in text_of(veiled)
    assert act.applicant in text_of(opened)
    assert told.told == [(act, "applicant")]
