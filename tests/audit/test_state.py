"""As it was on a date."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from kernel.access.models import User
from kernel.audit.models import History, Viewing
from kernel.audit.state import NotAudited, state_at
from kernel.tenancy import tenant_context


def moments() -> list:
    """The moment just after each entry of the users' table."""
    entries = History.objects.filter(table_name="access_user").order_by("id")
    return [entry.at + timedelta(microseconds=1) for entry in entries]


def test_every_state_of_a_life(db, in_alpha, new_user):
    user = new_user(position="діловод")
    key = user.pk
    User.objects.filter(pk=key).update(position="касир", department="ЦНАП")
    user.refresh_from_db()
    user.position = "бухгалтер"
    user.save()
    user.delete()
    born, moved, promoted, gone = moments()
    assert state_at(User, key, born - timedelta(seconds=5)) is None
    assert state_at(User, key, born)["position"] == "діловод"
    second = state_at(User, key, moved)
    assert (second["position"], second["department"]) == ("касир", "ЦНАП")
    third = state_at(User, key, promoted)
    assert (third["position"], third["department"]) == ("бухгалтер", "ЦНАП")
    assert third["id"] == key and third["joined_at"] == user.joined_at
    assert state_at(User, key, gone) is None


def test_a_row_older_than_its_history_is_known_too(transactional_db, alpha, new_user, restoring):
    with tenant_context(alpha):
        user = new_user(position="діловод")
        restoring.execute("DELETE FROM t_alpha.audit_history")
        User.objects.filter(pk=user.pk).update(position="касир")
        assert state_at(User, user.pk, now() - timedelta(days=1))["position"] == "діловод"
        assert state_at(User, user.pk, now())["position"] == "касир"


def test_excluded_fields_are_not_claimed(db, in_alpha, new_user):
    assert not {"password", "last_login"} & state_at(User, new_user().pk, now()).keys()


def test_somebody_who_never_was(db, in_alpha):
    assert state_at(User, "00000000-0000-0000-0000-000000000000", now()) is None


def test_a_model_without_history_says_so():
    with pytest.raises(NotAudited, match="audited = True"):
        state_at(Viewing, 1, now())
