"""Fields that nobody changes without saying why: by form, for many, from a file, by a program."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kernel.access.levels import Level
from kernel.access.tokens import create_token
from kernel.audit.models import History
from kernel.operations import Denied
from kernel.registers.forms import form_class
from kernel.registers.importing import runs
from kernel.registers.reasons import explained_fields
from kernel.registers.registry import register_of
from tenant_apps.property.land.models import Parcel

WHY = "уточнено за витягом № 5"


@pytest.fixture
def parcel(lived_in):
    found = Parcel.objects.filter(archived_at=None).order_by("pk").first()
    assert found is not None
    return found


@pytest.fixture
def clerk(at_work):
    return at_work("land")


def sent(parcel, user, **changed):
    form = form_class(register_of(Parcel), user)(instance=parcel)
    values = {}
    for name, field in form.fields.items():
        value = field.prepare_value(form.get_initial_for_field(field, name))
        values[name] = "" if value is None or value is False else str(value)
    return values | {"confirmed": "", "once": ""} | changed


def edit(clerk, parcel, **changed):
    return clerk.post(register_of(Parcel).url("edit", parcel.pk), sent(parcel, clerk.person, **changed))


def now(parcel):
    return Parcel.objects.get(pk=parcel.pk)


def test_the_form_asks_why_and_the_history_tells_it(clerk, parcel):
    register = register_of(Parcel)
    assert "change_reason" in clerk.get(register.url("edit", parcel.pk)).content.decode()
    for said in ("", "так"):
        refused = edit(clerk, parcel, area="7.1234", change_reason=said)
        assert refused.status_code == 422
        assert "без неї не змінюють «Площа»" in refused.content.decode() and "7.1234" in refused.content.decode()
    assert now(parcel).area == parcel.area
    assert edit(clerk, parcel, area="7.1234", change_reason=WHY).status_code == 302
    assert str(now(parcel).area) == "7.1234"
    assert f"підстава: {WHY}" in clerk.get(register.url("card", parcel.pk)).content.decode()


def test_other_fields_and_new_cards_ask_for_nothing(clerk, parcel):
    assert edit(clerk, parcel, note="без причини").status_code == 302
    assert now(parcel).note == "без причини"
    assert "change_reason" not in clerk.get(register_of(Parcel).url("new")).content.decode()


def test_a_change_of_many_asks_as_well(clerk, parcel):
    given = {"verb": "change", "query": f"id={parcel.pk}", "all": "1", "field": "area", "go": "1", "area": "3.5000"}
    page = register_of(Parcel).url("bulk")
    for said in ("", "12345", "ок"):
        assert clerk.post(page, given | {"reason": said}).status_code == 422
    assert now(parcel).area == parcel.area
    assert clerk.post(page, given | {"reason": WHY}).status_code == 302
    assert str(now(parcel).area) == "3.5000"


def test_a_program_says_why_or_is_refused(client_for, clerk, parcel):
    _token, key = create_token("Кадастр", ["land:edit"], by=clerk.person)
    place, program = f"/api/v1/land/{parcel.pk}", client_for("gamma")
    headers = {"authorization": f"Bearer {key}", "if-match": "*"}

    def patch(path=place, **more):
        return program.patch(
            path, json.dumps({"area": "2.2500"}), content_type="application/json", headers=headers | more
        )

    refused = patch()
    assert refused.status_code == 422 and refused["Content-Type"].startswith("application/problem+json")
    assert [one["field"] for one in refused.json()["errors"]] == ["change_reason"]
    assert now(parcel).area == parcel.area
    assert patch(**{"x-change-reason": quote(WHY)}).status_code == 200
    assert History.objects.filter(table_name=Parcel._meta.db_table, row_id=str(parcel.pk), reason=WHY).exists()
    Parcel.objects.filter(pk=parcel.pk).update(area=parcel.area)
    assert patch(f"{place}?reason={quote(WHY)}").status_code == 200


def test_a_file_that_changes_them_asks_before_it_is_loaded(clerk, parcel, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    register = register_of(Parcel)
    content = f"Кадастровий номер;Площа\n{parcel.cadastral};9.8765\n".encode()
    run = runs.begin(register, SimpleUploadedFile("ділянки.csv", content), by=clerk.person)
    assert runs.match(run, ["cadastral", "area"], "both", by=clerk.person) == []
    run = runs.try_out(run, by=clerk.person)
    assert run.to_update == 1, run.wrong
    assert "Причина зміни" in clerk.get(register.url("import-run", run.pk)).content.decode()
    with pytest.raises(Denied, match="причину"):
        runs.start_loading(run, by=clerk.person)
    assert now(parcel).area == parcel.area
    clerk.post(register.url("import-load", run.pk), {"reason": WHY})
    assert str(now(parcel).area) == "9.8765"
    told = History.objects.filter(table_name=Parcel._meta.db_table, row_id=str(parcel.pk)).order_by("-pk").first()
    assert "завантаження файлу" in told.reason and WHY in told.reason


def test_a_star_means_every_field_of_the_form(lived_in, monkeypatch):
    register = register_of(Parcel)
    monkeypatch.setattr(type(register), "reason_for", ("*",))
    assert {"area", "note", "boundary"} <= set(explained_fields(register))


def test_seeing_is_still_not_changing(at_work, parcel):
    viewer = at_work("land", Level.VIEW)
    page = register_of(Parcel).url("edit", parcel.pk)
    assert viewer.post(page, {"area": "1", "change_reason": WHY}).status_code == 403
