"""The stand-in's face: Stripe's API in form fields and JSON, and the two pages a person sees."""

from __future__ import annotations

import html
import json
import re
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from provisioning.standins.stripe_till import Refused, Thing, Till

PAGE = """<!doctype html><html lang="uk"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><main><h1>{title}</h1>{body}</main></html>"""
CHECKOUT = """<p>Стенд замість Stripe: справжніх грошей немає.</p><p>До сплати: <b>{amount} грн на місяць</b></p>{error}
<form method="post"><p><label>Номер картки <input name="card" value="4242 4242 4242 4242" autocomplete="off"></label></p>
<p>4000 0000 0000 0002 — банк відхилить.</p><button>Сплатити</button></form><p><a href="{cancel}">Назад</a></p>"""
PORTAL = """<p>Стенд замість Stripe.</p>{error}<ul>{invoices}</ul>
<form method="post"><p><label>Нова картка <input name="card" value="4242 4242 4242 4242"></label></p>
<button>Зберегти картку</button></form><p><a href="{back}">Повернутися</a></p>"""


def nested(pairs: list[tuple[str, str]]) -> Thing:
    """line_items[0][price]=… → {"line_items": [{"price": …}]}"""
    tree: Thing = {}
    for key, value in pairs:
        path = [part for part in re.split(r"\[|\]", key) if part]
        place = tree
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1]] = value
    return {key: _listed(value) for key, value in tree.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(one) for key, one in value.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def till(self) -> Till:
        till: Till = self.server.till  # type: ignore[attr-defined]
        return till

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the supervisor shows every line."""

    def _answer(self, method: str) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        given = nested(parse_qsl(body if method == "POST" else address.query, keep_blank_values=True))
        try:
            if address.path.startswith("/v1/"):
                self._send(200, self._api(method, address.path.removeprefix("/v1/").split("/"), given))
            else:
                self._page(method, address.path.strip("/").split("/"), given)
        except Refused as refused:
            self._send(refused.status, refused.body)
        except (KeyError, ValueError, TypeError) as wrong:
            message = {"type": "invalid_request_error", "message": f"Missing or wrong parameter: {wrong}"}
            self._send(400, {"error": message})

    def _api(self, method: str, path: list[str], given: Thing) -> Thing:
        if not self.headers.get("Authorization", "").startswith(("Bearer sk_test_", "Basic ")):
            raise Refused(401, "Invalid API Key provided.")
        with self.till.lock:
            key = self.headers.get("Idempotency-Key", "")
            if method == "POST" and key in self.till.answers:
                return self.till.answers[key]
            answer = self._do(method, path, given)
            if method == "POST" and key:
                self.till.answers[key] = answer
            return answer

    def _do(self, method: str, path: list[str], given: Thing) -> Thing:
        till = self.till
        match (method, *path):
            case ("POST", "customers"):
                facts = {name: given.get(name) for name in ("name", "email")}
                return till.put("cus", "customer", **facts, metadata=given.get("metadata") or {})
            case ("GET", "customers", key):
                return till.get(key, "customer")
            case ("POST", "prices"):
                return till.price(given)
            case ("GET", "prices"):
                keys = given.get("lookup_keys") or []
                found = [one for one in till.of_kind("price") if not keys or one["lookup_key"] in keys]
                return {"object": "list", "url": "/v1/prices", "has_more": False, "data": found}
            case ("POST", "checkout", "sessions"):
                return till.session(given)
            case ("GET", "checkout", "sessions", key):
                return till.get(key, "checkout.session")
            case ("GET", "subscriptions", key):
                return till.get(key, "subscription")
            case ("POST", "subscriptions", key):
                return till.change(key, given)
            case ("DELETE", "subscriptions", key):
                return till.cancel(key)
            case ("GET", "invoices"):
                found = [one for one in till.of_kind("invoice") if given.get("customer") in (None, one["customer"])]
                return {"object": "list", "url": "/v1/invoices", "has_more": False, "data": found}
            case ("POST", "invoices", "create_preview"):
                return till.preview(given)
            case ("POST", "billing_portal", "sessions"):
                till.get(given["customer"], "customer")
                made = till.put(
                    "bps", "billing_portal.session", customer=given["customer"], return_url=given["return_url"]
                )
                made["url"] = f"{till.address}/portal/{made['id']}"
                return made
            case ("POST", "test_helpers", "next_month", key):
                return till.next_month(key)
        raise Refused(404, f"Unrecognized request URL ({method}: /v1/{'/'.join(path)}).")

    def _page(self, method: str, path: list[str], given: Thing) -> None:
        if path[0] == "checkout" and len(path) == 2:
            self._checkout(method, path[1], given)
        elif path[0] == "portal" and len(path) == 2:
            self._portal(method, path[1], given)
        else:
            self._show(404, "Немає такої сторінки", "")

    def _checkout(self, method: str, key: str, given: Thing) -> None:
        session = self.till.get(key, "checkout.session")
        error = ""
        if method == "POST":
            try:
                self.till.pay(key, re.sub(r"\D", "", given.get("card", "")))
            except Refused as refused:
                error = f'<p role="alert">{html.escape(str(refused))}</p>'
            else:
                self._go(session["success_url"].replace("{CHECKOUT_SESSION_ID}", key))
                return
        amount = f"{self.till.total(session['line_items']) / 100:.2f}".replace(".", ",")
        cancel = html.escape(session["cancel_url"])
        self._show(402 if error else 200, "Оплата", CHECKOUT.format(amount=amount, cancel=cancel, error=error))

    def _portal(self, method: str, key: str, given: Thing) -> None:
        visit = self.till.get(key, "billing_portal.session")
        error = ""
        if method == "POST":
            try:
                self.till.new_card(visit["customer"], re.sub(r"\D", "", given.get("card", "")))
            except Refused as refused:
                error = f'<p role="alert">{html.escape(str(refused))}</p>'
        mine = [one for one in self.till.of_kind("invoice") if one["customer"] == visit["customer"]]
        rows = "".join(f"<li>{one['number']}: {one['amount_due'] / 100:.2f} — {one['status']}</li>" for one in mine)
        self._show(
            200, "Картка й рахунки", PORTAL.format(error=error, invoices=rows, back=html.escape(visit["return_url"]))
        )

    def _show(self, status: int, title: str, body: str) -> None:
        self._write(status, PAGE.format(title=title, body=body).encode(), "text/html; charset=utf-8")

    def _send(self, status: int, body: Thing) -> None:
        self._write(status, json.dumps(body).encode(), "application/json")

    def _write(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _go(self, address: str) -> None:
        self.send_response(303)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()
