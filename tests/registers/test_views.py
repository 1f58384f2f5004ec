"""Saved views: to whom they are shown, and who keeps them in order."""

from __future__ import annotations

import pytest

from kernel.access.levels import Level
from kernel.access.models import Role
from kernel.registers.models import SavedView

LIST = "/bus-stops/"


@pytest.fixture
def author(at_work):
    return at_work("bus_stops", department="ЦНАП")


def role_of(client):
    return client.person.assignments.get().role


def save(client, title="Темні", audience="", **more):
    given = {"title": title, "query": "shelter=none", "audience": audience, "back": LIST} | more
    return client.post("/bus-stops/views/", given, follow=True)


def colleague(at_work, client, **person):
    """Somebody with the same role."""
    other = at_work("bus_stops", **person)
    assignment = other.person.assignments.get()
    assignment.role = role_of(client)
    assignment.save()
    return other


def sees(client, title="Темні"):
    return any(name == title for name, *_rest in client.get(LIST).context["tabs"])


def test_for_a_role(author, at_work):
    save(author, audience=f"role:{role_of(author).code}")
    mate, stranger = colleague(at_work, author), at_work("bus_stops", department="ЦНАП")
    assert sees(author) and sees(mate) and not sees(stranger)
    view = SavedView.objects.get()
    assert (view.shared, view.role, view.department) == (False, role_of(author), "")
    assert mate.get(LIST, {"view": view.pk}).context["listing"].view == view
    assert stranger.get(LIST, {"view": view.pk}).context["listing"].view is None


def test_for_a_department(author, at_work):
    save(author, audience="department:ЦНАП")
    assert sees(author) and sees(at_work("bus_stops", department="ЦНАП"))
    assert not sees(at_work("bus_stops", department="Бухгалтерія")) and not sees(at_work("bus_stops"))


def test_a_private_one_is_private_and_everybodys_is_everybodys(author, at_work):
    save(author)
    save(author, title="Усім", audience="all")
    other = at_work("bus_stops", Level.VIEW)
    assert not sees(other) and sees(other, "Усім")


def test_only_to_ones_own_role_and_department(author, at_work):
    foreign = role_of(at_work("bus_stops"))
    for audience in (f"role:{foreign.code}", "department:Бухгалтерія", "role:administrator", "nonsense"):
        told = save(author, audience=audience).content.decode()
        assert "Оберіть зі списку" in told
    assert not SavedView.objects.exists()
    manager = at_work("bus_stops", Level.MANAGE)
    save(manager, audience=f"role:{foreign.code}")
    assert SavedView.objects.get().role == foreign


def test_who_sees_it_may_not_change_it_a_manager_may(author, at_work):
    save(author, audience=f"role:{role_of(author).code}")
    view = SavedView.objects.get()
    mate = colleague(at_work, author)
    change = {"title": "Чуже", "query": "", "audience": "", "view": view.pk}
    assert mate.post("/bus-stops/views/", change).status_code == 404
    assert mate.post(f"/bus-stops/views/{view.pk}/delete/").status_code == 404
    told = mate.get(LIST, {"view": view.pk}).content.decode()
    assert "Цю вкладку зробила інша людина" in told and f"/views/{view.pk}/delete/" not in told
    view.shared, view.role = True, None
    view.save()
    manager = at_work("bus_stops", Level.MANAGE)
    manager.post("/bus-stops/views/", change | {"title": "Без укриття", "audience": "all", "query": "shelter=none"})
    view.refresh_from_db()
    assert (view.title, view.shared, view.owner_id) == ("Без укриття", True, author.person.pk)
    assert manager.post(f"/bus-stops/views/{view.pk}/delete/").status_code == 302
    assert not SavedView.objects.exists()


def test_a_manager_does_not_reach_private_ones(author, at_work):
    save(author)
    view = SavedView.objects.get()
    assert at_work("bus_stops", Level.MANAGE).post(f"/bus-stops/views/{view.pk}/delete/").status_code == 404


def test_the_author_changes_conditions_and_the_circle(author):
    save(author)
    view = SavedView.objects.get()
    changed = {"title": "Криті", "query": "shelter=pavilion", "audience": "department:ЦНАП", "view": view.pk}
    author.post("/bus-stops/views/", changed)
    view.refresh_from_db()
    assert (view.title, view.query, view.department) == ("Криті", "shelter=pavilion", "ЦНАП")


def test_a_role_that_is_gone_leaves_the_view_to_its_author(author, at_work):
    role = Role.objects.create(code="temporary", title="Тимчасова")
    save(at_work("bus_stops", Level.MANAGE), audience="role:temporary")
    role.delete()
    view = SavedView.objects.get()
    assert view.role is None and not view.shared and not sees(author)
