"""Caddy with our Caddyfile, before an application that reports what reached it."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.infra.programs import ROOT, debian_program, free_port, running

BASE_DOMAIN = "hromada.test"
# X509_V_ERR_CERT_NOT_YET_VALID of OpenSSL.
NOT_YET_VALID = 9
OWN_DOMAIN = "posluhy.example.net"
KNOWN = {BASE_DOMAIN, f"console.{BASE_DOMAIN}", f"zelena.{BASE_DOMAIN}", f"nobody.{BASE_DOMAIN}", OWN_DOMAIN}


@dataclass
class Application:
    """What stands where web stands: answers with what it received."""

    port: int
    requests: list[dict[str, object]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    stopped: bool = False


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    certificate_names: tuple[str, ...] = ()

    @property
    def seen(self) -> dict[str, object]:
        """The request as it reached the application."""
        return dict(json.loads(self.body))

    def seen_header(self, name: str) -> list[str]:
        headers = self.seen["headers"]
        assert isinstance(headers, list)
        return [value for key, value in headers if key.lower() == name.lower()]


@dataclass
class Proxy:
    application: Application
    http_port: int
    https_port: int
    metrics_port: int
    authority: Path
    log: Path

    def ask(
        self,
        host: str,
        path: str = "/",
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | Iterator[bytes] | None = None,
        secure: bool = True,
        port: int | None = None,
    ) -> Answer:
        port = port or (self.https_port if secure else self.http_port)
        raw = socket.create_connection(("127.0.0.1", port), 15)
        names: tuple[str, ...] = ()
        if secure:
            raw = self._secured(raw, host)
            certificate = raw.getpeercert() or {}
            names = tuple(value for kind, value in certificate.get("subjectAltName", ()) if kind == "DNS")
        connection = http.client.HTTPConnection(host)
        connection.sock = raw
        try:
            chunked = isinstance(body, Iterator)
            connection.request(method, path, body=body, headers={**(headers or {})}, encode_chunked=chunked)
            response = connection.getresponse()
            return Answer(response.status, response.msg, response.read(), names)
        finally:
            connection.close()

    def _secured(self, raw: socket.socket, host: str, patience: float = 5) -> ssl.SSLSocket:
        """A certificate made this second is «not yet valid» to a clock that was set back since: it is asked again."""
        context = ssl.create_default_context(cafile=str(self.authority))
        address = raw.getpeername()
        until = time.monotonic() + patience
        while True:
            try:
                return context.wrap_socket(raw, server_hostname=host)
            except ssl.SSLCertVerificationError as error:
                if error.verify_code != NOT_YET_VALID or time.monotonic() > until:
                    raise
            time.sleep(0.2)
            raw = socket.create_connection(address, 15)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    application: Application

    def _answer(self) -> None:
        if self.application.stopped:
            self.close_connection = True
            return
        url = urlsplit(self.path)
        if url.path == "/internal/domain-known":
            domain = parse_qs(url.query)["domain"][0]
            self.application.asked.append(domain)
            self._send(200 if domain in KNOWN else 404, b"")
            return
        length = self.headers.get("Content-Length")
        received = len(self.rfile.read(int(length))) if length else 0
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline() or b"0", 16):
                received += len(self.rfile.read(size))
                self.rfile.readline()
        seen: dict[str, object] = {
            "method": self.command,
            "path": self.path,
            "headers": [list(pair) for pair in self.headers.items()],
            "received": received,
        }
        self.application.requests.append(seen)
        known = self.headers["Host"].split(":")[0] in KNOWN - {f"nobody.{BASE_DOMAIN}"}
        self._send(200 if known else 404, json.dumps({**seen, "padding": "а" * 3000}).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Powered-By", "a secret")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = _answer

    def log_message(self, *_args: object) -> None:
        pass


def wildcard_certificate(folder: Path) -> dict[str, str]:
    """A certificate such as an operator buys: for the base domain and everything one level under it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, BASE_DOMAIN)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(BASE_DOMAIN), x509.DNSName(f"*.{BASE_DOMAIN}")]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = {"WILDCARD_CERTIFICATE": folder / "wildcard.crt", "WILDCARD_KEY": folder / "wildcard.key"}
    files["WILDCARD_CERTIFICATE"].write_bytes(certificate.public_bytes(Encoding.PEM))
    files["WILDCARD_KEY"].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return {name: str(path) for name, path in files.items()} | {"TLS_PLATFORM": "wildcard"}


@contextmanager
def application() -> Iterator[Application]:
    state = Application(0)
    handler = type("Handler", (_Handler,), {"application": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.stopped = True
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def proxy(folder: Path, upstream: Application, **settings: str) -> Iterator[Proxy]:
    caddy = debian_program("caddy", "caddy")
    http_port, https_port, metrics_port = free_port(), free_port(), free_port()
    log = folder / "caddy.log"
    environment = {
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "BASE_DOMAIN": BASE_DOMAIN,
        "HTTP_PORT": str(http_port),
        "HTTPS_PORT": str(https_port),
        "METRICS_PORT": str(metrics_port),
        "CADDY_ADMIN": f"unix/{folder}/admin.sock",
        "TLS_FOLDER": str(ROOT / "infra/proxy/tls"),
        "TLS_PLATFORM": "internal",
        "TLS_TENANTS": "internal",
        "PAGES": str(ROOT / "infra/proxy/pages"),
        "WEB_UPSTREAM": f"127.0.0.1:{upstream.port}",
        "DOMAIN_CHECK_URL": f"http://127.0.0.1:{upstream.port}/internal/domain-known",
        "MAX_BODY_BYTES": "1000000",
        "UPSTREAM_PATIENCE": "0s",
        **settings,
    }

    def ready() -> bool:
        try:
            socket.create_connection(("127.0.0.1", https_port), 0.2).close()
        except OSError:
            return False
        return True

    with running(
        [caddy, "run", "--adapter", "caddyfile", "--config", str(ROOT / "infra/proxy/Caddyfile")],
        log=log,
        ready=ready,
        environment=environment,
    ):
        own = folder / "data/caddy/pki/authorities/local/root.crt"
        trusted = Path(settings.get("WILDCARD_CERTIFICATE", own))
        yield Proxy(upstream, http_port, https_port, metrics_port, trusted, log)
