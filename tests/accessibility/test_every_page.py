"""Every page of a community's site is looked at; a page that appears tomorrow and is not fails here until it is.

`ACCESSIBILITY_PICTURES=folder` keeps each as a phone shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from playwright.sync_api import Page

from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy import tenant_context
from kernel.tenancy.actor import Actor
from tenant_apps.territory.bus_stops.models import BusStop
from tests.accessibility.lived import EVERYBODY, STOPS, lived
from tests.accessibility.looking import glance, visit
from tests.accessibility.routes import page_at, pages_of
from tests.accessibility.test_axe import ADMINISTRATION, STAFF, STRANGER
from tests.accessibility.test_joining import PLAN_PAGES
from tests.fixtures import _close_connections, _ref
from tests.journeys.town import Town, sign_in

__all__ = ["lived"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visitor = Callable[..., Page]
SITE = "config.urls_tenant"

OF_REGISTERS = """
/bus-stops/?q=вокзал&shelter=none
/bus-stops/?q=немає+такої
/bus-stops/?archived=1
/bus-stops/{stop}/
/bus-stops/{stop}/?on={today}
/bus-stops/{stop}/?on=2001-01-01
/bus-stops/{stop}/history/
/bus-stops/{stop}/edit/
/bus-stops/{stop}/archive/
/bus-stops/{archived}/
/bus-stops/{archived}/restore/
/bus-stops/{stop}/merge/
/bus-stops/new/
/bus-stops/figures/
/bus-stops/bulk/?verb=change&all=1&field=landmark
/bus-stops/bulk/?verb=archive&all=1
/bus-stops/bulk/{bulk}/
/bus-stops/doubles/
/bus-stops/merge/?card={one}&card={other}
/bus-stops/merges/
/bus-stops/merges/{merge}/undo/
/bus-stops/export/
/bus-stops/import/
/bus-stops/import/{import_matched}/
/bus-stops/import/{import_tried}/
/bus-stops/import/{import_tried}/lines/
/bus-stops/import/{import_loaded}/
/organisations/{party}/
/organisations/{party}/open/
/addresses/
/own/{own}/
/own/{own}/{own_card}/
/own/{own}/new/
/staff/
/communal-property/
/communal-property/inventories/{inventory}/count/
/control/new/
/control/record/{violation_kind}/
/networks/trace/{line}/
{action}
""".split()

OF_THE_HOUSE = """
/workspace/
/help/
/help/?q=імпорт
/gallery/
/search/?q=площа
/search/?q=немає+такого
/tasks/
/tasks/new/
/tasks/{task}/
/tasks/{task}/finish/
/tasks/{task}/delegate/
/tasks/{given}/return/
/tasks/{lent}/withdraw/
/notices/
/notices/preferences/
/notices/number/
/notices/gateway/
/notices/journal/
/jobs/
/jobs/{job}/
/terms/
/terms/2026/11/
/proposals/
/proposals/mine/
/proposals/{proposal}/
/proposals/{proposal}/refuse/
/proposals/{proposal}/ask/
/proposals/{asked}/answer/
/proposals/to/bus_stops.bus-stops/
/proposals/to/bus_stops.bus-stops/{stop}/
/field/
/field/came/
/remarks/comments/{comment}/edit/
/reports/
/reports/bus_stops.bus-stops/?compose=1
/reports/bus_stops.bus-stops/?by=shelter&by=opened_on:year&across=accessible&measure=count&measure=share
/pivot/
/pivot/bus_stops.bus-stops/?by=settlement&across=shelter&measure=count&chart=bars
/pivot/saved/{pivot}/history/
/pivot/sent/{pivot_sent}/
/print-forms/addresses.addresses/
/print-forms/addresses.addresses/fields/
/print-forms/addresses.addresses/upload/
/print-forms/addresses.addresses/forms/extract/
/print-forms/addresses.addresses/cards/{address}/
/print-forms/addresses.addresses/cards/{address}/extract/
/maps/
/maps/problems/
/maps/backdrop/
/maps/boundary/
/dashboards/
/dashboards/board/overview/
/dashboards/board/overview/arrange/
/dashboards/why/bus_stops.bus-stops.opened/
/dashboards/plans/
/dashboards/plans/new/
/dashboards/plans/{plan}/
/dashboards/enterprises/
""".split()

OF_ADMINISTRATION = """
/access/people/
/access/people/invite/
/access/people/{person}/
/access/people/{person}/edit/
/access/people/{person}/deactivate/
/access/people/{person}/roles/
/access/people/{person}/second-step/
/access/roles/
/access/roles/new/
/access/roles/everything/
/access/delegations/new/
/access/profile/
/access/profile/names/
/access/profile/tokens/
/access/monitoring/
/access/support/
/access/support/links/{emergency}/review/
/access/openid/
/access/openid/new/
/access/openid/{provider}/
/administration/audit/
/administration/audit/verify/
/administration/audit/views/
/administration/bus/
/administration/bus/{delivery}/skip/
/administration/webhooks/
/administration/webhooks/new/
/administration/webhooks/{webhook}/
/administration/webhooks/{webhook}/edit/
/administration/jobs/
/administration/tags/
/administration/tags/{tag}/
/administration/tags/{tag}/merge/
/administration/tags/{tag}/delete/
/administration/reference/
/administration/reference/{rule}/
/administration/reference/{rule}/decisions/{decision}/cancel/
/administration/community/brand/
/administration/community/health/
/administration/modules/
/administration/modules/bus_stops/disable/
/administration/registers/
/administration/registers/new/
/administration/registers/take/
/administration/registers/{own_label}/
/administration/registers/{own_label}/edit/
/administration/registers/{own_label}/fields/new/
/administration/registers/{own_label}/fields/{field}/
/administration/registers/{own_label}/fields/{field}/kind/text/
/administration/registers/{own_label}/versions/1/
/first-day/
""".split()

OF_STRANGERS = """
/
/open/
/open/zupynky/
/open/maps/
/proposals/open/zupynky/
/proposals/open/zupynky/{stop}/
/proposals/confirm/{token}/
/proposals/sent/{token}/
/rental/open/
/rental/open/{offer}/
/temporary-structures/open/{structure}/
/accounts/invitation/{invitation}/
""".split()

# Visited where they can be reached: after a payment, a request of the region, a wrong password.
ELSEWHERE = [
    *(path for label, path in STRANGER if label == "alpha" and path != "/nema/"),
    *STAFF,
    *ADMINISTRATION,
    *PLAN_PAGES.values(),
    "/administration/region/",
    "/administration/region-rules/",
    "/administration/region-rules/x/",
    "/administration/region-rules/x/undo/",
    "/administration/region/00000000-0000-0000-0000-000000000000/",
    "/administration/region/00000000-0000-0000-0000-000000000000/refuse/",
]

NO_PAGES = {
    "a file": """
        audit:export community:download designer:give file files:open mfa_download_recovery_codes open:file open:stops
        pivot:sent_file printforms:example printforms:picture printforms:template register:export-ready
        register:import-errors register:import-template register:label register:labels register:print reports:ready
        rental:feed rental:picture renewals:feed subscription_paper adjacent_territories:annex
        temporary_structures:plate maps:print open_maps:print
    """,
    "read by scripts and by machines": """
        app_icon brand coat_of_arms community:brand_preview favicon fieldwork:cards fieldwork:forms fieldwork:state
        gallery_streets jobs:state manifest maps:at maps:boundary maps:coordinates maps:geojson maps:layers maps:legend
        maps:near maps:neighbour maps:search maps:tile maps:tilejson open:catalogue open:package open_maps:at
        open_maps:boundary open_maps:coordinates open_maps:layers open_maps:legend open_maps:tile open_maps:tilejson
        push_worker register:find robots security_txt
    """,
    "a piece the map puts into its own page; tests/maps_browser looks at it there": "maps:tag open_maps:tag",
    "leads on at once to another page": """
        access:index set_language openid_connect_callback subscription_pay subscription_portal socialaccount_signup
        accounts/social/signup/ accounts/social/connections/ mfa_login_webauthn
    """,
    "our own sentence on the same bare page as every question of signing in": """
        access_mfa_required access_one_time account_confirm_login_code account_email_verification_sent account_inactive
        account_reauthenticate account_reset_password_from_key_done account_set_password mfa_authenticate
        mfa_edit_webauthn mfa_reauthenticate mfa_reauthenticate_webauthn mfa_remove_webauthn openid_connect_login
        accounts/social/login/cancelled/ accounts/social/login/error/ socialaccount_login_cancelled
        socialaccount_login_error
    """,
    "asks for the password anew before it shows anything": "community:export",
    "a paper to be signed: tests/subscriptions opens it with one that waits for it": "subscription_sign",
}


def names_at(addresses: Iterable[str]) -> set[str]:
    return {page_at(address, SITE) for address in addresses}


def filled(addresses: Iterable[str], lived: dict[str, Any]) -> list[str]:
    return [address.format_map(lived) for address in addresses]


def test_every_page_has_its_visit(lived: dict[str, Any], django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), tenant_context(_ref("gamma")):
        ours = filled([*OF_REGISTERS, *OF_THE_HOUSE, *OF_ADMINISTRATION, *OF_STRANGERS], lived)
        visited, pages = names_at([*ours, *ELSEWHERE]), pages_of(SITE)
        _close_connections()
    exempt = {name for names in NO_PAGES.values() for name in names.split()}
    assert pages - visited - exempt == set(), "a page nobody looks at: add its address, or say why it is no page"
    assert exempt - pages == set(), "there is no such page any more"
    assert exempt & visited == set(), "visited after all"


@pytest.fixture
def reader(visitor: Visitor) -> Page:
    # axe is brought in past the pages' own policy; the journeys run with the policy on.
    return visitor(bypass_csp=True, reduced_motion="reduce")


@pytest.mark.parametrize(
    "addresses", [OF_REGISTERS, OF_THE_HOUSE, OF_ADMINISTRATION], ids=["registers", "house", "administration"]
)
def test_pages_for_those_who_work(town: Town, lived: dict[str, Any], reader: Page, addresses: list[str]) -> None:
    sign_in(reader, town, "gamma", EVERYBODY)
    found = [fault for path in filled(addresses, lived) for fault in visit(reader, town.url("gamma", path))]
    assert found == [], "\n".join(found)


def test_pages_for_residents(town: Town, lived: dict[str, Any], reader: Page) -> None:
    found = [fault for path in filled(OF_STRANGERS, lived) for fault in visit(reader, town.url("gamma", path))]
    assert found == [], "\n".join(found)


def test_the_comparison_of_a_stale_edit(
    town: Town, lived: dict[str, Any], reader: Page, django_db_blocker: Any
) -> None:
    sign_in(reader, town, "gamma", EVERYBODY)
    reader.goto(town.url("gamma", f"/bus-stops/{lived['one']}/edit/"))
    with django_db_blocker.unblock():
        with tenant_context(_ref("gamma")):
            card = BusStop.objects.get(pk=lived["one"])
            card.landmark = "біля мосту"
            save_card(register_named(STOPS), card, by=Actor("system", name="інша людина"))
        _close_connections()
    reader.locator("#card-form [name=landmark]").fill("навпроти млина")
    reader.get_by_role("button", name="Зберегти", exact=True).click()
    reader.get_by_text("біля мосту").first.wait_for()
    assert glance(reader) == []
