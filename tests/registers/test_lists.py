"""The list: tabs, columns, places in it, figures and the rows behind them. A bad address is a page with a message."""

from __future__ import annotations

import base64
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel.access.levels import Level
from kernel.registers.keyset import Cursor, values_of
from kernel.registers.listing import COUNTED, Listing
from kernel.registers.models import ListChoice, SavedView
from kernel.registers.registry import register_named, register_of
from tenant_apps.people.staff.models import Position
from tenant_apps.territory.addresses.models import Building
from tenant_apps.territory.bus_stops.models import BusStop

LIST = "/bus-stops/"


@pytest.fixture
def stops(lived_in):
    return register_of(BusStop)


@pytest.fixture
def clerk(at_work):
    return at_work("bus_stops")


@pytest.fixture
def colleague(at_work):
    return at_work("bus_stops", Level.VIEW)


def text_of(answer):
    return answer.content.decode()


# -- tabs ---------------------------------------------------------------------------------------------


def save(client, title, query, **given):
    return client.post("/bus-stops/views/", {"title": title, "query": query} | given)


def test_a_tab_of_ones_own_keeps_conditions_order_and_columns(clerk, colleague, stops):
    address = save(clerk, "Темні", "lit=no&sort=-name").url
    view = SavedView.objects.get()
    page = clerk.get(address)
    assert page.context["listing"].counted == BusStop.objects.filter(lit=False).count()
    assert page.context["heads"][1].direction == "descending" and view.columns == list(stops.columns)
    assert "Темні" in text_of(clerk.get(LIST)) and "Темні" not in text_of(colleague.get(LIST))
    assert colleague.get(address).context["listing"].view is None, "a private tab is not opened by its number"


def test_a_shared_tab_is_everybodys_and_its_owners_to_remove(clerk, colleague):
    address = save(clerk, "Спільна", "shelter=none", shared="on").url
    view = SavedView.objects.get()
    assert colleague.get(address).context["listing"].view == view
    assert "Спільна" in text_of(colleague.get(LIST))
    assert colleague.post(f"/bus-stops/views/{view.pk}/delete/").status_code == 404
    assert clerk.post(f"/bus-stops/views/{view.pk}/delete/").status_code == 302
    assert not SavedView.objects.exists() and clerk.get(address).status_code == 200


@pytest.mark.parametrize(
    ("title", "told"),
    [("", "Назвіть вигляд"), ("   ", "Назвіть вигляд"), ("\x00", "Назвіть вигляд"), ("Є", "вже є вигляд")],
)
def test_a_tab_that_cannot_be_saved_says_why(clerk, title, told):
    save(clerk, "Є", "lit=no")
    answer = clerk.post("/bus-stops/views/", {"title": title, "query": "lit=yes"}, follow=True)
    assert told.replace("вже є", "уже є") in text_of(answer) and SavedView.objects.count() == 1


def test_nobody_is_sent_to_another_site(clerk):
    answer = clerk.post("/bus-stops/views/", {"title": "", "back": "https://evil.example/"})
    assert answer.url == LIST


def test_conditions_of_a_tab_are_taken_off_one_by_one(clerk):
    page = clerk.get(LIST, {"view": "bare", "lit": "no"})
    both = page.context["listing"].counted
    addresses = {chip.label: url for chip, url, _other in page.context["chips"]}
    assert len(addresses) == 2
    for url in addresses.values():
        assert clerk.get(LIST + url).context["listing"].counted > both


def test_a_yes_or_no_condition_is_put_on_and_turned_over_by_one_press(clerk):
    control = next(one for one in clerk.get(LIST).context["controls"] if one.filter.name == "lit")
    lit = clerk.get(LIST + control.yes_url)
    _chip, _off, other = lit.context["chips"][0]
    dark = clerk.get(LIST + other)
    counts = [page.context["listing"].counted for page in (lit, dark)]
    assert counts == [BusStop.objects.filter(lit=True).count(), BusStop.objects.filter(lit=False).count()]


# -- columns --------------------------------------------------------------------------------------------


