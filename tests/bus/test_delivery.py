from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from kernel.access.levels import Level
from kernel.bus import delivery, jobs, outbox
from kernel.bus.delivery import MOST_ATTEMPTS, deliver_waiting, forget_delivered, retry_delivery, skip_delivery, spread
from kernel.bus.events import CARDS_IN_A_LETTER, CardChanged, publish_card, publish_cards
from kernel.bus.models import Delivery, Event
from kernel.bus.outbox import OutsideTransaction, publish
from kernel.operations import Denied
from kernel.tenancy import NoTenant, platform_context, tenant_context
from kernel.tenancy.actor import Actor, acting
from kernel.testing.access import make_person, make_role
from tests.bus.conftest import StopClosed, StopOpened

State = Delivery.State


def states() -> dict[tuple[int, str], str]:
    return {(row.event.payload["stop"], row.consumer): row.state for row in Delivery.objects.select_related("event")}


def hasten() -> None:
    Delivery.objects.filter(state=State.WAITING).update(next_at=timezone.now() - timedelta(seconds=1))


def test_an_event_reaches_those_who_asked(in_alpha, readers):
    readers.add("one", StopOpened)
    readers.add("both", StopOpened, StopClosed)
    with acting(Actor("user", "7", "Коваленко Олена", request_id="запит-1")):
        publish(StopOpened(1), subject="stop:1")
    publish(StopClosed(1), subject="stop:1")
    assert not deliver_waiting()
    assert sorted(readers.read, key=str) == sorted(
        [("both", StopClosed(1)), ("both", StopOpened(1)), ("one", StopOpened(1))], key=str
    )
    letter = readers.letters[0]
    assert (letter.type, letter.subject, letter.actor["name"]) == ("tests.StopOpened", "stop:1", "Коваленко Олена")
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def test_nothing_is_told_of_what_was_undone(in_alpha, readers):
    readers.add("one", StopOpened)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish(StopOpened(1))
        raise ZeroDivisionError
    deliver_waiting()
    assert readers.read == [] and not Event.objects.exists()


def test_what_was_read_is_not_read_again(in_alpha, readers):
    readers.add("one", StopOpened)
    publish(StopOpened(1))
    for _time in range(3):
        deliver_waiting()
        hasten()
    assert len(readers.read) == 1
    Event.objects.update(spread_at=None)
    spread()
    deliver_waiting()
    assert len(readers.read) == 1, "given out twice, it is still one delivery"


def test_letters_of_a_subject_keep_their_order_and_others_do_not_wait(in_alpha, readers, monkeypatch):
    readers.add("one", StopOpened, StopClosed)
    readers.failing["one"] = RuntimeError("база зайнята")
    publish(StopOpened(1), subject="stop:1")
    deliver_waiting()
    del readers.failing["one"]
    publish(StopClosed(1), subject="stop:1")
    publish(StopOpened(2), subject="stop:2")
    deliver_waiting()
    assert readers.read == [("one", StopOpened(2))], "the second letter of stop 1 waits for the first"
    hasten()
    deliver_waiting()
    assert readers.read == [("one", StopOpened(2)), ("one", StopOpened(1)), ("one", StopClosed(1))]


def test_one_bad_letter_harms_no_other(in_alpha, readers):
    readers.add("good", StopOpened)
    readers.add("bad", StopOpened)
    readers.failing["bad"] = ValueError("не читається")
    for stop in (1, 2):
        publish(StopOpened(stop))
    deliver_waiting()
    assert states() == {(1, "good"): "done", (2, "good"): "done", (1, "bad"): "waiting", (2, "bad"): "waiting"}
    failed = Delivery.objects.filter(consumer="bad").first()
    assert failed.error == "ValueError: не читається"
    assert timezone.now() + timedelta(seconds=5) < failed.next_at < timezone.now() + timedelta(seconds=15)


def test_work_done_before_a_failure_is_undone(in_alpha, monkeypatch, readers):
    """The mark and the work are one: a consumer that dies in the middle leaves nothing."""
    from kernel.bus.consume import consumes

    def careless(event: StopOpened, letter: object) -> None:
        make_person(last_name=f"Слід{event.stop}")
        if event.stop == 2:
            raise ValueError

    consumes(StopOpened, consumer="careless")(careless)
    from kernel.access.models import User

    for stop in (1, 2, 3):
        publish(StopOpened(stop))
    deliver_waiting()
    hasten()
    deliver_waiting()
    assert set(User.objects.filter(last_name__startswith="Слід").values_list("last_name", flat=True)) == {
        "Слід1",
        "Слід3",
    }
    assert User.objects.filter(last_name__startswith="Слід").count() == 2


def test_a_poisoned_letter_is_set_aside_and_the_rest_goes_on(in_alpha, readers):
    readers.add("one", StopOpened)
    readers.failing["one"] = ValueError("отрута")
    publish(StopOpened(1), subject="stop:1")
    for _attempt in range(MOST_ATTEMPTS):
        deliver_waiting()
        hasten()
    aside = Delivery.objects.get()
    assert (aside.state, aside.attempts) == (State.SET_ASIDE, MOST_ATTEMPTS)
    del readers.failing["one"]
    publish(StopOpened(2), subject="stop:1")
    deliver_waiting()
    assert readers.read == [("one", StopOpened(2))]

    by = make_person()
    with pytest.raises(Denied):
        retry_delivery(aside, by=by)
    keeper = make_person()
    role = make_role("bus_keeper", bus=Level.MANAGE)
    from kernel.access.dates import local_today

    keeper.assignments.create(role=role, valid_from=local_today(), given_by="тести")
    retry_delivery(aside, by=keeper)
    deliver_waiting()
    assert readers.read[-1] == ("one", StopOpened(1))
    with pytest.raises(Denied, match="вже не відкладено"):
        skip_delivery(aside, by=keeper, reason="зайва")


