"""A small OpenID provider: discovery, keys, authorisation by code with PKCE, tokens, user info. Over real HTTP."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

PAGE = (
    '<!doctype html><html lang="uk"><head><title>Постачальник</title><link rel="icon" href="data:,"></head>'
    '<body><h1>Дозволити Hromada Cloud увійти?</h1><a href="{back}">Дозволити</a></body></html>'
)


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class Provider:
    client_id, client_secret = "hromada", "дуже таємно"

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.url = ""
        self.codes: dict[str, dict[str, str]] = {}
        self.person: dict[str, Any] = {
            "sub": "42",
            "email": "iryna@example.org",
            "email_verified": True,
            "given_name": "Ірина",
            "family_name": "Мельник",
        }
        # What a broken or hostile provider would do.
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.signing_key: Any = self.key
        self.algorithm = "RS256"
        self.paths: list[str] = []

    def agree(self, address: str) -> str:
        """The person agrees on the provider's page; where the browser is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    # -- what the tenant's server asks ------------------------------------------------------------

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        path = environ["PATH_INFO"]
        self.paths.append(path)
        if path == "/authorize":
            start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
            back = escape(self.agree(f"{self.url}{path}?{environ['QUERY_STRING']}"))
            return [PAGE.format(back=back).encode()]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        routes = {
            "/.well-known/openid-configuration": self._discovery,
            "/keys": self._keys,
            "/token": lambda: self._token(form),
            "/userinfo": lambda: {**self.person, **self.userinfo},
        }
        answer = routes.get(path, lambda: None)()
        status = "200 OK" if answer is not None else "400 Bad Request"
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(answer if answer is not None else {"error": "invalid_request"}).encode()]

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _keys(self) -> dict[str, Any]:
        public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}

    def _token(self, form: dict[str, str]) -> dict[str, Any] | None:
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": asked.get("nonce"),
            **self.person,
            **self.claims,
        }
        id_token = jwt.encode(claims, self.signing_key, self.algorithm, headers={"kid": "one"})
        return {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": id_token}


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()
    server = make_server("127.0.0.1", 0, provider, handler_class=Quiet)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
