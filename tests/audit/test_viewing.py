"""Looks at personal data are written down before anything is shown."""

from __future__ import annotations

import pytest

from kernel.audit.models import Viewing
from kernel.audit.viewing import PurposeForm, PurposeMissing, log_view, viewing, views_of
from kernel.tenancy import tenant_context


def test_a_look_says_who_where_why_and_which_fields(db, in_alpha, by_olena, new_user):
    person, other = new_user("a@alpha.example"), new_user("b@alpha.example")
    log_view(person, purpose=Viewing.Purpose.SERVICE, note="довідка № 7", fields=("email", "position"))
    log_view(other, purpose="inspection")
    (look,) = views_of(person)
    assert (look.actor_kind, look.actor_id, look.actor_name) == ("user", "7", "Коваленко Олена Петрівна")
    assert (look.address, look.request_id) == ("10.0.0.5", "запит-1")
    assert (look.purpose, look.note, look.fields) == ("service", "довідка № 7", ["email", "position"])
    assert look.at is not None


def test_a_table_and_a_key_will_do(db, in_alpha):
    log_view("access_user", 15, purpose="duty")
    assert Viewing.objects.get().row_id == "15"


@pytest.mark.parametrize(("purpose", "note"), [("", ""), ("цікавість", "дуже"), ("other", ""), ("other", "   ")])
def test_without_a_purpose_nothing_is_shown(db, in_alpha, new_user, purpose, note):
    person = new_user()
    with pytest.raises(PurposeMissing, match="мету"), viewing(person, purpose=purpose, note=note):
        pytest.fail("the data were shown")
    assert not Viewing.objects.exists()


def test_the_block_runs_when_the_look_is_on_record(db, in_alpha, new_user):
    with viewing(new_user(), purpose="other", note="звірка списку") as person:
        assert views_of(person).count() == 1


def test_looks_stay_in_their_tenant(db, in_alpha, beta, new_user):
    person = new_user()
    log_view(person, purpose="duty")
    with tenant_context(beta):
        assert not views_of(person).exists()


@pytest.mark.parametrize(
    ("given", "valid"),
    [
        ({"purpose": "service"}, True),
        ({"purpose": ""}, False),
        ({"purpose": "other"}, False),
        ({"purpose": "other", "note": "звірка"}, True),
    ],
)
def test_the_form_asks_for_a_purpose(given, valid):
    assert PurposeForm(given).is_valid() is valid