def test_a_reader_that_kills_its_worker_is_noticed(in_alpha, readers):
    """Claimed and never finished: tried again when the lease is over, and given up after the same number of times."""
    readers.add("one", StopOpened)
    publish(StopOpened(1))
    spread()
    with transaction.atomic():
        (first,) = Delivery.objects.claim("consumer", 10, delivery.LEASE, "event")
    deliver_waiting()
    assert readers.read == [], "leased to a worker that may be alive"
    hasten()
    deliver_waiting()
    assert readers.read == [("one", StopOpened(1))]
    delivery._read_all("one", [first])
    assert len(readers.read) == 1, "the first worker, come back from the dead, finds it taken over"


def test_events_nobody_can_read_any_more_are_set_aside(in_alpha, readers):
    readers.add("one", StopOpened)
    event = publish(StopOpened(1))
    spread()
    Event.objects.filter(pk=event.pk).update(type="gone.Module")
    deliver_waiting()
    assert "gone.Module" in Delivery.objects.get().error


def test_an_import_of_many_cards_writes_few_rows(in_alpha, readers):
    letters = publish_cards("addresses.addresses", range(100_000), "imported")
    assert letters == 100_000 // CARDS_IN_A_LETTER == Event.objects.count()
    readers.add("one", CardChanged)
    deliver_waiting()
    assert sum(len(what.cards) for _name, what in readers.read) == 100_000


def test_one_card(in_alpha):
    publish_card("addresses.addresses", 7, 3, "archived")
    event = Event.objects.get()
    assert (event.type, event.subject) == ("kernel.CardChanged", "addresses.addresses:7")
    assert event.payload == {"register": "addresses.addresses", "pk": "7", "version": 3, "verb": "archived", "pks": []}


def test_publishing_costs_one_statement(in_alpha, django_assert_num_queries):
    with django_assert_num_queries(1):
        publish(StopOpened(1), subject="stop:1")


def test_a_neighbour_hears_nothing(alpha, beta, readers):
    readers.add("one", StopOpened)
    with tenant_context(alpha):
        publish(StopOpened(1))
    with tenant_context(beta):
        deliver_waiting()
        assert readers.read == [] and not Event.objects.exists()
    with platform_context(), pytest.raises(NoTenant):
        publish(StopOpened(1))


def test_a_transaction_wakes_the_worker_once(in_alpha, monkeypatch, django_capture_on_commit_callbacks):
    woken: list[str] = []
    monkeypatch.setattr(jobs.deliver, "delay", lambda: woken.append("!"))

    def transaction_of(stops: range) -> int:
        connection.run_on_commit.clear()
        with django_capture_on_commit_callbacks(execute=True) as ran:
            for stop in stops:
                publish(StopOpened(stop))
        return len(ran)

    assert transaction_of(range(5)) == 1 and woken == ["!"]
    assert transaction_of(range(9, 10)) == 1 and woken == ["!"], "it was woken and has not begun"
    jobs.deliver()
    transaction_of(range(10, 11))
    assert woken == ["!", "!"]


def test_a_nudge_undone_with_its_savepoint_does_not_count(in_alpha, monkeypatch, django_capture_on_commit_callbacks):
    woken: list[str] = []
    monkeypatch.setattr(jobs.deliver, "delay", lambda: woken.append("!"))
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            publish(StopOpened(1))
            raise ZeroDivisionError
        with transaction.atomic():
            publish(StopOpened(2))
    assert woken == ["!"]


def test_the_sweep_finds_what_no_nudge_told_of(alpha, beta, platform, monkeypatch):
    from kernel.tenancy import current_tenant

    woken: list[str] = []
    monkeypatch.setattr(jobs.deliver, "delay", lambda: woken.append(current_tenant().slug))
    with tenant_context(beta):
        publish(StopOpened(1))
    jobs.sweep_everywhere()
    assert woken == ["beta"]


def test_old_letters_go_but_not_those_set_aside(in_alpha, readers):
    readers.add("one", StopOpened)
    for stop in (1, 2):
        publish(StopOpened(stop))
    deliver_waiting()
    Delivery.objects.filter(event__payload__stop=2).update(state=State.SET_ASIDE)
    assert forget_delivered() == 0
    forget_delivered(timezone.now() + timedelta(days=31))
    assert [event.payload["stop"] for event in Event.objects.all()] == [2]


def test_publishing_outside_a_transaction_is_refused(transactional_db, alpha):
    with tenant_context(alpha):
        assert not connection.in_atomic_block
        with pytest.raises(OutsideTransaction):
            outbox.publish(StopOpened(1))


def test_readers_are_named_once_however_many_letters_wait_for_them(in_alpha, readers):
    readers.add("one", StopOpened)
    readers.add("other", StopOpened)
    for stop in range(3):
        publish(StopOpened(stop))
    spread()
    assert Delivery.objects.waited_for("consumer") == ["one", "other"]
