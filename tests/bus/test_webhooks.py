"""A real server in a thread is called by the real code."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kernel.audit.models import History
from kernel.bus import calling, delivery, webhooks
from kernel.bus.calling import signature
from kernel.bus.events import publish_card
from kernel.bus.models import Webhook, WebhookMessage
from kernel.bus.webhooks import FAILURES_BORNE, add_webhook, resend, send_waiting, switch_off, switch_on
from kernel.notices.models import Notice
from kernel.operations import Denied
from kernel.tenancy import tenant_context
from kernel.testing.access import OPERATOR, enter, make_person, make_role

State = WebhookMessage.State
CARD = "kernel.CardChanged"


class Receiver(HTTPServer):
    answers: list[int]
    got: list[tuple[dict[str, str], bytes]]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["content-length"]))
        server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        status = server.answers.pop(0) if server.answers else 204
        self.send_response(status)
        if status == 302:
            self.send_header("location", "/elsewhere")
        self.end_headers()
        if status not in (204, 304):
            self.wfile.write("не сьогодні".encode())

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver(("127.0.0.1", 0), _Handler)
    server.answers, server.got = [], []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def hook(in_alpha, receiver) -> tuple[Webhook, str]:
    return add_webhook("Сайт", f"http://127.0.0.1:{receiver.server_port}/hook?k=1", [CARD], by=OPERATOR)


def change(pk: int = 7) -> None:
    publish_card("contacts.contacts", pk, 2, "saved")
    delivery.deliver_waiting()


def hasten() -> None:
    WebhookMessage.objects.filter(state=State.WAITING).update(next_at=timezone.now() - timedelta(seconds=1))


def test_a_change_arrives_signed(hook, receiver):
    _webhook, secret = hook
    change()
    assert not send_waiting()
    ((headers, body),) = receiver.got
    told = json.loads(body)
    assert told["type"] == CARD
    assert told["data"] == {"register": "contacts.contacts", "pk": "7", "version": 2, "verb": "saved", "pks": []}
    expected = signature(secret, headers["webhook-id"], int(headers["webhook-timestamp"]), body)
    assert headers["webhook-signature"] == expected
    message = WebhookMessage.objects.get()
    assert (message.state, message.status, message.attempts) == (State.DELIVERED, 204, 1)
    assert headers["webhook-id"] == f"msg_{message.pk.hex}"
    send_waiting()
    assert len(receiver.got) == 1


def test_a_failure_is_tried_again_under_the_same_key(hook, receiver):
    receiver.answers = [500, 302]
    change()
    for _time in range(3):
        send_waiting()
        hasten()
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1 and len(receiver.got) == 3
    message = WebhookMessage.objects.get()
    assert [one["status"] for one in message.tries] == [500, 302, 204]
    assert "не сьогодні" in message.tries[0]["error"]
    assert message.state == State.DELIVERED
    hook[0].refresh_from_db()
    assert hook[0].failures == 0


def test_changes_of_one_card_arrive_in_order(hook, receiver):
    receiver.answers = [500]
    change(7)
    send_waiting()
    change(7)
    change(8)
    send_waiting()
    assert [json.loads(body)["data"]["pk"] for _h, body in receiver.got] == ["7", "8"], "the second of 7 waits"
    hasten()
    send_waiting()
    assert [json.loads(body)["data"]["pk"] for _h, body in receiver.got] == ["7", "8", "7", "7"]


def test_nobody_listens(hook, receiver):
    Webhook.objects.update(url="http://127.0.0.1:9/")
    change()
    send_waiting()
    message = WebhookMessage.objects.get()
    assert message.status is None and "не відповів" in message.last_error and message.state == State.WAITING


def test_a_slow_server_is_not_waited_for_long(hook, receiver, monkeypatch):
    monkeypatch.setattr(calling, "PATIENCE", 0.05)
    listening = calling.socket.create_server(("127.0.0.1", 0))
    Webhook.objects.update(url=f"http://127.0.0.1:{listening.getsockname()[1]}/")
    change()
    send_waiting()
    listening.close()
    assert "timed out" in WebhookMessage.objects.get().last_error


def test_after_many_failures_nobody_is_called_and_the_administrator_hears(hook, receiver):
    boss = make_person()
    role = make_role("boss", access=3)
    from kernel.access.dates import local_today

    boss.assignments.create(role=role, valid_from=local_today(), given_by="тести")
    receiver.answers = [500] * 100
    Webhook.objects.update(failures=FAILURES_BORNE - 1)
    change()
    send_waiting()
    webhook = Webhook.objects.get()
    assert webhook.disabled_at and "поспіль" in webhook.disabled_why
    told = Notice.objects.get(person=boss)
    assert "Сайт" in told.title and told.url == f"/administration/webhooks/{webhook.pk}/"
    calls = len(receiver.got)
    change(8)
    hasten()
    send_waiting()
    assert len(receiver.got) == calls
    receiver.answers = []
    switch_on(webhook, by=OPERATOR)
    send_waiting()
    assert set(WebhookMessage.objects.values_list("state", flat=True)) == {State.DELIVERED}


def test_gone_means_gone(hook, receiver):
    receiver.answers = [410]
    change()
    send_waiting()
    assert Webhook.objects.get().disabled_at and WebhookMessage.objects.get().state == State.FAILED


def test_given_up_after_the_last_attempt_and_sent_again_by_hand(hook, receiver):
    receiver.answers = [500] * (len(webhooks.PAUSES) + 1)
    change()
    for _time in range(len(webhooks.PAUSES) + 1):
        send_waiting()
        hasten()
    message = WebhookMessage.objects.get()
    assert message.state == State.FAILED
    resend(message, by=OPERATOR)
    send_waiting()
    message.refresh_from_db()
    assert message.state == State.DELIVERED and len(message.tries) == len(webhooks.PAUSES) + 2


def test_a_worker_that_died_gives_its_messages_back(hook, receiver):
    change()
    queue = WebhookMessage.objects.all()
    from django.db import transaction

    with transaction.atomic():
        queue.claim("webhook", 10, webhooks.LEASE, "webhook")
    send_waiting()
    assert receiver.got == []
    hasten()
    send_waiting()
    assert len(receiver.got) == 1


def test_the_secret_is_nowhere_in_the_clear(hook):
    webhook, secret = hook
    assert secret not in webhook.secret
    assert not any(secret[6:] in str(row.after) + str(row.before) for row in History.objects.all())
    assert all("secret" not in (row.after or {}) for row in History.objects.filter(table_name="bus_webhook"))


def test_a_tenant_without_webhooks_pays_nothing(in_alpha):
    from kernel.bus.models import Delivery

    change()
    assert not Delivery.objects.filter(consumer="bus.webhooks").exists()


def test_what_is_refused(in_alpha, settings):
    for url, told in (
        ("http://127.0.0.1/x", "https://"),
        ("https://127.0.0.1/x", "внутрішню мережу"),
        ("https://nema.invalid/x", "немає в мережі"),
    ):
        settings.WEBHOOKS_MAY_CALL_INSIDE = False
        with pytest.raises(ValidationError, match=told):
            add_webhook("Сайт", url, [CARD], by=OPERATOR)
    settings.WEBHOOKS_MAY_CALL_INSIDE = True
    with pytest.raises(ValidationError, match="хоча б одну"):
        add_webhook("Сайт", "http://127.0.0.1/x", [], by=OPERATOR)
    with pytest.raises(ValidationError, match="Таких подій немає"):
        add_webhook("Сайт", "http://127.0.0.1/x", ["nobody.Knows"], by=OPERATOR)
    add_webhook("Сайт", "http://127.0.0.1/x", [CARD], by=OPERATOR)
    with pytest.raises(ValidationError, match="вже є"):
        add_webhook("Сайт 2", "http://127.0.0.1/x", [CARD], by=OPERATOR)


def test_a_switched_off_one_is_not_sent_again(hook):
    webhook, _secret = hook
    change()
    switch_off(webhook, by=OPERATOR)
    with pytest.raises(Denied, match="Увімкніть"):
        resend(WebhookMessage.objects.get(), by=OPERATOR)


# -- pages ------------------------------------------------------------------------------------------------


@pytest.fixture
def keeper(alpha, client_for):
    def make(level: int) -> Any:
        client = client_for("alpha")
        with tenant_context(alpha):
            make_role(f"bus{level}", bus=level)
            return enter(client, make_person(f"bus{level}"))

    return make


def test_the_way_through_the_pages(keeper, alpha, receiver):
    client = keeper(3)
    url = f"http://127.0.0.1:{receiver.server_port}/"
    page = client.post("/administration/webhooks/new/", {"title": "Сайт", "url": url, "events": [CARD]})
    body = page.content.decode()
    assert "whsec_" in body and "більше його не показують" in body and page["Cache-Control"] == "no-store"
    with tenant_context(alpha):
        webhook = Webhook.objects.get()
        change()
        send_waiting()
        message = WebhookMessage.objects.get()
    card = f"/administration/webhooks/{webhook.pk}/"
    shown = client.get(card).content.decode()
    assert "204" in shown and "whsec_" not in shown
    assert "Сайт" in client.get("/administration/webhooks/").content.decode()
    assert client.post(f"{card}{message.pk}/resend/", follow=True).status_code == 200
    assert "Вебхук вимкнено" in client.post(f"{card}off/", follow=True).content.decode()
    assert "Вебхук увімкнено" in client.post(f"{card}on/", follow=True).content.decode()
    assert "whsec_" in client.post(f"{card}secret/").content.decode()
    changed = client.post(f"{card}edit/", {"title": "Бот", "url": url, "events": [CARD]}, follow=True)
    assert "Бот" in changed.content.decode()
    assert client.get("/administration/bus/").status_code == 200
    wrong = client.post("/administration/webhooks/new/", {"title": "", "url": "не адреса"})
    assert wrong.status_code == 422


def test_pages_are_closed(keeper, client_for, alpha, hook):
    webhook, _secret = hook
    card = f"/administration/webhooks/{webhook.pk}/"
    paths = ("/administration/webhooks/", card, "/administration/bus/")
    for path in paths:
        assert client_for("alpha").get(path).status_code == 302
    reader, stranger = keeper(1), keeper(0)
    for path in paths:
        assert reader.get(path).status_code == 200
        assert stranger.get(path).status_code == 403
    for path in ("off/", "on/", "secret/"):
        assert reader.post(card + path).status_code == 403
    assert reader.get("/administration/webhooks/new/").status_code == 403


def test_a_neighbours_webhook_is_not_there(keeper, beta):
    with tenant_context(beta):
        webhook, _secret = add_webhook("Сайт", "http://127.0.0.1/x", [CARD], by=OPERATOR)
    assert keeper(3).get(f"/administration/webhooks/{webhook.pk}/").status_code == 404


def test_letters_set_aside_are_seen_and_decided(keeper, alpha, readers):
    from kernel.bus.models import Delivery
    from kernel.bus.outbox import publish
    from tests.bus.conftest import StopOpened

    readers.add("one", StopOpened)
    with tenant_context(alpha):
        publish(StopOpened(1), subject="stop:1")
        delivery.spread()
        Delivery.objects.update(state="set_aside", error="ValueError: отрута")
        row = Delivery.objects.get(consumer="one")
    client = keeper(3)
    assert "отрута" in client.get("/administration/bus/").content.decode()
    assert client.post(f"/administration/bus/{row.pk}/skip/", {"reason": ""}).status_code == 422
    assert client.post(f"/administration/bus/{row.pk}/skip/", {"reason": "вже не треба"}).status_code == 302
    assert "вже не відкладено" in client.post(f"/administration/bus/{row.pk}/retry/", follow=True).content.decode()
    with tenant_context(alpha):
        row.refresh_from_db()
    assert row.state == "skipped" and row.error.startswith("вже не треба") and row.decided_by
