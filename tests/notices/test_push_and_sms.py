"""Web Push to a local push service that decrypts it, SMS to a local gateway, and the wishes that hold for both."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator
from datetime import datetime, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zoneinfo import ZoneInfo

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone
from py_vapid import Vapid02

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.audit.models import History
from kernel.notices import kinds, sms
from kernel.notices.kinds import notice_kind
from kernel.notices.models import Preference, PushDevice, QuietHours, Sending, SmsGateway
from kernel.notices.notify import notify
from kernel.notices.push import add_device, public_key
from kernel.notices.sending import send_waiting
from kernel.operations import Denied
from kernel.testing.access import enter, make_person, make_role

KIND = "tests.something"


class Outside(ThreadingHTTPServer):
    """Somebody else's server: remembers what it was sent, answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 201

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Outside

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_given: Any) -> None:
        return None


@pytest.fixture
def outside(settings: Any) -> Iterator[Outside]:
    settings.WEBHOOKS_MAY_CALL_INSIDE = True
    server = Outside()
    worker = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    worker.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    notice_kind(KIND, "Щось сталося")


@pytest.fixture
def person(in_alpha: Any) -> User:
    return make_person(password=None)


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Browser:
    """The device's half of the keys."""

    def __init__(self) -> None:
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.p256dh = encoded(point)

    def given(self, endpoint: str) -> dict[str, str]:
        return {"endpoint": endpoint, "p256dh": self.p256dh, "auth": encoded(self.auth)}

    def read(self, body: bytes) -> dict[str, str]:
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        return dict(json.loads(plain))


@pytest.fixture
def browser(person: User, outside: Outside) -> Browser:
    made = Browser()
    add_device(**made.given(f"{outside.url}/push/1"), name="Firefox", by=person)
    return made


def told(person: User, **more: Any) -> None:
    notify([person], kind=KIND, title="Доручення № 5", body="Строк завтра", url="/tasks/5/", **more)


def state(person: User, channel: str) -> tuple[str, str]:
    row = Sending.objects.filter(person=person, channel=channel).latest("id")
    return row.state, row.why


# -- push ---------------------------------------------------------------------------------------------


def test_the_device_decrypts_what_the_site_signed(person: User, browser: Browser, outside: Outside) -> None:
    told(person, urgent=True)
    send_waiting()
    ((path, headers, body),) = outside.asked
    assert path == "/push/1" and "Доручення".encode() not in body
    message = browser.read(body)
    assert (message["title"], message["body"], message["url"]) == ("Доручення № 5", "Строк завтра", "/tasks/5/")
    assert (headers["content-encoding"], headers["urgency"]) == ("aes128gcm", "high") and int(headers["ttl"]) > 0
    signed, key = (part.split("=", 1)[1] for part in headers["authorization"].removeprefix("vapid ").split(","))
    assert key == public_key()
    assert Vapid02.verify(headers["authorization"])
    claims = json.loads(base64.urlsafe_b64decode(signed.split(".")[1] + "=="))
    assert claims["aud"] == outside.url and claims["sub"].startswith("mailto:")
    assert state(person, "push") == ("sent", "")


def test_a_device_that_is_gone_is_forgotten(person: User, browser: Browser, outside: Outside) -> None:
    outside.status = 410
    told(person)
    send_waiting()
    assert not PushDevice.objects.exists() and state(person, "push")[0] == "waiting"
    outside.status = 201
    told(person)
    assert not Sending.objects.filter(channel="push", notice__title="Доручення № 5", state="waiting").count() > 1


def test_a_service_that_is_down_is_tried_again(person: User, browser: Browser, outside: Outside) -> None:
    outside.status = 503
    told(person)
    send_waiting()
    assert state(person, "push") == ("waiting", "служба сповіщень відповіла 503")
    Sending.objects.update(next_at=timezone.now())
    outside.status = 201
    send_waiting()
    assert state(person, "push") == ("sent", "") and PushDevice.objects.count() == 1


