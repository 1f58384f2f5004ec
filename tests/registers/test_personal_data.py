"""What is masked stays masked on every face until a purpose is named, and then for one look."""

from __future__ import annotations

from datetime import date

import pytest

from kernel.access.levels import Level
from kernel.audit.models import Viewing
from kernel.identifiers import complete_rnokpp
from kernel.registers.register import MASK
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from tenant_apps.people.staff.models import Absence, Employee


def text_of(answer):
    return answer.content.decode()


SECRET = complete_rnokpp(date(1983, 7, 21), "4321")


@pytest.fixture
def employee(lived_in):
    person = Employee.objects.filter(department__name="ЦНАП").exclude(last_name="").first()
    Employee.objects.filter(pk=person.pk).update(rnokpp=SECRET)
    person.refresh_from_db()
    return person


def test_the_mask_holds_everywhere_until_a_purpose_is_named(at_work, employee):
    officer = at_work("staff")
    card = f"/staff/{employee.pk}/"
    for page in (card, f"{card}edit/", f"{card}history/", "/staff/?columns=last_name,rnokpp&sort=rnokpp&size=25"):
        answer = officer.get(page)
        assert answer.status_code == 200 and SECRET not in text_of(answer), page
    assert MASK + SECRET[-3:] in text_of(officer.get(card))

    assert officer.post(f"{card}open/", {"purpose": ""}).status_code == 422
    assert officer.post(f"{card}open/", {"purpose": "other", "note": " "}).status_code == 422
    assert not Viewing.objects.filter(row_id=str(employee.pk)).exists()

    purpose = next(value for value in Viewing.Purpose.values if value != "other")
    shown = officer.post(f"{card}open/", {"purpose": purpose}, follow=True)
    assert SECRET in text_of(shown)
    viewing = Viewing.objects.get(row_id=str(employee.pk))
    assert viewing.fields == ["rnokpp"] and viewing.actor_name == officer.person.full_name
    assert SECRET not in text_of(officer.get(card)), "opened once, for one look"


def test_places_in_the_list_do_not_tell_what_is_masked(at_work, employee):
    page = at_work("staff").get("/staff/", {"columns": "rnokpp", "sort": "rnokpp"})
    assert page.context["heads"][0].url == "" and page.context["listing"].sort == ""


def test_viewers_have_no_such_field_at_all(at_work, employee):
    viewer = at_work("staff", Level.VIEW)
    assert "<dt>РНОКПП" not in text_of(viewer.get(f"/staff/{employee.pk}/"))
    assert viewer.get(f"/staff/{employee.pk}/open/").status_code == 404
    assert "РНОКПП" not in text_of(viewer.get("/staff/?columns=rnokpp"))


def test_panels_keep_fields_from_those_who_may_not_see_them(at_work, employee):
    Absence.objects.create(
        employee=employee, kind="sick", starts_on=date(2026, 2, 1), ends_on=date(2026, 2, 3), basis="Довідка № 8"
    )
    assert "Довідка № 8" not in text_of(at_work("staff", Level.VIEW).get(f"/staff/{employee.pk}/"))
    assert "Довідка № 8" in text_of(at_work("staff").get(f"/staff/{employee.pk}/"))


def test_an_empty_box_leaves_what_is_masked_as_it_is(at_work, employee):
    officer = at_work("staff")
    address = f"/staff/{employee.pk}/edit/"
    form = officer.get(address).context["form"]
    sent = {field.name: field.value() for field in form if field.value() not in (None, False)}
    assert sent["rnokpp"] == ""
    answer = officer.post(address, sent | {"room": "101"})
    assert answer.status_code == 302, answer.context["form"].errors
    employee.refresh_from_db()
    assert (employee.rnokpp, employee.room) == (SECRET, "101")


def test_history_says_that_masked_values_changed_and_not_what_they_are(at_work, employee):
    officer = at_work("staff")
    employee.rnokpp = ""
    save_card(register_of(Employee), employee, by=officer.person)
    told = text_of(officer.get(f"/staff/{employee.pk}/history/"))
    assert "РНОКПП" in told and SECRET not in told
