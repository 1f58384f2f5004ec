"""Signatures by the published example of Standard Webhooks, and addresses nobody may be sent to."""

from __future__ import annotations

import pytest

from kernel.bus import calling
from kernel.bus.calling import Unreachable, addresses_of, call, headers_for, is_outside, require_callable, signature

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_signature_is_that_of_the_standard():
    """The test vector of the specification's own libraries."""
    body = b'{"test": 2432232314}'
    found = signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_headers():
    sent = headers_for(SECRET, "msg_1", b"{}", 1614265330)
    assert sent["webhook-id"] == "msg_1" and sent["webhook-timestamp"] == "1614265330"
    assert sent["webhook-signature"].startswith("v1,")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
        *("224.0.0.1", "255.255.255.255", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:53aa:64c:0:0:0:1"),
    ],
)
def test_addresses_of_inner_networks(address):
    assert not is_outside(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_addresses_of_the_world(address):
    assert is_outside(address)


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/", "https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://2130706433/"),
        *("https://0x7f.1/", "https://[::ffff:10.0.0.1]/"),
    ],
)
def test_in_production_no_call_reaches_inside(settings, url):
    settings.WEBHOOKS_MAY_CALL_INSIDE = False
    with pytest.raises(Unreachable):
        call(url, SECRET, "msg_1", b"{}")


def test_one_inner_address_among_others_is_enough_to_refuse(settings, monkeypatch):
    settings.WEBHOOKS_MAY_CALL_INSIDE = False
    rows = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.7", 443))]
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *_args, **_kwargs: rows)
    with pytest.raises(Unreachable, match="внутрішню мережу"):
        addresses_of("example.org", 443)


def test_the_checked_address_is_the_one_called(monkeypatch):
    """A name that leads elsewhere a moment later leads nobody astray."""
    went: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], _timeout: int) -> None:
        went.append(address)
        raise ConnectionRefusedError("ніхто не слухає")

    monkeypatch.setattr(calling, "addresses_of", lambda host, port: ["93.184.216.34"])
    monkeypatch.setattr(calling.socket, "create_connection", connect)
    with pytest.raises(Unreachable, match="не відповів"):
        call("https://example.org:8443/hook", SECRET, "msg_1", b"{}")
    assert went == [("93.184.216.34", 8443)]


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://example.org/", "file:///etc/passwd", "javascript:alert(1)", "example.org", "", "https://", "//x/y"),
        *("https://user:secret@example.org/", "https://example.org:notaport/", "https://[bad/", "https://a:99999/"),
    ],
)
def test_addresses_that_are_none(url):
    with pytest.raises(Unreachable):
        require_callable(url)


def test_plain_http_is_for_development(settings):
    settings.WEBHOOKS_MAY_CALL_INSIDE = False
    with pytest.raises(Unreachable, match="https://"):
        require_callable("http://example.org/hook")
    settings.WEBHOOKS_MAY_CALL_INSIDE = True
    assert require_callable("http://example.org/hook?a=1") == ("http", "example.org", 80, "/hook?a=1")
