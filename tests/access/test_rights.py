"""Rights: denied by default, levels by area and module, record rules, dates, and nobody raising their own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from kernel.access import roles
from kernel.access.delegations import delegate, end_delegation
from kernel.access.grants import rights_of
from kernel.access.levels import Level
from kernel.access.models import Delegation, Role, RoleAssignment, User
from kernel.access.people import change_person, deactivate_person
from kernel.access.rights import allowed, level_of, my_subjects, require, visible
from kernel.operations import Denied, operation
from kernel.tenancy import tenant_context
from kernel.tenancy.actor import Actor, actor_or_none
from kernel.testing.access import OPERATOR, make_person, make_role
from tenant_apps.portal.contacts.models import Contact

DAY = timedelta(days=1)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def contact(author: User, **fields) -> Contact:
    made = Contact(title=f"Приймальня {Contact.objects.count()}", created_by=author, **fields)
    made.name_address()
    made.save()
    return made


# -- levels ---------------------------------------------------------------------------------------


def test_nothing_is_allowed_without_a_role(here):
    user = make_person()
    contact(make_person("press_officer"))
    assert not allowed(user, "contacts", Level.VIEW)
    assert not visible(Contact.objects.all(), user).exists()
    assert my_subjects(user) == []
    with pytest.raises(PermissionDenied, match="Попросіть адміністратора"):
        require(user, "contacts", Level.VIEW)


def test_a_stranger_has_no_rights(here):
    from django.contrib.auth.models import AnonymousUser

    assert not allowed(AnonymousUser(), "contacts", Level.VIEW)
    assert not visible(Contact.objects.all(), AnonymousUser()).exists()


def test_module_unknown_to_the_house_gives_nothing(here):
    assert not allowed(make_person("administrator"), "no_such_module", Level.VIEW)


def test_area_level_reaches_a_module_that_appeared_later(here):
    make_role("reader", area__portal=Level.VIEW)
    user = make_person("reader")
    assert level_of(user, "contacts") == Level.VIEW


def test_word_for_the_module_beats_the_word_for_the_area(here):
    make_role("reader", area__portal=Level.MANAGE, contacts=Level.NONE)
    assert level_of(make_person("reader"), "contacts") == Level.NONE


def test_manifest_beats_the_area_for_ready_roles_only(here):
    clerk = Role.objects.get(code="clerk")
    assert clerk.levels.get(module="area:portal").level == Level.VIEW
    assert level_of(make_person("clerk"), "contacts") == Level.EDIT
    clerk.levels.create(module="contacts", level=Level.NONE)
    assert level_of(make_person("clerk"), "contacts") == Level.NONE


def test_several_roles_add_up(here):
    make_role("one", contacts=(Level.EDIT, "own"))
    make_role("two", contacts=Level.VIEW)
    user, other = make_person("one", "two"), make_person()
    mine, foreign = contact(user), contact(other)
    assert set(visible(Contact.objects.all(), user)) == {mine, foreign}
    assert set(visible(Contact.objects.all(), user, Level.EDIT)) == {mine}
    assert allowed(user, "contacts", Level.EDIT, mine) and not allowed(user, "contacts", Level.EDIT, foreign)


def test_dismissed_person_has_no_rights(here):
    user = make_person("press_officer")
    deactivate_person(user, by=OPERATOR, reason="звільнено")
    assert not allowed(fresh(user), "contacts", Level.VIEW)


def test_roles_of_one_tenant_do_not_exist_in_another(here, beta):
    user = make_person("press_officer")
    assert allowed(user, "contacts", Level.MANAGE)
    with tenant_context(beta):
        assert not allowed(user, "contacts", Level.VIEW)


# -- record rules ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "sees"), [("all", {0, 1, 2, 3}), ("own", {0}), ("department", {1}), ("settlement", {2})]
)
def test_record_rules(here, rule, sees):
    make_role("one", contacts=(Level.EDIT, rule))
    village = "UA53060010000012345"
    user = make_person("one", department="ЦНАП", territories=[village])
    other = make_person()
    rows = [
        contact(user),
        contact(other, department="ЦНАП"),
        contact(other, settlement=village),
        contact(other, department="Інший", settlement="UA53060010000099999"),
    ]
    expected = {rows[number] for number in sees}
    assert set(visible(Contact.objects.all(), user)) == expected
    assert {row for row in rows if allowed(user, "contacts", Level.EDIT, row)} == expected


@pytest.mark.parametrize("rule", ["department", "settlement"])
def test_empty_department_is_not_everybodys_department(here, rule):
    make_role("one", contacts=(Level.EDIT, rule))
    user = make_person("one")
    row = contact(make_person())
    assert not visible(Contact.objects.all(), user).exists()
    assert not allowed(user, "contacts", Level.EDIT, row)


def test_rule_that_a_model_does_not_know_covers_nothing(here):
    make_role("one", contacts=(Level.EDIT, "region"))
    user = make_person("one", territories=["UA53060010000012345"])
    contact(user)
    assert not visible(Contact.objects.all(), user).exists()


# -- dates and delegation -------------------------------------------------------------------------


def test_role_lives_between_its_days(here):
    user, role = make_person(), Role.objects.get(code="press_officer")
    with time_machine.travel("2026-03-02 10:00:00+00:00", tick=False) as clock:
        roles.assign_role(user, role, by=OPERATOR, valid_from=date(2026, 3, 3), valid_to=date(2026, 3, 4))
        held = []
        for _day in range(4):
            held.append(allowed(fresh(user), "contacts", Level.VIEW))
            clock.shift(DAY)
    assert held == [False, True, True, False]


def test_day_begins_where_the_tenant_lives(here):
    user, role = make_person(), Role.objects.get(code="press_officer")
    with time_machine.travel("2026-03-02 21:59:00+00:00", tick=False) as clock:
        roles.assign_role(user, role, by=OPERATOR, valid_from=date(2026, 3, 3))
        assert not allowed(fresh(user), "contacts", Level.VIEW)
        clock.shift(120)
        assert allowed(fresh(user), "contacts", Level.VIEW), "in Kyiv it is already the third"


def test_delegation_works_on_its_days_and_ends_by_itself(here):
    boss, deputy = make_person("press_officer"), make_person()
    with time_machine.travel("2026-03-02 10:00:00+00:00", tick=False) as clock:
        RoleAssignment.objects.filter(user=boss).update(valid_from=date(2026, 1, 1))
        delegate(boss, deputy, by=boss, from_date=date(2026, 3, 3), to_date=date(2026, 3, 5), reason="наказ 12-в")
        held = []
        for _day in range(5):
            held.append(level_of(fresh(deputy), "contacts"))
            clock.shift(DAY)
    assert held == [Level.NONE, Level.MANAGE, Level.MANAGE, Level.MANAGE, Level.NONE]


def lend(boss: User, deputy: User, **extra) -> Delegation:
    from kernel.access.dates import local_today

    today = local_today()
    return delegate(boss, deputy, **{"by": boss, "from_date": today, "to_date": today + DAY, "reason": "наказ"} | extra)


def test_delegated_rule_is_the_lenders(here):
    make_role("one", contacts=(Level.EDIT, "own"))
    boss, deputy = make_person("one"), make_person("one")
    his, mine = contact(boss), contact(deputy)
    lend(boss, deputy)
    assert set(visible(Contact.objects.all(), fresh(deputy))) == {his, mine}


def test_what_was_lent_does_not_travel_on(here):
    boss, deputy, third = make_person("press_officer"), make_person("clerk"), make_person()
    lend(boss, deputy)
    lend(deputy, third)
    assert level_of(fresh(deputy), "contacts") == Level.MANAGE
    assert level_of(fresh(third), "contacts") == Level.EDIT


def test_only_chosen_roles_and_only_own(here):
    boss, deputy = make_person("press_officer", "clerk"), make_person()
    with pytest.raises(Denied, match="сама не має"):
        lend(boss, deputy, roles=["administrator"])
    lend(boss, deputy, roles=["clerk"])
    assert [held.role.code for held in rights_of(fresh(deputy)).held] == ["clerk"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": " "}, "підставу"),
        ({"from_date": date(2000, 1, 1)}, "уже минув"),
        ({"to_date": date(2000, 1, 1)}, "раніше за перший"),
        ({"to_date": date(2100, 1, 1)}, "92 дні"),
    ],
)
def test_delegation_refuses_nonsense(here, changes, words):
    with pytest.raises(Denied, match=words):
        lend(make_person("clerk"), make_person(), **changes)


def test_nobody_takes_rights_by_delegation(here):
    boss, administrator, clerk = make_person("head"), make_person("administrator"), make_person("clerk")
    with pytest.raises(Denied, match="собі не беруть"):
        lend(boss, administrator, by=administrator)
    with pytest.raises(Denied, match="власні права"):
        lend(boss, make_person(), by=clerk)
    with pytest.raises(Denied, match="іншій людині"):
        lend(boss, boss, by=administrator)
    lend(boss, clerk, by=administrator)


def test_delegation_ends_early_and_with_a_dismissal(here):
    boss, deputy, stranger = make_person("press_officer"), make_person(), make_person("clerk")
    given = lend(boss, deputy)
    with pytest.raises(Denied):
        end_delegation(given, by=stranger)
    end_delegation(given, by=deputy)
    assert not allowed(fresh(deputy), "contacts", Level.VIEW)
    lend(boss, deputy)
    assert allowed(fresh(deputy), "contacts", Level.VIEW)
    User.objects.filter(pk=boss.pk).update(is_active=False)
    assert not allowed(fresh(deputy), "contacts", Level.VIEW)


# -- nobody raises their own rights, somebody always can give them --------------------------------


def test_administrator_does_not_give_himself_a_role(here):
    boss = make_person("administrator")
    for code in ("head", "administrator"):
        with pytest.raises(Denied, match="Собі прав не надають"):
            roles.assign_role(boss, Role.objects.get(code=code), by=boss)
    roles.assign_role(boss, Role.objects.get(code="head"), by=make_person("administrator"))


def test_administrator_does_not_raise_the_role_he_has(here):
    boss, role = make_person("administrator"), Role.objects.get(code="administrator")
    for change in ({"area:people": (Level.VIEW, "all")}, {"contacts": (Level.EDIT, "own")}):
        with pytest.raises(Denied, match="Ви самі маєте роль"):
            roles.set_levels(role, change, by=boss)
    assert not role.levels.filter(module="area:people").exists()
    assert not role.levels.filter(module="contacts").exists()
    with pytest.raises(Denied, match="Ви самі маєте роль"):
        roles.change_role(role, by=boss, title=role.title, requires_mfa=False)
    roles.set_levels(role, {"area:portal": (Level.VIEW, "all")}, by=boss)
    roles.set_levels(Role.objects.get(code="clerk"), {"area:people": (Level.EDIT, "all")}, by=boss)


def test_lent_administrators_role_is_not_raised_either(here):
    boss, deputy = make_person("administrator"), make_person("clerk")
    lend(boss, deputy)
    deputy = fresh(deputy)
    for code in ("administrator", "clerk"):
        with pytest.raises(Denied):
            roles.set_levels(Role.objects.get(code=code), {"area:people": (Level.MANAGE, "all")}, by=deputy)
    with pytest.raises(Denied):
        roles.assign_role(deputy, Role.objects.get(code="administrator"), by=deputy)


def test_nobody_widens_what_he_sees_by_moving_himself(here):
    make_role("personnel_officer", access=Level.EDIT)
    user, colleague = make_person("personnel_officer"), make_person()
    with pytest.raises(Denied, match="Собі їх не змінюють"):
        change_person(user, by=user, department="Фінансовий відділ")
    change_person(colleague, by=user, department="Фінансовий відділ")
    change_person(user, by=user, position="Провідний спеціаліст")


def test_last_administrator_stays(here):
    boss, second = make_person("administrator"), make_person("administrator")
    role, its = Role.objects.get(code="administrator"), RoleAssignment.objects
    roles.withdraw_role(its.get(user=second), by=boss)
    last = its.get(user=boss)
    for attempt in (
        lambda: roles.withdraw_role(last, by=OPERATOR),
        lambda: roles.end_role_on(last, date(2099, 1, 1), by=OPERATOR),
        lambda: deactivate_person(boss, by=OPERATOR, reason="звільнено"),
        lambda: roles.set_levels(role, {"access": (Level.VIEW, "all")}, by=OPERATOR),
        lambda: roles.set_levels(role, {"access": None}, by=OPERATOR),
    ):
        with pytest.raises(Denied, match="останній адміністратор"):
            attempt()
    assert its.get(user=boss).valid_to is None and fresh(boss).is_active
    assert role.levels.get(module="access").level == Level.MANAGE


def test_nobody_dismisses_himself(here):
    boss = make_person("administrator")
    make_person("administrator")
    with pytest.raises(Denied, match="Себе не вимикають"):
        deactivate_person(boss, by=boss, reason="піду")


def test_role_is_not_given_twice_for_the_same_days(here):
    user, role = make_person("clerk"), Role.objects.get(code="clerk")
    with pytest.raises(Denied, match="вже має"):
        roles.assign_role(user, role, by=OPERATOR)


def test_ready_roles_are_made_once_and_keep_changes(here):
    clerk = Role.objects.get(code="clerk")
    clerk.levels.filter(module="area:records").update(level=Level.MANAGE)
    assert roles.create_ready_roles("hromada") == 0
    assert clerk.levels.get(module="area:records").level == Level.MANAGE
    with pytest.raises(Denied, match="Готову роль"):
        roles.delete_role(clerk, by=OPERATOR)


@pytest.mark.parametrize("kind", ["hromada", "enterprise", "platform"])
def test_every_set_of_ready_roles_has_somebody_who_gives_rights(kind):
    from kernel.access.ready_roles import READY

    assert any(role.system.get("access") == Level.MANAGE and role.requires_mfa for role in READY[kind])
    assert len({role.title for role in READY[kind]}) == len({role.code for role in READY[kind]}) == len(READY[kind])


# -- operations -----------------------------------------------------------------------------------


@operation("contacts", Level.EDIT, on="contact")
def rename(contact: Contact, title: str, *, by, reason: str = "") -> Actor | None:
    contact.title = title
    contact.save()
    if title == "зламати":
        raise RuntimeError("halfway")
    return actor_or_none()


def test_operation_checks_names_and_undoes(here):
    make_role("one", contacts=(Level.EDIT, "own"))
    user, other = make_person("one"), make_person("one")
    row = contact(user)
    with pytest.raises(Denied, match="поза вашими правами"):
        rename(row, "Інша", by=other)
    with pytest.raises(Denied, match="потрібне право «ведення»"):
        rename(row, "Інша", by=make_person())
    with pytest.raises(RuntimeError):
        rename(row, "зламати", by=user)
    row.refresh_from_db()
    assert row.title.startswith("Приймальня")
    actor = rename(row, "Нова", by=user, reason="уточнено")
    assert (actor.kind, actor.id, actor.name, actor.reason) == ("user", str(user.pk), user.full_name, "уточнено")
    assert rename(row, "Ще", by=OPERATOR).kind == "operator"
    with pytest.raises(Denied):
        rename(row, "Ще", by=Actor("visitor"))


def test_operation_without_an_author_is_refused_when_declared():
    with pytest.raises(TypeError, match="keyword-only `by`"):

        @operation("contacts", Level.EDIT)
        def forgotten(contact):
            return contact

    with pytest.raises(TypeError, match="no argument"):

        @operation("contacts", Level.EDIT, on="missing")
        def misnamed(contact, *, by):
            return contact


# -- the console ----------------------------------------------------------------------------------


def test_console_roles_see_their_own_part_of_the_country(console):
    from shared_apps.communities.models import Community

    near = Community.objects.order_by("slug").first()
    code = near.katottg
    mine = make_person("oblast_analyst", territories=[code[:4] + "0" * 15])
    foreign = make_person("oblast_analyst", territories=["UA80" + "0" * 15])
    district = make_person("district_analyst", territories=[code[:6] + "0" * 13])
    homeless = make_person("oblast_analyst")
    operator = make_person("operator")
    counts = [visible(Community.objects.all(), user).count() for user in (mine, foreign, district, homeless, operator)]
    everything = Community.objects.count()
    nearby = Community.objects.filter(katottg__startswith=code[:6]).count()
    assert 0 < nearby < everything
    assert counts == [everything, 0, nearby, 0, everything]
