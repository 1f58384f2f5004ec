"""A file as a field of a form: read, kept over another mistake, taken off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from kernel.access.models import User
from kernel.files.fields import CardFileField, CardFileFormField
from kernel.files.models import StoredFile
from kernel.files.storing import remove
from kernel.operations import Denied
from kernel.tenancy import TenantRef, tenant_context
from kernel.tenancy.actor import Actor, acting
from tests.files import samples


class ActForm(forms.Form):
    number = forms.CharField()
    act = CardFileFormField()
    plan = CardFileFormField(required=False)


@pytest.fixture
def signed_in(clerk: User) -> Iterator[User]:
    with acting(Actor("user", str(clerk.pk), clerk.full_name)):
        yield clerk


def form(given: dict[str, Any], initial: Any = None, **files: bytes) -> ActForm:
    uploads = {name: [SimpleUploadedFile(f"{name}.pdf", content)] for name, content in files.items()}
    return ActForm(given, MultiValueDict(uploads), initial=initial)


def kept_in(page: str, name: str) -> str:
    found = re.search(rf'name="{name}-kept" value="([^"]+)"', page)
    assert found, page
    return found[1]


def test_an_upload_becomes_a_stored_file(signed_in: User) -> None:
    sent = form({"number": "1"}, act=samples.pdf())
    assert sent.is_valid(), sent.errors
    act = sent.cleaned_data["act"]
    assert isinstance(act, StoredFile) and (act.uploaded_by, act.name) == (signed_in, "act.pdf")
    assert sent.cleaned_data["plan"] is None


def test_another_mistake_does_not_lose_the_file(signed_in: User) -> None:
    first = form({"number": ""}, act=samples.pdf())
    assert not first.is_valid()
    token = kept_in(str(first), "act")
    again = form({"number": "1", "act-kept": token})
    assert again.is_valid(), again.errors
    assert again.cleaned_data["act"] == StoredFile.objects.get()


def test_a_bad_file_is_told_beside_its_field(signed_in: User) -> None:
    sent = form({"number": "1"}, act=b"MZ\x90\0")
    assert "програма" in sent.errors["act"][0] and not StoredFile.objects.exists()


def test_a_file_that_must_be_is_asked_for(signed_in: User) -> None:
    assert "Виберіть файл" in form({"number": "1"}).errors["act"][0]


def test_a_card_s_file_stays_or_is_taken_off(signed_in: User) -> None:
    sent = form({"number": "1"}, act=samples.pdf(), plan=samples.pdf(b"2"))
    assert sent.is_valid()
    had = {"number": "1", **{name: sent.cleaned_data[name].pk for name in ("act", "plan")}}
    page = str(ActForm(initial=had))
    assert "act.pdf" in page and 'name="plan-clear"' in page and 'name="act-clear"' not in page
    tokens = {f"{name}-kept": kept_in(page, name) for name in ("act", "plan")}
    same = form({"number": "1", **tokens}, initial=had)
    assert same.is_valid() and same.changed_data == []
    without = form({"number": "1", **tokens, "plan-clear": "1"}, initial=had)
    assert without.is_valid() and without.changed_data == ["plan"]
    assert without.cleaned_data["plan"] is None


def test_another_s_file_is_not_taken_by_its_key(signed_in: User, beta: TenantRef) -> None:
    sent = form({"number": "1"}, act=samples.pdf())
    assert sent.is_valid()
    file = sent.cleaned_data["act"]
    assert "act" in form({"number": "1", "act-kept": str(file.pk)}).errors
    token = kept_in(str(ActForm(initial={"act": file})), "act")
    remove(file, by=signed_in, reason="помилка")
    assert "вже немає" in form({"number": "1", "act-kept": token}).errors["act"][0]
    assert "вже немає" in form({"number": "1", "act-kept": token, "plan-kept": token}).errors["plan"][0]
    with tenant_context(beta):
        assert "act" in form({"number": "1", "act-kept": token}).errors


def test_nobody_uploads_without_a_name(clerk: User) -> None:
    with pytest.raises(Denied, match="Увійдіть"):
        form({"number": "1"}, act=samples.pdf()).is_valid()


def test_the_column_says_the_same_in_a_migration() -> None:
    field = CardFileField("акт", null=True, blank=True)
    field.set_attributes_from_name("act")
    _name, path, args, options = field.deconstruct()
    assert (path, options) == (
        "kernel.files.fields.CardFileField",
        {"verbose_name": "акт", "null": True, "blank": True},
    )
    assert isinstance(CardFileField(*args, **options).formfield(), CardFileFormField)