def test_wishes_and_quiet_hours_hold(
    person: User, browser: Browser, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    QuietHours.objects.create(person=person, begins=time(0), ends=time(23, 59))
    night = datetime(2026, 11, 21, 3, 0, tzinfo=ZoneInfo("Europe/Kyiv"))
    monkeypatch.setattr(timezone, "now", lambda: night)
    told(person)
    send_waiting()
    assert outside.asked == [] and state(person, "push") == ("waiting", "тихі години")
    Preference.objects.create(person=person, kind=KIND, channel="push", wanted=False)
    told(person, urgent=True)
    send_waiting()
    assert outside.asked == [] and state(person, "push")[0] == "skipped"


def test_nobody_without_a_device_has_it_in_the_journal(person: User) -> None:
    told(person)
    assert not Sending.objects.filter(channel="push").exists()


@pytest.mark.parametrize(
    "wrong", [{"endpoint": "javascript:1"}, {"p256dh": "AAAA"}, {"auth": "x"}, {"endpoint": "https://" + "я" * 1100}]
)
def test_what_is_no_subscription_is_refused(person: User, outside: Outside, wrong: dict[str, str]) -> None:
    given = {**Browser().given(f"{outside.url}/push"), **wrong}
    with pytest.raises(ValidationError, match="увімкніть ще раз"):
        add_device(**given, name="Firefox", by=person)


def test_an_inner_address_is_never_called(person: User, settings: Any) -> None:
    settings.WEBHOOKS_MAY_CALL_INSIDE = False
    add_device(**Browser().given("https://127.0.0.1/push"), name="Firefox", by=person)
    told(person)
    send_waiting()
    assert "внутрішню мережу" in state(person, "push")[1]


def test_a_browser_is_added_and_left_on_its_page(client_for: Any, person: User, outside: Outside) -> None:
    client = enter(client_for("alpha"), person)
    page = client.get("/notices/preferences/").content.decode()
    assert f'<push-device data-key="{public_key()}" data-worker="/push-worker.js">' in page
    worker = client.get("/push-worker.js")
    assert worker["Content-Type"].startswith("text/javascript") and b"showNotification" in worker.content
    made = client.post("/notices/devices/", Browser().given(f"{outside.url}/a"), headers={"user-agent": "Firefox/130"})
    assert made.status_code == 302
    device = PushDevice.objects.get()
    assert device.person == person
    stranger = enter(client_for("alpha"), make_person(password=None))
    assert stranger.post(f"/notices/devices/{device.pk}/remove/").status_code == 404
    client.post("/accounts/logout/")
    assert not PushDevice.objects.exists(), "the next person at this browser sees nothing of the first"
    made = History.objects.filter(table_name="notices_pushdevice").first()
    assert made and "endpoint" not in str(made.before) + str(made.after)


# -- SMS ----------------------------------------------------------------------------------------------


@pytest.fixture
def admin(in_alpha: Any) -> User:
    make_role("admin", access=Level.MANAGE)
    return make_person("admin", password=None)


@pytest.fixture
def wanted(person: User) -> None:
    sms.set_number("+380671234567", by=person)
    Preference.objects.create(person=person, kind=KIND, channel="sms", wanted=True)


def gateway(by: User, **more: str) -> SmsGateway:
    given = {"mode": "http", "url": "", "token": "", "sender": "Gromada", "template": SmsGateway().template}
    return sms.set_gateway(by=by, **{**given, **more})


def test_a_gateway_is_called_with_its_own_words(person: User, wanted: None, admin: User, outside: Outside) -> None:
    gateway(
        admin,
        url=f"{outside.url}/send?v=1",
        token="key-1",
        template='{"phone": ["{phone}"], "sms": {"sender": "{sender}", "text": "{text}", "ttl": 60}}',
    )
    notify([person], kind=KIND, title='Лапки " і } дужка')
    send_waiting()
    ((path, _headers, body),) = outside.asked
    content = json.loads(body)
    assert path == "/send?v=1" and content["phone"] == ["+380671234567"]
    assert content["sms"]["sender"] == "Gromada" and content["sms"]["ttl"] == 60
    assert content["sms"]["text"].endswith('Лапки " і } дужка')
    assert state(person, "sms") == ("sent", "")


def test_the_token_is_sealed_sent_and_never_shown(
    person: User, wanted: None, admin: User, outside: Outside, client_for: Any
) -> None:
    gateway(admin, url=outside.url, token="key-123")
    gateway(admin, url=outside.url, sender="Rada")
    kept = SmsGateway.objects.get()
    assert kept.token and "key-123" not in kept.token and kept.sender == "Rada"
    assert "token" not in str(list(History.objects.filter(table_name="notices_smsgateway").values("before", "after")))
    page = enter(client_for("alpha"), admin).get("/notices/gateway/").content.decode()
    assert outside.url in page and "key-123" not in page and kept.token not in page
    told(person)
    send_waiting()
    assert outside.asked[0][1]["authorization"] == "Bearer key-123"


def test_the_stand_in_only_writes_it_down(person: User, wanted: None, admin: User, outside: Outside) -> None:
    gateway(admin, mode="journal")
    told(person)
    send_waiting()
    found = state(person, "sms")
    assert found[0] == "sent" and "лише журнал" in found[1] and "Доручення № 5" in found[1]
    assert outside.asked == []


def test_a_gateway_that_refuses_is_tried_again(person: User, wanted: None, admin: User, outside: Outside) -> None:
    gateway(admin, url=outside.url)
    outside.status = 500
    told(person)
    send_waiting()
    assert state(person, "sms") == ("waiting", "шлюз SMS відповів 500")


def test_wishes_numbers_and_quiet_hours_hold_for_sms(person: User, admin: User, outside: Outside) -> None:
    gateway(admin, url=outside.url)
    told(person)
    assert not Sending.objects.filter(channel="sms").exists(), "nobody gets it who did not ask"
    Preference.objects.create(person=person, kind=KIND, channel="sms", wanted=True)
    told(person)
    assert state(person, "sms") == ("skipped", "немає адреси")
    sms.set_number("067 123-45-67", by=person)
    QuietHours.objects.create(person=person, begins=time(0), ends=time(23, 59, 59))
    told(person)
    send_waiting()
    assert state(person, "sms") == ("waiting", "тихі години") and outside.asked == []
    sms.set_number("", by=person)
    told(person)
    assert state(person, "sms") == ("skipped", "немає адреси")


def test_without_a_gateway_the_journal_says_so(person: User, wanted: None) -> None:
    told(person)
    assert state(person, "sms") == ("skipped", "канал не підключено")


@pytest.mark.parametrize(
    ("wrong", "told_"),
    [
        ({"url": "http//x"}, "https://"),
        ({"url": ""}, "https://"),
        ({"token": "таємниця"}, "кабінету оператора"),
        ({"template": "{phone} {text}"}, "не JSON"),
        ({"template": '{"to": "{phone}"}'}, "куди й що"),
    ],
)
def test_a_gateway_set_up_wrongly_is_told_why(admin: User, outside: Outside, wrong: dict[str, str], told_: str) -> None:
    with pytest.raises(ValidationError, match=told_):
        gateway(admin, **{"url": outside.url, **wrong})
    assert not SmsGateway.objects.exists()


def test_only_the_administrator_sets_it_up(person: User, outside: Outside, client_for: Any) -> None:
    with pytest.raises(Denied):
        gateway(person, url=outside.url)
    assert enter(client_for("alpha"), person).get("/notices/gateway/").status_code == 403