def test_columns_are_chosen_ordered_and_put_back(clerk, colleague, stops):
    clerk.post("/bus-stops/columns/", {"column": ["name", "lit", "nonsense", "version"], "back": LIST})
    assert [head.facet.name for head in clerk.get(LIST).context["heads"]] == ["name", "lit"]
    assert [head.facet.name for head in colleague.get(LIST).context["heads"]] == list(stops.columns)
    clerk.post("/bus-stops/columns/", {"column": ["lit"], "reset": "1"})
    assert not ListChoice.objects.exists()
    assert [head.facet.name for head in clerk.get(LIST).context["heads"]] == list(stops.columns)


def test_columns_in_the_address(clerk, stops):
    page = clerk.get(LIST, {"columns": "lit,code,nonsense"})
    assert [head.facet.name for head in page.context["heads"]] == ["lit", "code"]
    assert [head.facet.name for head in clerk.get(LIST, {"columns": "nonsense"}).context["heads"]] == list(
        stops.columns
    )


# -- what stands beside the list ------------------------------------------------------------------------


def test_the_area_shows_every_module_one_may_open(clerk, at_work):
    [alone] = clerk.get(LIST).context["area_nav"]
    assert str(alone["title"]) == "Територія"
    assert [(one["url"], one["current"]) for one in alone["items"]] == [(LIST, True)]
    both = at_work("area__territory", Level.VIEW).get("/addresses/streets/").context["area_nav"]
    items = {one["url"]: one["current"] for group in both for one in group["items"]}
    assert {LIST, "/addresses/", "/addresses/streets/", "/addresses/acts/"} <= set(items)
    assert [url for url, current in items.items() if current] == ["/addresses/streets/"]
    # A module that is not open shows its own first page alone.
    inner = [one["url"] for group in both for one in group["items"] if one.get("inner")]
    assert "/addresses/streets/" in inner and all(url.startswith("/addresses/") for url in inner)


def test_all_the_cards_are_offered_only_where_there_are_more_than_shown(clerk):
    assert "data-offer-all" not in text_of(clerk.get(LIST))
    assert "усі за цими умовами: 30" in text_of(clerk.get(LIST, {"size": "25"}))


def test_drafts_belong_to_the_person_and_the_page(clerk):
    assert f'data-key="{clerk.person.pk}"' in text_of(clerk.get("/bus-stops/new/"))


# -- bad addresses ------------------------------------------------------------------------------------


