from __future__ import annotations

import io
import zipfile

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from kernel.access.models import User
from kernel.registers.registry import register_named
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.territory.bus_stops.models import BusStop


@pytest.fixture
def lived_in(in_gamma):
    cache.clear()
    return User.objects.get(email="author@gamma.test")


@pytest.fixture
def stops():
    return register_named("bus_stops.bus-stops")


@pytest.fixture
def stop(lived_in):
    return BusStop.objects.filter(archived_at__isnull=True).order_by("pk").first()


@pytest.fixture
def at_work(client_for, lived_in):
    numbers = iter(range(1, 100))

    def come(module, level, rule="all"):
        role = make_role(f"print{next(numbers)}", **{module: (level, rule)})
        person = make_person(role.code, password=None, position="спеціаліст")
        client = enter(client_for("gamma"), person)
        client.person = person
        return client

    return come


@pytest.fixture
def docx():
    """docx("{{ картка.назва }}", …): a document of these paragraphs."""

    def make(*paragraphs, header="", footer="", title=""):
        document = Document()
        for text in paragraphs:
            document.add_paragraph(text)
        document.sections[0].header.paragraphs[0].text = header
        document.sections[0].footer.paragraphs[0].text = footer
        document.core_properties.title = title
        for name in ("author", "comments"):
            setattr(document.core_properties, name, "")
        made = io.BytesIO()
        document.save(made)
        return made.getvalue()

    return make


@pytest.fixture
def with_part():
    """with_part(content, name, body): the package with one more part, or with another instead of it."""

    def make(content, name, body, also=None):
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
            for entry in before.infolist():
                if entry.filename != name:
                    part = before.read(entry.filename)
                    after.writestr(entry.filename, also(entry.filename, part) if also else part)
            if body is not None:
                after.writestr(name, body)
        return made.getvalue()

    return make


@pytest.fixture
def upload():
    def make(content, name="шаблон.docx"):
        return SimpleUploadedFile(name, content)

    return make


def text_of(content):
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])
