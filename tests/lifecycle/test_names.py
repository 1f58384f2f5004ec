"""Names, hosts and the table of moves: nothing here touches a database."""

from __future__ import annotations

import pytest

from provisioning.errors import BadInput, IllegalMove
from provisioning.lifecycle.flow import BY_NAME, COMMANDS, MOVES, moves_from, require_move
from provisioning.lifecycle.hosts import normalise_host, shown_host, visible_host
from provisioning.lifecycle.naming import schema_for
from provisioning.lifecycle.request import NewTenant
from shared_apps.communities.likeness import default_slug, resemblances, visible
from shared_apps.communities.models import Community


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Зозів", "zoziv"),
        ("Згурівка", "zghurivka"),
        ("Згурівська селищна територіальна громада", "zghurivska"),
        ("Дубогірська міська територіальна громада", "dubohirska"),
        ("Дубогірська громада", "dubohirska"),
        ("Юр’ївська сільська громада", "yurivska"),
        ("Кам'янець-Подільська громада", "kamianets-podilska"),
        ("Щербинівська ОТГ", "shcherbynivska"),
        ("Львівська міська рада", "lvivska"),
        ("Їжакевичі", "yizhakevychi"),
        ("Новий Розділ", "novyi-rozdil"),
        ("КП «Дубогірський водоканал»", "kp-dubohirskyi-vodokanal"),
        ("Комунальне підприємство «Теплоенерго»", "teploenerho"),
    ],
)
def test_address_follows_the_name(name: str, slug: str):
    assert default_slug(name) == slug
    assert NewTenant(name=name).address == slug


def test_address_prefers_what_was_asked_then_the_short_name():
    assert NewTenant(name="Згурівська громада", slug="moia").address == "moia"
    assert NewTenant(name="Згурівська громада", short_name="Згурівка").address == "zghurivka"


def test_schema_of_a_name_used_before_gets_a_number():
    assert schema_for("dubova-hora", set()) == "t_dubova_hora"
    assert schema_for("dubova-hora", {"t_dubova_hora"}) == "t_dubova_hora_2"
    assert schema_for("dubova-hora", {"t_dubova_hora", "t_dubova_hora_2"}) == "t_dubova_hora_3"
    assert len(schema_for("a" * 40, {f"t_{'a' * 40}"})) <= 63


@pytest.mark.parametrize(
    ("one", "other"),
    [("dubova", "dub0va"), ("lypova", "1ypova"), ("kremin", "krernin"), ("Сосна", "Cосна"), ("du-bova", "dubova")],
)
def test_names_equal_to_the_eye(one: str, other: str):
    assert visible(one) == visible(other)


def test_different_names_stay_different():
    assert visible("dubova") != visible("dubova2")
    assert visible("Дубова") != visible("Дубива")


def _community(slug: str, name: str, **facts: object) -> Community:
    return Community(slug=slug, name=name, short_name=name, **{"kind": "hromada", **facts})


def test_equal_names_of_different_places_are_honest():
    one = _community("mykolaivska", "Миколаївська громада", katottg="UA48060150000071713")
    other = _community("mykolaivska-sumy", "Миколаївська громада", katottg="UA59080130000011111")
    assert resemblances(other, [one]) == []
    nameless = _community("mykolaivska-x", "Миколаївська громада", katottg="")
    assert {found.field for found in resemblances(nameless, [one])} == {"name", "short_name"}


def test_a_name_that_only_looks_equal_is_never_honest():
    one = _community("sosna", "Сосна", katottg="UA48060150000071713")
    other = _community("sosnova", "Cосна", katottg="UA59080130000011111")
    found = resemblances(other, [one])
    assert {resemblance.field for resemblance in found} == {"name", "short_name"}
    assert not any(resemblance.identical for resemblance in found)


def test_waterworks_of_two_hromadas_may_share_a_name():
    one = _community("kp-one", "КП «Водоканал»", kind="enterprise")
    other = _community("kp-two", "КП «Водоканал»", kind="enterprise")
    one.parent_id, other.parent_id = "a", "b"
    assert resemblances(other, [one]) == []
    other.parent_id = "a"
    assert resemblances(other, [one])


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Rada.Dubova.gov.ua", "rada.dubova.gov.ua"),
        (" https://rada.dubova.gov.ua/ ", "rada.dubova.gov.ua"),
        ("rada.dubova.gov.ua.", "rada.dubova.gov.ua"),
        ("дубова.укр", "xn--80abdg5c2a.xn--j1amh"),
        ("xn--80abdg5c2a.xn--j1amh", "xn--80abdg5c2a.xn--j1amh"),
    ],
)
def test_own_domain_has_one_spelling(typed: str, stored: str):
    assert normalise_host(typed) == stored


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("localhost", "належить платформі"),
        ("dubova.localhost", "належить платформі"),
        ("dubova", "не буває в мережі"),
        ("rada.local", "не буває в мережі"),
        ("10.0.0.1", "адреса машини"),
        ("[::1]", "без порту"),
        ("rada.gov.ua:8000", "без порту"),
        ("rada dubova.gov.ua", "не доменне"),
        ("*.gov.ua", "не доменне"),
        ("user@gov.ua", "не доменне"),
        ("", "не доменне"),
        ("rаda.gov.ua", "змішано"),
        ("-rada.gov.ua", "не доменне"),
        (f"{'a' * 64}.gov.ua", "не доменне"),
    ],
)
def test_refused_domains_say_why(typed: str, why: str):
    with pytest.raises(BadInput, match=why):
        normalise_host(typed)


def test_hosts_in_two_alphabets_may_look_alike():
    assert shown_host("xn--80abdg5c2a.xn--j1amh") == "дубова.укр"
    assert visible_host(normalise_host("сосна.com.ua")) == visible_host("cocна.com.ua")
    assert visible_host(normalise_host("rada.gov.ua")) != visible_host(normalise_host("rada2.gov.ua"))


def test_every_state_but_the_last_leads_on():
    for state in Community.State.values:
        assert [move for move in MOVES if state in move.sources], state


@pytest.mark.parametrize(
    ("move", "state"),
    [(name, state) for name in BY_NAME for state in Community.State.values if state not in BY_NAME[name].sources],
)
def test_illegal_move_names_the_legal(move: str, state: str):
    with pytest.raises(IllegalMove) as refused:
        require_move(move, slug="alpha", state=state, reason="бо так")
    assert str(Community.State(state).label) in refused.value.fact
    for legal in moves_from(state):
        assert COMMANDS[legal.name].format(slug="alpha") in refused.value.cure


@pytest.mark.parametrize("move", [move for move in MOVES if move.reasoned], ids=lambda move: move.name)
def test_what_needs_a_reason_is_refused_without(move):
    state = next(iter(move.sources))
    with pytest.raises(BadInput, match="причини"):
        require_move(move.name, slug="alpha", state=state, reason="  ")
    assert require_move(move.name, slug="alpha", state=state, reason="борг").target == move.target
