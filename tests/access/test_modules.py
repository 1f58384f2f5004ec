"""Modules: order, entitlement, switching on and off, and being gone when off."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.urls import reverse

from kernel.access.levels import Level
from kernel.access.rights import allowed
from kernel.modules import Area, ModuleConfig, entitlement, registry
from kernel.modules.checks import problems
from kernel.modules.entitlement import disable_module, enable_module, is_enabled
from kernel.modules.models import ModuleState
from kernel.modules.registry import BrokenDependencies, UnknownModule, in_dependency_order
from kernel.operations import Denied
from kernel.tenancy import platform_context, tenant_context
from kernel.testing.access import OPERATOR, enter, make_person
from shared_apps.communities.models import Community, Plan


def fake(label: str, *depends: str, area: str = "portal", **manifest) -> ModuleConfig:
    name = f"tenant_apps.{area}.{label}"
    made = type(
        f"{label}Config",
        (ModuleConfig,),
        {"name": name, "label": label, "title": label.title(), "area": Area(area), "depends": depends, "path": "/"}
        | manifest,
    )
    import types

    return made(name, types.ModuleType(name))


@pytest.fixture
def three(monkeypatch):
    """contacts ← news ← alerts, without any code behind the last two."""
    real = registry.module_named("contacts")
    found = in_dependency_order([real, fake("news", "contacts"), fake("alerts", "news")])
    for module in (registry, entitlement):
        monkeypatch.setattr(module, "modules", lambda: found)
    return found


def test_order_follows_dependencies():
    found = in_dependency_order([fake("a", "b"), fake("b", "c"), fake("c"), fake("d")])
    assert [module.label for module in found] == ["c", "b", "a", "d"]


def test_unknown_and_circular_dependencies_are_named():
    with pytest.raises(BrokenDependencies, match="'a' depends on 'ghost'"):
        in_dependency_order([fake("a", "ghost")])
    with pytest.raises(BrokenDependencies, match="a → b → a"):
        in_dependency_order([fake("a", "b"), fake("b", "a")])


def test_check_stops_the_start_and_names_the_module():
    assert [message.id for message in problems([fake("a", "ghost")])] == ["modules.E001"]
    assert "'a'" in str(next(problems([fake("a", "b"), fake("b", "a")])).msg + "'a'")
    lost = fake("a")
    lost.name = "tenant_apps.finance.a"
    assert [message.id for message in problems([lost])] == ["modules.E003"]
    assert [message.id for message in problems([fake("access")])] == ["modules.E004"]
    assert [message.id for message in problems([fake("a", title="")])] == ["modules.E002"]
    assert [message.id for message in problems([fake("a", kinds=("city",))])] == ["modules.E005"]
    assert list(problems([fake("a"), fake("b", "a")])) == []


def test_manifest_is_what_django_takes():
    from django.apps import apps

    config = apps.get_app_config("contacts")
    assert isinstance(config, ModuleConfig) and config.area == Area.PORTAL


def test_everything_is_on_by_default(here, three):
    assert [module.label for module in entitlement.enabled_modules()] == ["contacts", "news", "alerts"]


def test_disabling_what_others_need_is_refused_naming_them(here, three):
    with pytest.raises(Denied, match="«News», «Alerts»"):
        disable_module("contacts", by=OPERATOR, reason="не треба")
    disable_module("alerts", by=OPERATOR, reason="не треба")
    with pytest.raises(Denied, match="причину"):
        disable_module("news", by=OPERATOR, reason=" ")
    disable_module("news", by=OPERATOR, reason="не треба")
    disable_module("contacts", by=OPERATOR, reason="не треба")
    assert not is_enabled("contacts")
    state = ModuleState.objects.get(module="contacts")
    assert (state.by, state.reason) == (OPERATOR.name, "не треба")


def test_enabling_brings_what_it_stands_on(here, three):
    for label in ("alerts", "news", "contacts"):
        disable_module(label, by=OPERATOR, reason="не треба")
    assert enable_module("alerts", by=OPERATOR) == ("contacts", "news", "alerts")
    assert is_enabled("alerts") and is_enabled("contacts")


def test_plan_and_kind_bound_what_can_be_on(here, three, alpha):
    with platform_context():
        plan = Plan.objects.create(code="small", title="Малий", modules=["contacts"])
        Community.objects.filter(pk=alpha.id).update(plan=plan)
    entitlement.forget()
    assert [module.label for module in entitlement.enabled_modules()] == ["contacts"]
    with pytest.raises(Denied, match="Тариф громади не дає: «News»"):
        enable_module("news", by=OPERATOR)


def test_module_for_enterprises_is_not_for_a_hromada(here, monkeypatch):
    found = in_dependency_order([fake("meters", kinds=("enterprise",))])
    for module in (registry, entitlement):
        monkeypatch.setattr(module, "modules", lambda: found)
    entitlement.forget()
    assert not is_enabled("meters")


def test_one_tenants_switch_is_not_anothers(here, beta):
    assert is_enabled("contacts")
    disable_module("contacts", by=OPERATOR, reason="не треба")
    with tenant_context(beta):
        assert is_enabled("contacts")
    assert not is_enabled("contacts")
    with platform_context():
        assert not is_enabled("contacts")


def test_switch_is_seen_through_the_cache(here):
    assert is_enabled("contacts")
    assert cache.get("modules.enabled")
    disable_module("contacts", by=OPERATOR, reason="не треба")
    assert not is_enabled("contacts")


def test_unknown_module_is_named(here):
    with pytest.raises(UnknownModule, match="ghost"):
        enable_module("ghost", by=OPERATOR)


def test_only_the_right_people_switch(here):
    with pytest.raises(Denied, match="Модулі та тариф"):
        disable_module("contacts", by=make_person("head"), reason="не треба")
    disable_module("contacts", by=make_person("administrator"), reason="не треба")


def test_module_that_is_off_is_not_there(here, at):
    user = make_person("press_officer")
    client = enter(at(here), user)
    assert client.get("/contacts/").status_code == 200
    assert "Приймальні" in client.get("/workspace/").content.decode()
    disable_module("contacts", by=OPERATOR, reason="не треба")
    for path in ("/contacts/", "/contacts/new/", "/contacts/1/"):
        assert client.get(path).status_code == 404
        assert at(here).get(path).status_code == 404
    assert client.post("/contacts/1/archive/").status_code == 404
    assert "Приймальні" not in client.get("/workspace/").content.decode()
    user.__dict__.pop("_rights", None)
    assert not allowed(user, "contacts", Level.VIEW)
    enable_module("contacts", by=OPERATOR)
    assert client.get("/contacts/").status_code == 200


def test_modules_have_no_pages_outside_a_tenant(console, at):
    assert reverse("contacts:index", urlconf="config.urls_tenant") == "/contacts/"
    assert at("console").get("/contacts/").status_code == 404


def test_administrator_switches_on_a_page(here, at):
    client = enter(at(here), make_person("administrator"))
    assert "Приймальні й контакти" in client.get("/administration/modules/").content.decode()
    assert client.post("/administration/modules/contacts/disable/", {"reason": ""}).status_code == 422
    client.post("/administration/modules/contacts/disable/", {"reason": "ще не готові"})
    assert not is_enabled("contacts")
    assert "ще не готові" in client.get("/administration/modules/").content.decode()
    client.post("/administration/modules/contacts/enable/")
    assert is_enabled("contacts")
    assert client.post("/administration/modules/ghost/enable/").status_code == 404
    reader = enter(at(here), make_person("auditor"))
    assert reader.get("/administration/modules/").status_code == 200
    assert reader.post("/administration/modules/contacts/disable/", {"reason": "х"}).status_code == 403
    assert enter(at(here), make_person("clerk")).get("/administration/modules/").status_code == 403
