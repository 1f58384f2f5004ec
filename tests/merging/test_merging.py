"""Looking for doubles, choosing values, several at once, two at the same moment, what forbids and what contradicts."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.urls import reverse

from kernel.access.levels import Level
from kernel.audit.sentences import history_of
from kernel.identifiers import complete_edrpou, complete_iban, complete_rnokpp
from kernel.registers.merging.doubles import dismiss, find_doubles, likely_pairs
from kernel.registers.merging.leading import successor
from kernel.registers.merging.merge import merge_cards
from kernel.registers.merging.models import Likely, Merge
from kernel.registers.merging.undo import undo_merge
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from kernel.tenancy import tenant_context
from kernel.tenancy.actor import Actor
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.property.organisations.models import BankAccount, Party
from tenant_apps.territory.bus_stops.models import BusStop

BY = Actor("system", name="реєстратор")
STOPS, PARTIES = register_of(BusStop), register_of(Party)


@pytest.fixture
def registrar(in_alpha):
    make_role("joiner", bus_stops=Level.MANAGE, organisations=Level.MANAGE)
    return make_person("joiner")


@pytest.fixture
def client(client_for, registrar):
    return enter(client_for("alpha"), registrar)


def stop(name, code, **given):
    return save_card(STOPS, BusStop(name=name, code=code, settlement="Дубогір", **given), by=BY)


def company(name, seven, **given):
    return save_card(
        PARTIES, Party(kind="legal", full_name=name, edrpou=complete_edrpou(seven) if seven else "", **given), by=BY
    )


def merge(kept, *dropped, **given):
    given = {"by": BY, "reason": "двійник", "knowingly": False, **given}
    return merge_cards(register_of(type(kept)), kept, dropped, **given)


# -- looking ------------------------------------------------------------------------------------------


def test_alike_names_are_found_whatever_their_spelling(in_alpha):
    one, two = stop("Вулиця Козацька", "1"), stop("вул. Козацька", "2")
    near, far = stop("Вулиця Козацькa", "3"), stop("Елеватор", "4")
    find_doubles(STOPS, by=BY)
    found = {(pair.one_id, pair.other_id) for pair in Likely.objects.all()}
    assert (one.pk, near.pk) in found
    assert not any(far.pk in pair for pair in found)
    assert two.pk  # «вул.» is another spelling: the declared likeness decides


def test_equal_names_are_a_chain_and_not_everybody_with_everybody(in_alpha):
    rows = BusStop.objects.bulk_create(BusStop(code=f"{number}", name="Ринок") for number in range(300))
    assert find_doubles(STOPS, by=BY) == len(rows) - 1


def test_doubles_among_thousands_are_found_in_a_moment(in_alpha, django_assert_max_num_queries):
    words = ("Лісова", "Ринкова", "Шкільна", "Вокзальна", "Озерна", "Млинова", "Степова", "Садова")
    BusStop.objects.bulk_create(
        BusStop(code=f"Т{number}", name=f"{words[number % 8]} {number * 7919 % 10007:05} {words[number % 7]}")
        for number in range(3000)
    )
    BusStop.objects.bulk_create(
        [BusStop(code="А", name="Автостанція Дубогір"), BusStop(code="Б", name="Автостанцiя Дубогiр")]
    )
    with django_assert_max_num_queries(15):
        find_doubles(STOPS, by=BY)
    assert Likely.objects.filter(likeness=1, one_id__in=BusStop.objects.filter(code="А").values("pk")).exists()


def test_what_a_person_dismissed_is_not_offered_again(client, registrar):
    one, two = stop("Ринок", "1"), stop("Ринок", "2")
    assert client.post(reverse("bus_stops:bus-stops-doubles-find")).status_code == 302
    pair = likely_pairs(STOPS, registrar).get()
    page = client.get(reverse("bus_stops:bus-stops-doubles")).content.decode()
    assert f"card={one.pk}&amp;card={two.pk}" in page
    assert client.post(reverse("bus_stops:bus-stops-doubles-dismiss", args=[pair.pk])).status_code == 302
    assert find_doubles(STOPS, by=BY) == 0
    dismiss(pair, by=registrar)
    assert not likely_pairs(STOPS, registrar).exists()


def test_a_register_without_doubles_says_so(client):
    page = client.get(reverse("bus_stops:bus-stops-doubles")).content.decode()
    assert "Двійників ще не шукали" in page
    client.post(reverse("bus_stops:bus-stops-doubles-find"))
    assert "Двійників немає" in client.get(reverse("bus_stops:bus-stops-doubles")).content.decode()


# -- merging --------------------------------------------------------------------------------------------


def test_three_cards_become_one_and_three_again(client):
    cards = [stop("Ринок", "1", landmark="а"), stop("Рынок", "2", landmark="б"), stop("Ринок-2", "3", lit=True)]
    url = f"{reverse('bus_stops:bus-stops-merge-cards')}?" + "&".join(f"card={card.pk}" for card in cards)
    given = {"kept": cards[0].pk, "take-landmark": cards[1].pk, "take-lit": cards[2].pk}
    short = client.post(url, {**given, "reason": " "})
    assert short.status_code == 422
    assert f'value="{cards[1].pk}" checked' in short.content.decode()
    done = client.post(url, {**given, "reason": "таблички стоять на одному стовпі"})
    assert done.status_code == 302
    kept = BusStop.objects.get(archived_at=None)
    assert (kept.landmark, kept.lit, kept.name) == ("б", True, "Ринок")
    head = Merge.objects.get(part_of=None)
    assert client.post(reverse("bus_stops:bus-stops-merge-undo", args=[head.pk]), {}).status_code == 302
    kept.refresh_from_db()
    assert (kept.landmark, kept.lit) == ("а", False) and BusStop.objects.filter(archived_at=None).count() == 3


def test_history_says_what_became_of_both(in_alpha):
    kept, dropped = stop("Ринок", "1"), stop("Рынок", "2", landmark="біля аптеки")
    merge(kept, dropped, chosen={"landmark": dropped.pk})
    assert "«Рынок» обʼєднано з «Ринок»: двійник" in history_of(dropped)[0].reason
    assert "біля аптеки" in str(history_of(kept)[0].changes)
    assert successor(BusStop, dropped.pk) == kept.pk
    third = stop("Базар", "3")
    merge(third, BusStop.objects.get(pk=kept.pk))
    assert successor(BusStop, dropped.pk) == third.pk


def test_undo_says_what_was_decided_since(client):
    kept, dropped = stop("Ринок", "1"), stop("Рынок", "2", landmark="біля аптеки")
    done = merge(kept, dropped, chosen={"landmark": dropped.pk})
    kept.refresh_from_db()
    kept.landmark = "коло мосту"
    save_card(STOPS, kept, by=BY)
    url = reverse("bus_stops:bus-stops-merge-undo", args=[done.pk])
    assert "«Орієнтир» картки «Ринок» відтоді змінено" in client.get(url).content.decode()
    client.post(url, {})
    kept.refresh_from_db()
    assert kept.landmark == "коло мосту" and BusStop.objects.filter(archived_at=None).count() == 2


@pytest.mark.parametrize("query", ["", "card=1", "card=1&card=1", "card=a&card=b", "card=99999999999999999999&card=1"])
def test_wrong_addresses_are_404(client, query):
    assert client.get(f"{reverse('bus_stops:bus-stops-merge-cards')}?{query}").status_code == 404


def test_two_people_at_once_merge_it_one_way(transactional_db, alpha):
    """A into B and B into A: locks are taken in one order, the second is told that the card has left."""
    with tenant_context(alpha):
        one, two = stop("Ринок", "1"), stop("Рынок", "2")
    outcomes = []

    def work(kept, dropped):
        try:
            with tenant_context(alpha):
                merge(BusStop.objects.get(pk=kept), BusStop.objects.get(pk=dropped))
            outcomes.append("merged")
        except ValidationError as refused:
            outcomes.append(refused.messages[0])
        finally:
            with tenant_context(alpha):
                connections["default"].close()

    threads = [threading.Thread(target=work, args=pair) for pair in ((one.pk, two.pk), (two.pk, one.pk))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted("архіві" in told or told == "merged" for told in outcomes) == [True, True]
    assert outcomes.count("merged") == 1
    with tenant_context(alpha):
        assert BusStop.objects.filter(archived_at=None).count() == 1


# -- parties (ID-001, ID-002, ID-005) ------------------------------------------------------------------


def test_different_codes_are_different_parties_until_somebody_explains(in_alpha):
    kept, dropped = company("ТОВ «Зоря»", "9900201"), company("ТОВ «Зоря Плюс»", "9900202")
    for given in ({}, {"knowingly": True}, {"reason": "перейменовано, виписка з ЄДР від 01.02.2026"}):
        with pytest.raises(ValidationError, match=r"Різні чинні коди: Код ЄДРПОУ"):
            merge(kept, dropped, **given)
    assert merge(kept, dropped, reason="перейменовано, виписка з ЄДР від 01.02.2026", knowingly=True)


def test_the_page_asks_whether_it_is_meant(client):
    pair = company("ТОВ «Зоря»", "9900201"), company("ТОВ «Зоря Плюс»", "9900202")
    url = f"{PARTIES.url('merge-cards')}?card={pair[0].pk}&card={pair[1].pk}"
    assert "Різні чинні коди" in client.get(url).content.decode()
    given = {"kept": pair[0].pk, "knowingly": "on", "take-short_name": pair[1].pk}
    short = client.post(url, {**given, "reason": "двійник"})
    assert short.status_code == 422 and "не коротше" in short.content.decode()
    assert client.post(url, {**given, "reason": "перейменовано, виписка від 01.02.2026"}).status_code == 302


def test_people_with_different_numbers_are_different(in_alpha):
    born = date(1985, 6, 15)
    people = [
        save_card(PARTIES, Party(kind="person", last_name="Мельник", first_name="Ірина", rnokpp=complete_rnokpp(born, serial)), by=BY)
        for serial in ("1232", "1252")
    ]  # fmt: skip
    with pytest.raises(ValidationError, match="РНОКПП"):
        merge(*people)
    with pytest.raises(ValidationError, match="Організація й людина"):
        merge(people[0], company("ТОВ «Зоря»", ""))


def test_a_code_moves_to_the_party_that_stays(in_alpha):
    """Both have a main account, one of them the same: the code is unique among the living at every moment."""
    kept, dropped = company("ТОВ «Зоря»", ""), company("Зоря ТОВ", "9900201")
    code = dropped.edrpou
    numbers = [complete_iban("300465", f"2600{number:010}") for number in (1, 2)]
    for party, ibans in ((kept, numbers[:1]), (dropped, numbers)):
        for iban in ibans:
            save_card(register_of(BankAccount), BankAccount(party=party, iban=iban), by=BY)
    done = merge(kept, dropped, chosen={"edrpou": dropped.pk})
    kept.refresh_from_db()
    assert kept.edrpou == code
    live = BankAccount.objects.filter(party=kept, archived_at=None)
    assert sorted(live.values_list("iban", "main")) == sorted([(numbers[0], True), (numbers[1], False)])
    undo_merge(done, by=BY)
    kept.refresh_from_db()
    dropped.refresh_from_db()
    assert (kept.edrpou, dropped.edrpou, dropped.archived_at) == ("", code, None)
    assert BankAccount.objects.get(party=dropped, main=True).iban == numbers[0]
    assert BankAccount.objects.filter(party=dropped, archived_at=None).count() == 2
