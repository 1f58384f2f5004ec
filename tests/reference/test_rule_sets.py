"""A region's sets of rules: published by editions, compared, taken, taken back; who lags is seen on the console."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from openpyxl import load_workbook

from kernel.access.levels import Level
from kernel.access.roles import create_ready_roles
from kernel.operations import Denied
from kernel.reference.models import Override
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.actor import Actor
from kernel.testing.access import enter, make_person, make_role
from shared_apps.communities.models import Community
from shared_apps.patterns.adopting import adopt, compare, offer_named, offers, undo_adoption
from shared_apps.patterns.demo import load_demo_rules
from shared_apps.patterns.models import Adoption, RuleSet
from shared_apps.patterns.rule_sets import publish_rule_set, standings, withdraw_rule_set
from shared_apps.reference.models import Rule
from shared_apps.reference.overrides import rule_lines, set_own_value

BY = Actor("operator", name="тести")
DAY = date(2026, 1, 1)
HTML = {"HTTP_ACCEPT": "text/html"}
Make = Callable[..., Client]


@pytest.fixture
def rules(platform: Any, alpha: TenantRef, beta: TenantRef, gamma: TenantRef) -> None:
    with platform_context():
        for code in ("RS_WATER", "RS_HEAT"):
            Rule.objects.create(code=code, title=f"Норма {code}", unit="м³", overridable=True)
        Rule.objects.create(code="RS_LAW", title="За законом", unit="грн", overridable=False)
        Community.objects.filter(slug="gamma").update(katottg="UA53020010000012345")


def publish(**values: str) -> RuleSet:
    with platform_context():
        return publish_rule_set(
            "UA99",
            "Норми області",
            {f"RS_{code}": Decimal(value) for code, value in values.items()},
            valid_from=DAY,
            act="Наказ № 7",
            code=code_of(),
            by=BY,
        )


def code_of() -> str:
    return RuleSet.objects.values_list("code", flat=True).first() or ""


def here(code: str) -> Decimal | None:
    return next(line.effective for line in rule_lines(date(2026, 6, 1)) if line.rule.code == f"RS_{code}")


def test_taken_by_one_it_is_the_law_of_one(rules: None, alpha: TenantRef, beta: TenantRef):
    edition = publish(WATER="3.25", HEAT="0.03")
    with tenant_context(alpha):
        adoption = adopt(edition, ["RS_WATER", "RS_HEAT"], by=BY)
        assert (here("WATER"), here("HEAT")) == (Decimal("3.25"), Decimal("0.03"))
        assert set(adoption.decisions) == {"RS_WATER", "RS_HEAT"}
    with tenant_context(beta):
        assert here("WATER") is None and not Override.objects.exists(), "the neighbour decided nothing"
        assert offer_named(edition.code).adopted is None
    with platform_context():
        found = standings(edition.code, "UA99", list(Community.objects.filter(slug__in=["alpha", "beta"])))
        assert {one.community.slug: one.state for one in found} == {"alpha": "current", "beta": "never"}


def test_a_newer_edition_takes_the_place_and_gives_it_back(rules: None, alpha: TenantRef):
    first = publish(WATER="3", HEAT="1")
    with tenant_context(alpha):
        adopt(first, ["RS_WATER", "RS_HEAT"], by=BY)
    second = publish(WATER="4")
    with platform_context():
        found = standings(first.code, "UA99", list(Community.objects.filter(slug="alpha")))
        assert (found[0].state, found[0].adoption.edition.number) == ("behind", 1)
    with tenant_context(alpha):
        assert offer_named(first.code).state == "newer"
        adopt(second, ["RS_WATER"], by=BY)
        assert (here("WATER"), here("HEAT")) == (4, None), "what the newer one has not holds no more"
        with pytest.raises(Denied):
            adopt(first, ["RS_HEAT"], by=BY)
        undo_adoption(first.code, by=BY, reason="Рішення № 5")
        assert (here("WATER"), here("HEAT")) == (3, 1)
        undo_adoption(first.code, by=BY, reason="Рішення № 6")
        assert (here("WATER"), here("HEAT")) == (None, None)
        with pytest.raises(Denied):
            undo_adoption(first.code, by=BY, reason="Рішення № 7")
        adopt(second, ["RS_WATER"], by=BY)
        assert here("WATER") == 4, "it may be taken again"


def test_a_decision_of_one_s_own_is_told_and_stands_after_undoing(rules: None, alpha: TenantRef):
    edition = publish(WATER="3", HEAT="1")
    with tenant_context(alpha):
        set_own_value("RS_WATER", Decimal(9), valid_from=DAY, reason="Рішення № 1", by="голова")
        lines = {line.rule.code: line for line in compare(offer_named(edition.code), DAY)}
        assert lines["RS_WATER"].ours is not None and lines["RS_WATER"].here == 9
        assert lines["RS_HEAT"].ours is None and lines["RS_HEAT"].differs
        adopt(edition, ["RS_WATER"], by=BY)
        assert here("WATER") == 3
        undo_adoption(edition.code, by=BY, reason="Рішення № 2")
        assert here("WATER") == 9


def test_all_or_nothing(rules: None, alpha: TenantRef):
    edition = publish(WATER="3", HEAT="1")
    with platform_context():
        Rule.objects.filter(code="RS_WATER").update(overridable=False)
    with tenant_context(alpha):
        with pytest.raises(ValidationError, match="спільне для всіх"):
            adopt(edition, ["RS_HEAT", "RS_WATER"], by=BY)
        assert not Override.objects.exists()
    with platform_context():
        assert not Adoption.objects.exists()


def test_another_region_and_a_withdrawn_edition_are_not_offered(rules: None, alpha: TenantRef):
    edition = publish(WATER="3")
    with platform_context():
        gamma_ref = Community.objects.get(slug="gamma").ref
    with tenant_context(gamma_ref):
        assert offers() == []
        with pytest.raises(Denied):
            adopt(edition, ["RS_WATER"], by=BY)
    with tenant_context(alpha):
        adopt(edition, ["RS_WATER"], by=BY)
    with platform_context():
        withdraw_rule_set(edition, by=BY, reason="помилка")
    with tenant_context(alpha):
        [kept] = offers()
        assert kept.adopted is not None and here("WATER") == 3, "what was taken holds until it is undone"
        undo_adoption(edition.code, by=BY, reason="Рішення № 3")
        assert offers() == []


@pytest.mark.parametrize(
    ("title", "act", "values"),
    [("", "Наказ", {"RS_WATER": Decimal(1)}), ("Н", " ", {"RS_WATER": Decimal(1)}), ("Н", "Наказ", {}),
     ("Н", "Наказ", {"RS_LAW": Decimal(1)}), ("Н", "Наказ", {"NO_SUCH": Decimal(1)}), ("!!!", "Наказ", {"RS_WATER": Decimal(1)})],
)  # fmt: skip
def test_what_cannot_be_published(rules: None, title: str, act: str, values: dict[str, Decimal]):
    with platform_context(), pytest.raises(ValidationError):
        publish_rule_set("UA99", title, values, valid_from=DAY, act=act, by=BY)


# -- pages ---------------------------------------------------------------------------------------------


def test_from_the_console_to_a_community_and_back(rules: None, alpha: TenantRef, client_for: Make):
    with platform_context():
        create_ready_roles("platform")
        operator = enter(client_for("console"), make_person("operator"))
    given = {"title": "Норми води", "act": "Наказ № 1", "valid_from": "2026-01-01", "rule.RS_WATER": "3,5"}
    bad = operator.post("/print-forms/rules/UA99/new/", given | {"rule.RS_WATER": "три"}, **HTML)
    assert bad.status_code == 422
    made = operator.post("/print-forms/rules/UA99/new/", given, **HTML)
    assert made.status_code == 302
    card = made.headers["Location"]
    assert "/sets/" in card and operator.get("/print-forms/rules/UA11/new/", **HTML).status_code == 404

    with tenant_context(alpha):
        make_role("rules_editor", reference=Level.EDIT)
        make_role("rules_reader", reference=Level.VIEW)
        lawyer, reader = (enter(client_for("alpha"), make_person(role)) for role in ("rules_editor", "rules_reader"))
    listed = lawyer.get("/administration/region-rules/", **HTML)
    [(offer, _tone)] = listed.context["offers"]
    page = f"/administration/region-rules/{offer.edition.code}/"
    assert reader.get(page, **HTML).status_code == 200
    assert reader.post(page, {"rule": "RS_WATER"}, **HTML).status_code == 403
    assert lawyer.post(page, {}, **HTML).status_code == 422, "nothing was marked"
    assert lawyer.post(page, {"rule": "RS_WATER"}, **HTML).status_code == 302
    with tenant_context(alpha):
        assert here("WATER") == Decimal("3.5")

    seen = operator.get(card, {"state": "current"}, **HTML)
    assert [one.community.slug for one, *_rest in seen.context["rows"]] == ["alpha"]
    assert operator.get(card, {"q": "бет"}, **HTML).context["rows"][0][0].state == "never"
    book = load_workbook(io.BytesIO(operator.get(card, {"file": "xlsx"}).content)).active
    assert ("alpha" in str(card)) is False and len(list(book.values)) >= 3
    assert lawyer.post(f"{page}undo/", {"reason": "Рішення № 4"}, **HTML).status_code == 302
    assert operator.get(card, {"state": "undone"}, **HTML).context["rows"][0][0].community.slug == "alpha"
    again = operator.post(f"{card}next/", given | {"rule.RS_HEAT": "1"}, **HTML)
    assert (
        again.status_code == 302
        and operator.get("/print-forms/rules/?region=UA99", **HTML).context["rows"][0][0].number == 2
    )
    assert operator.post(f"{card}2/withdraw/", {"reason": "помилка"}, **HTML).status_code == 302
    assert client_for("alpha").get(page).status_code == 302


def test_a_district_s_analyst_publishes_nothing(rules: None, client_for: Make):
    with platform_context():
        create_ready_roles("platform")
        analyst = make_person("oblast_analyst", territories=["UA99000000000030281"])
        with pytest.raises(PermissionDenied):
            publish_rule_set("UA99", "Н", {"RS_WATER": Decimal(1)}, valid_from=DAY, act="Наказ", by=analyst)
    assert enter(client_for("console"), analyst).get("/print-forms/rules/", **HTML).status_code == 403


def test_the_demonstration_has_a_set_once(rules: None, alpha: TenantRef):
    with platform_context():
        for code in ("BILL_DAY", "BILL_DUE_DAY", "AVERAGE_PERIODS"):
            Rule.objects.update_or_create(code=code, defaults={"title": code, "unit": "число", "overridable": True})
        Community.objects.filter(pk=alpha.id).update(slug="dubohirska")
        assert (load_demo_rules(), load_demo_rules()) == (2, 0)
        assert list(Adoption.objects.order_by("pk").values_list("edition__number", flat=True)) == [1, 2]