def cursor(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


NASTY = [
    {"after": "zzz"},
    {"after": "'; DROP TABLE bus_stops_busstop"},
    {"after": cursor("[")},
    {"after": cursor("[]")},
    {"after": cursor("[[1,2],false,-1]")},
    {"after": cursor("[[null,null],false,0]")},
    {"after": cursor('[["a","b"],false,0]')},
    {"after": cursor('[["a\\u0000",1],false,0]')},
    {"after": cursor('[["a\\ud800",1],false,0]')},
    {"after": cursor('[[{"a":1},1],false,0]')},
    {"after": cursor('[[["a"],[1]],true,0]')},
    {"after": cursor('[["a",NaN],false,0]')},
    {"after": cursor('[["a",1e400],false,0]')},
    {"after": cursor("[" * 50_000)},
    {"sort": "opened_on", "after": cursor('[["колись",1],false,0]')},
    {"shelter": "castle"},
    {"accessible": "maybe"},
    {"opened_on__from": "31.02.2026"},
    {"opened_on__from": "вчора"},
    {"opened_on__within": "99999999"},
    {"opened_on__within": "9" * 5000},
    {"opened_on__within": "-1"},
]
HARMLESS = [
    {"after": cursor('[["a",' + "9" * 40 + "],false,0]")},
    {"after": cursor('[["a",1],false,' + "9" * 30 + "]")},
    {"sort": "nonsense"},
    {"sort": "-created_by__password"},
    {"sort": "code;--"},
    {"sort": "location"},
    {"size": "100000"},
    {"size": "-1"},
    {"view": "nonsense"},
    {"view": "9" * 300},
    {"q": "\x00"},
    {"q": "%_\\'\""},
    {"q": "а " * 3000},
    {"q": "\u202e\ufeff"},
    {"id": "abc"},
    {"id": "9" * 5000},
    {"indicator": "nonsense"},
    {"settlement__has": "ну\x00ль"},
    {"settlement__has": "%"},
    {"settlement__is": "\x00"},
    {"settlement__empty": "так"},
    {"columns": "," * 5000},
    {"archived": "так"},
    {"opened_on__from": "0001-01-01", "opened_on__to": "9999-12-31"},
    {"unknown": "1", "created_by__is_staff": "1"},
]


@pytest.mark.parametrize("query", NASTY, ids=range(len(NASTY)))
def test_what_the_address_cannot_mean_is_said(clerk, query):
    page = clerk.get(LIST, query)
    assert page.status_code == 200 and len(page.context["listing"].mistakes) == 1
    assert page.context["listing"].mistakes[0][:40] in text_of(page)
    assert page.context["listing"].counted == BusStop.objects.count(), "the rest of the list is there"


@pytest.mark.parametrize("query", HARMLESS, ids=range(len(HARMLESS)))
def test_strange_addresses_open_a_page(clerk, query):
    assert clerk.get(LIST, query).status_code == 200


@pytest.mark.parametrize(
    "value", ["1e5", "0E9999999", "1E-99999", "NaN", "-Infinity", "1 000,5", "1_0", "", "١٢", "9" * 400]
)
def test_figures_in_conditions(at_work, value):
    """Positions have a figure among their columns, whatever filters they declare."""
    from kernel.registers.filters import Filter

    register = register_of(Position)
    one = Filter(register.facets["rate"])
    from django.core.exceptions import ValidationError
    from django.http import QueryDict

    query = QueryDict(urlencode({"rate__from": value}))
    try:
        conditions = list(one.conditions(query, None))
    except ValidationError as wrong:
        assert "не застосовано" in wrong.messages[0]
    else:
        for condition, _chip in conditions:
            assert Position.objects.filter(condition).count() >= 0


def test_a_reference_in_a_condition_may_be_told_in_words(at_work, street):
    """A browser without scripts sends the words of the box and no key."""
    register = register_named("addresses.streets")
    client = at_work("addresses")
    page = client.get(register.url(), {"settlement": "", "settlement__text": "проб"})
    assert [card.pk for card, _url, _cells in page.context["rows"]] == [street.pk]
    chip, off, _other = page.context["chips"][0]
    assert chip.value == str(street.settlement) and "проб" not in off and "settlement__text" not in off
    missing = client.get(register.url(), {"settlement__text": "такогонемає"}).context["listing"]
    assert missing.counted == 0 and not missing.mistakes


def test_of_a_place_one_asks_whether_it_is_there(at_work, street):
    client = at_work("addresses")
    Building.objects.create(settlement=street.settlement, street=street, number="991")
    counts = {}
    for empty in ("0", "1"):
        page = client.get("/addresses/", {"location__empty": empty, "location__has": "1"})
        counts[empty] = page.context["listing"].counted
        assert not page.context["listing"].mistakes
    assert counts["1"] == Building.objects.filter(location=None, archived_at=None).count() > 0
    assert "location__empty" in text_of(client.get("/addresses/"))


def test_an_empty_box_asks_for_nothing(clerk):
    page = clerk.get(LIST, {"shelter": "", "accessible": "", "settlement__has": " ", "opened_on__from": "", "q": ""})
    assert not page.context["listing"].mistakes and not page.context["chips"]


def test_two_bad_conditions_are_both_told(clerk):
    page = clerk.get(LIST, {"shelter": "castle", "accessible": "maybe"})
    assert len(page.context["listing"].mistakes) == 2


def test_nothing_found_shows_the_way_back(clerk):
    assert "За цими умовами нічого немає" in text_of(clerk.get(LIST, {"q": "такогонемаєніде"}))
    assert "Архів порожній" in text_of(clerk.get(LIST, {"archived": "1"}))


# -- ten thousand and more ------------------------------------------------------------------------------

MANY = """
INSERT INTO bus_stops_busstop
  (version, created_at, updated_at, code, name, landmark, settlement, shelter, accessible, lit)
SELECT 1, now(), now(), 'Я-' || lpad(n::text, 6, '0'), 'Зупинка ' || n, '', 'Дубогір', 'none', false, n %% 2 = 0
FROM generate_series(1, %s) AS n
"""


def test_a_very_long_list_is_counted_to_a_bound_and_paged_by_key(clerk, lived_in, stops):
    few = BusStop.objects.count()
    with connection.cursor() as sql:
        sql.execute(MANY, [COUNTED + 50])
    page = clerk.get(LIST)
    assert "понад 10\N{NO-BREAK SPACE}000" in text_of(page)
    assert page.context["listing"].counted == COUNTED + 1, "no further than the bound"
    far = BusStop.objects.get(code="Я-009000")
    place = Cursor(values_of(far, Listing(stops, lived_in).steps), False, few + 9000).encode()
    with CaptureQueriesContext(connection) as asked:
        deep = clerk.get(LIST, {"after": place})
    assert [card.code for card, _url, _cells in deep.context["rows"]][:2] == ["Я-009001", "Я-009002"]
    assert (deep.context["page"].first, deep.context["page"].last) == (few + 9001, few + 9050)
    read = [query["sql"] for query in asked if "bus_stops_busstop" in query["sql"]]
    assert read and not any("OFFSET" in sql.upper() for sql in read)
    back = clerk.get(LIST + deep.context["newer_url"])
    assert [card.code for card, _url, _cells in back.context["rows"]][-1] == "Я-009000"
    assert Listing(stops, lived_in, "q=9001").counted == 1


# -- neighbours, totals -----------------------------------------------------------------------------------


def test_from_card_to_card_in_the_order_of_the_list(clerk):
    page = clerk.get(LIST, {"shelter": "none", "sort": "-name"})
    urls = [url for _card, url, _cells in page.context["rows"]]
    tail = "?" + page.context["in_list"]
    middle = clerk.get(urls[1] + tail)
    assert middle.context["previous_url"] == urls[0] + tail and middle.context["next_url"] == urls[2] + tail
    assert middle.context["back_url"].startswith(LIST + "?") and "sort=-name" in middle.context["back_url"]
    assert clerk.get(urls[0] + tail).context["previous_url"] == ""
    assert clerk.get(urls[-1] + tail).context["next_url"] == ""
    assert 'rel="next"' not in text_of(clerk.get(urls[0]))


@pytest.mark.parametrize("given", ["", "&&&", "after=zzz", "sort=nonsense", "shelter=castle", "\x00", "q=нема"])
def test_neighbours_of_any_list(clerk, given):
    card = BusStop.objects.first()
    assert clerk.get(f"/bus-stops/{card.pk}/", {"in": given}).status_code == 200


def test_sums_stand_under_their_columns(at_work):
    officer = at_work("staff", Level.VIEW)
    register = register_of(Position)
    page = officer.get(register.url())
    told = {facet.name: value for facet, value in page.context["totals"]}
    whole = sum(Position.objects.filter(archived_at=None).values_list("rate", flat=True))
    assert told["rate"] == register.facets["rate"].words(whole)
    assert "<tfoot>" in text_of(page)
    assert not officer.get(register.url(), {"columns": "title"}).context["totals"]


# -- what a type-ahead offers ---------------------------------------------------------------------------


def test_offers_follow_the_field_they_depend_on(at_work, street):
    streets = register_named("addresses.streets")
    client = at_work("addresses")
    settlement = street.settlement_id
    offered = client.get(streets.url("find"), {"settlement": settlement}).json()["results"]
    assert [one["id"] for one in offered] == [street.pk]
    assert client.get(streets.url("find"), {"settlement": settlement + 1}).json()["results"] == []
    for odd in ("x", "9" * 5000, "", "-1"):
        assert client.get(streets.url("find"), {"settlement": odd, "q": "\x00"}).status_code == 200
