"""The proxy of the compose file, as Debian's Caddy runs it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.infra.proxy_bench import BASE_DOMAIN, OWN_DOMAIN, Proxy, application, proxy, wildcard_certificate

TENANT = f"zelena.{BASE_DOMAIN}"


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with application() as upstream, proxy(tmp_path_factory.mktemp("caddy"), upstream) as started:
        yield started


@pytest.mark.parametrize("host", [BASE_DOMAIN, f"console.{BASE_DOMAIN}", TENANT, OWN_DOMAIN])
def test_the_host_reaches_the_application_unchanged(edge: Proxy, host: str) -> None:
    answer = edge.ask(host, "/mapa/?q=1")
    assert answer.status == 200
    assert answer.seen_header("Host") == [host]
    assert answer.seen["path"] == "/mapa/?q=1"


def test_a_host_nobody_knows_gets_the_applications_own_404(edge: Proxy) -> None:
    answer = edge.ask(f"nobody.{BASE_DOMAIN}")
    assert answer.status == 404
    assert answer.seen_header("Host") == [f"nobody.{BASE_DOMAIN}"]


@pytest.mark.parametrize("host", [TENANT, OWN_DOMAIN])
def test_a_certificate_names_one_host_and_was_allowed_by_the_application(edge: Proxy, host: str) -> None:
    assert edge.ask(host).certificate_names == (host,)
    assert host in edge.application.asked


@pytest.mark.parametrize("host", ["stranger.example.net", f"stranger.{BASE_DOMAIN}"])
def test_no_certificate_for_a_domain_the_application_does_not_know(edge: Proxy, host: str) -> None:
    with pytest.raises(ssl.SSLError):
        edge.ask(host)
    assert host in edge.application.asked


def test_forged_forwarding_headers_are_replaced_or_dropped(edge: Proxy) -> None:
    forged = {
        "X-Forwarded-For": "203.0.113.7, 198.51.100.1",
        "X-Forwarded-Host": "other.example.net",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Port": "1",
        "X-Forwarded-Server": "x",
        "X-Forwarded-Prefix": "/x",
        "X-Forwarded-Protocol": "http",
        "X-Forwarded-Scheme": "http",
        "X-Forwarded-Ssl": "off",
        "Forwarded": "for=203.0.113.7;host=other.example.net",
        "X-Real-IP": "203.0.113.7",
        "X-Client-IP": "203.0.113.7",
        "X-Original-URL": "/console/",
        "X-Rewrite-URL": "/console/",
        "X-HTTP-Method-Override": "DELETE",
        "X-Request-ID": "chosen-by-the-client",
        "Proxy": "http://203.0.113.7",
    }
    answer = edge.ask(TENANT, headers=forged)
    assert answer.seen_header("X-Forwarded-For") == ["127.0.0.1"]
    assert answer.seen_header("X-Forwarded-Proto") == ["https"]
    assert answer.seen_header("X-Forwarded-Host") == [TENANT]
    kept = {"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"}
    assert [name for name in forged if name not in kept and answer.seen_header(name)] == []


def test_http_is_sent_to_https_on_the_same_host_and_path(edge: Proxy) -> None:
    before = len(edge.application.requests)
    answer = edge.ask(TENANT, "/zvernennia/?page=2", secure=False)
    assert answer.status == 308
    assert answer.headers["Location"] == f"https://{TENANT}/zvernennia/?page=2"
    assert len(edge.application.requests) == before


def test_answers_carry_the_security_headers_and_do_not_name_the_software(edge: Proxy) -> None:
    headers = edge.ask(TENANT).headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert [name for name in ("Server", "X-Powered-By", "Via") if headers[name]] == []


INSIDE = ["/internal", "/internal/health", "/internal/domain-known?domain=x", "/metrics", "/healthz", "/readyz"]


@pytest.mark.parametrize("path", INSIDE)
def test_inside_addresses_are_closed_from_outside(edge: Proxy, path: str) -> None:
    before = len(edge.application.requests), len(edge.application.asked)
    answer = edge.ask(TENANT, path)
    assert answer.status == 404
    assert (len(edge.application.requests), len(edge.application.asked)) == before


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused_and_told_what_to_do(edge: Proxy, chunked: bool) -> None:
    pieces = [b"x" * 100_000] * 11
    answer = edge.ask(TENANT, "/upload/", method="POST", body=iter(pieces) if chunked else b"".join(pieces))
    assert answer.status == 413
    assert "Файл завеликий" in answer.body.decode()


def test_a_body_within_the_limit_arrives_whole(edge: Proxy) -> None:
    assert edge.ask(TENANT, "/upload/", method="POST", body=b"x" * 900_000).seen["received"] == 900_000


def test_text_is_compressed(edge: Proxy) -> None:
    assert edge.ask(TENANT, headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"


def test_an_upgrade_to_a_web_socket_does_not_reach_the_application(edge: Proxy) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "dGhlIHNhbXBsZQ=="}
    answer = edge.ask(TENANT, headers=upgrade)
    assert answer.status == 200
    assert answer.seen_header("Upgrade") == []
    assert answer.seen_header("Sec-WebSocket-Key") == []


def test_an_unusual_method_is_refused(edge: Proxy) -> None:
    assert edge.ask(TENANT, method="TRACE").status == 405


def test_headers_over_the_limit_are_refused(edge: Proxy) -> None:
    assert edge.ask(TENANT, headers={"X-Long": "x" * 60_000}).status == 431


def test_the_log_keeps_no_query_cookie_or_token(edge: Proxy) -> None:
    secrets = {"Cookie": "sessionid=VERYSECRET", "Authorization": "VERYSECRET"}
    edge.ask(TENANT, "/login/?key=VERYSECRET", headers=secrets)
    log = edge.log.read_text()
    assert '"uri":"/login/"' in log
    assert "VERYSECRET" not in log


def test_prometheus_reads_the_proxys_figures_on_its_own_port(edge: Proxy) -> None:
    answer = edge.ask("proxy", "/metrics", secure=False, port=edge.metrics_port)
    assert answer.status == 200
    assert b"caddy_reverse_proxy_upstreams_healthy" in answer.body


def test_while_the_application_is_away_people_read_when_to_come_back(tmp_path: Path) -> None:
    with ExitStack() as stack:
        with application() as upstream:
            edge = stack.enter_context(proxy(tmp_path, upstream))
            assert edge.ask(TENANT).status == 200
        answer = edge.ask(TENANT)
    assert answer.status in {502, 503}
    assert answer.headers["Retry-After"] == "30"
    assert "Сервіс оновлюється" in answer.body.decode()


def test_under_a_wildcard_certificate_every_subdomain_reaches_the_application(tmp_path: Path) -> None:
    with application() as upstream, proxy(tmp_path, upstream, **wildcard_certificate(tmp_path)) as edge:
        answer = edge.ask(f"anything.{BASE_DOMAIN}")
        assert answer.status == 404
        assert answer.seen_header("Host") == [f"anything.{BASE_DOMAIN}"]
        assert answer.certificate_names == (BASE_DOMAIN, f"*.{BASE_DOMAIN}")
        assert edge.application.asked == []
