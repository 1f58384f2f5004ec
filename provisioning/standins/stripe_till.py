"""What the stand-in keeps and does: objects by their ids, money, and messages to our webhook."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import secrets
import threading
import time
import urllib.error
import urllib.request
from typing import Any

MONTH = 30 * 24 * 3600
DECLINED = "4000000000000002"
DECLINED_LATER = "4000000000000341"
PAID = "4242424242424242"
TRUE = (True, "true", "True")
RETRIES_S = (0.0, 0.5, 1.0, 2.0, 4.0)
Thing = dict[str, Any]


class Refused(Exception):
    """An error in Stripe's own words."""

    def __init__(self, status: int, message: str, *, kind: str = "invalid_request_error", code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message, **({"code": code} if code else {})}}


class Till:
    def __init__(self, address: str, webhook: str, secret: str) -> None:
        self.address, self.webhook, self.secret = address, webhook, secret
        self.things: dict[str, Thing] = {}
        self.answers: dict[str, Thing] = {}
        self.cards: dict[str, str] = {}
        self.sent: list[Thing] = []
        self.lock = threading.RLock()
        self._letters: queue.Queue[Thing] = queue.Queue()
        threading.Thread(target=self._post, daemon=True).start()

    # -- objects ----------------------------------------------------------------------------------

    def put(self, prefix: str, kind: str, **facts: Any) -> Thing:
        made: Thing = {"id": f"{prefix}_{secrets.token_hex(12)}", "object": kind, "created": int(time.time())}
        made |= {"livemode": False, **facts}
        self.things[made["id"]] = made
        return made

    def get(self, key: str, kind: str) -> Thing:
        found = self.things.get(key)
        if found is None or found["object"] != kind:
            raise Refused(404, f"No such {kind}: '{key}'", code="resource_missing")
        return found

    def of_kind(self, kind: str) -> list[Thing]:
        return [thing for thing in reversed(self.things.values()) if thing["object"] == kind]

    def price(self, given: Thing) -> Thing:
        return self.put(
            "price",
            "price",
            active=True,
            currency=given["currency"],
            unit_amount=int(given["unit_amount"]),
            recurring=given.get("recurring"),
            lookup_key=given.get("lookup_key"),
            nickname=(given.get("product_data") or {}).get("name", ""),
        )

    def session(self, given: Thing) -> Thing:
        self.get(given["customer"], "customer")
        for line in given["line_items"]:
            self.get(line["price"], "price")
        made = self.put(
            "cs_test",
            "checkout.session",
            mode=given["mode"],
            customer=given["customer"],
            client_reference_id=given.get("client_reference_id"),
            metadata=given.get("metadata") or {},
            status="open",
            payment_status="unpaid",
            subscription=None,
            success_url=given["success_url"],
            cancel_url=given["cancel_url"],
            line_items=given["line_items"],
            subscription_data=given.get("subscription_data") or {},
        )
        made["url"] = f"{self.address}/checkout/{made['id']}"
        return made

    def total(self, lines: list[Thing]) -> int:
        return sum(self.get(line["price"], "price")["unit_amount"] * int(line.get("quantity", 1)) for line in lines)

    # -- money ------------------------------------------------------------------------------------

    def pay(self, session_id: str, card: str) -> Thing:
        """The person pressed the button on the Checkout page."""
        with self.lock:
            session = self.get(session_id, "checkout.session")
            if session["status"] != "open":
                return session
            if card == DECLINED:
                raise Refused(402, "Your card was declined.", kind="card_error", code="card_declined")
            self.cards[session["customer"]] = card
            subscription = self._subscribe(session)
            session |= {"status": "complete", "payment_status": "paid", "subscription": subscription["id"]}
            invoice = self._invoice(subscription, self.total(session["line_items"]), "subscription_create")
            self.tell("customer.subscription.created", subscription)
            self.tell("invoice.paid", self._settle(invoice))
            self.tell("checkout.session.completed", session)
            return session

    def _subscribe(self, session: Thing) -> Thing:
        now = int(time.time())
        made = self.put(
            "sub",
            "subscription",
            customer=session["customer"],
            status="active",
            currency="uah",
            metadata=session["subscription_data"].get("metadata") or {},
            pending_kopecks=0,
            cancel_at_period_end=False,
        )
        items = [self._item(line["price"], int(line.get("quantity", 1)), now) for line in session["line_items"]]
        made["items"] = {"object": "list", "data": items}
        return made

    def _item(self, price: str, quantity: int, now: int) -> Thing:
        facts = {"price": self.get(price, "price"), "quantity": quantity}
        return self.put("si", "subscription_item", **facts, current_period_start=now, current_period_end=now + MONTH)

    def _invoice(self, subscription: Thing, amount: int, why: str) -> Thing:
        first = subscription["items"]["data"][0]
        start, end = first["current_period_start"], first["current_period_end"]
        details = {"subscription": subscription["id"], "metadata": subscription["metadata"]}
        return self.put(
            "in",
            "invoice",
            customer=subscription["customer"],
            number=f"STANDIN-{len(self.of_kind('invoice')) + 1:04d}",
            billing_reason=why,
            status="open",
            currency="uah",
            amount_due=amount,
            amount_paid=0,
            period_start=start,
            period_end=end,
            parent={"type": "subscription_details", "subscription_details": details},
            lines={"object": "list", "data": [{"amount": amount, "period": {"start": start, "end": end}}]},
        )

    def _settle(self, invoice: Thing) -> Thing:
        invoice |= {"status": "paid", "amount_paid": invoice["amount_due"]}
        return invoice

    def next_month(self, subscription_id: str) -> Thing:
        """Time passes: the next invoice is made and the card is tried."""
        with self.lock:
            subscription = self.get(subscription_id, "subscription")
            if subscription["cancel_at_period_end"]:
                return self.cancel(subscription_id)
            lines = [{"price": i["price"]["id"], "quantity": i["quantity"]} for i in subscription["items"]["data"]]
            for item in subscription["items"]["data"]:
                item["current_period_start"] = item["current_period_end"]
                item["current_period_end"] += MONTH
            amount = max(self.total(lines) + subscription.pop("pending_kopecks", 0), 0)
            subscription["pending_kopecks"] = 0
            invoice = self._invoice(subscription, amount, "subscription_cycle")
            if self.cards.get(subscription["customer"]) in (DECLINED, DECLINED_LATER):
                subscription["status"] = "past_due"
                self.tell("invoice.payment_failed", invoice)
            else:
                subscription["status"] = "active"
                self.tell("invoice.paid", self._settle(invoice))
            self.tell("customer.subscription.updated", subscription)
            return invoice

    def new_card(self, customer: str, card: str) -> None:
        """In the portal: what stayed unpaid is paid at once."""
        with self.lock:
            if card == DECLINED:
                raise Refused(402, "Your card was declined.", kind="card_error", code="card_declined")
            self.cards[customer] = card
            for invoice in self.of_kind("invoice"):
                if invoice["customer"] == customer and invoice["status"] == "open":
                    self.tell("invoice.paid", self._settle(invoice))
            for subscription in self.of_kind("subscription"):
                if subscription["customer"] == customer and subscription["status"] == "past_due":
                    subscription["status"] = "active"
                    self.tell("customer.subscription.updated", subscription)

    def change(self, subscription_id: str, given: Thing) -> Thing:
        """Items come and go; the difference for what is left of the month waits for the next invoice."""
        with self.lock:
            subscription = self.get(subscription_id, "subscription")
            if "cancel_at_period_end" in given:
                subscription["cancel_at_period_end"] = given["cancel_at_period_end"] in TRUE
            if "items" in given:
                items, difference = self._changed(subscription, given["items"])
                subscription["items"]["data"] = items
                if given.get("proration_behavior", "create_prorations") != "none":
                    subscription["pending_kopecks"] += difference
            self.tell("customer.subscription.updated", subscription)
            return subscription

    def preview(self, given: Thing) -> Thing:
        """The next invoice as it would be; nothing is changed."""
        with self.lock:
            subscription = self.get(given["subscription"], "subscription")
            _items, difference = self._changed(subscription, given["subscription_details"]["items"])
            parent = {"type": "subscription_item_details", "subscription_item_details": {"proration": True}}
            lines = [{"object": "line_item", "amount": difference, "currency": "uah", "parent": parent}]
            return {"object": "invoice", "currency": "uah", "lines": {"object": "list", "data": lines}}

    def _changed(self, subscription: Thing, wanted_items: list[Thing]) -> tuple[list[Thing], int]:
        """The items as they will be, and the kopecks for what is left of the month."""
        present = {item["id"]: dict(item) for item in subscription["items"]["data"]}
        first, now = subscription["items"]["data"][0], int(time.time())
        before = self._monthly(present.values())
        for wanted in wanted_items:
            if wanted.get("deleted") in TRUE:
                present.pop(wanted["id"])
            elif "id" in wanted:
                present[wanted["id"]]["quantity"] = int(wanted["quantity"])
            else:
                item = self._item(wanted["price"], int(wanted.get("quantity", 1)), first["current_period_start"])
                present[item["id"]] = item
        left = max(first["current_period_end"] - now, 0)
        return list(present.values()), round((self._monthly(present.values()) - before) * left / MONTH)

    def _monthly(self, items: Any) -> int:
        return sum(item["price"]["unit_amount"] * item["quantity"] for item in items)

    def cancel(self, subscription_id: str) -> Thing:
        with self.lock:
            subscription = self.get(subscription_id, "subscription")
            subscription["status"] = "canceled"
            self.tell("customer.subscription.deleted", subscription)
            return subscription

    # -- messages ---------------------------------------------------------------------------------

    def tell(self, kind: str, thing: Thing) -> None:
        frozen = json.loads(json.dumps(thing))
        event = self.put("evt", "event", type=kind, api_version="2026-10-28.endive", data={"object": frozen})
        self.sent.append(event)
        self._letters.put(event)

    def _post(self) -> None:
        while True:
            event = self._letters.get()
            for pause in RETRIES_S:
                time.sleep(pause)
                if self.deliver(event):
                    break

    def deliver(self, event: Thing, at: int | None = None) -> bool:
        body = json.dumps(event).encode()
        request = urllib.request.Request(  # noqa: S310
            self.webhook,
            data=body,
            headers={"Content-Type": "application/json", "Stripe-Signature": sign(body, self.secret, at)},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return bool(answer.status < 300)
        except (urllib.error.URLError, OSError):
            return False


def sign(body: bytes, secret: str, at: int | None = None) -> str:
    moment = int(time.time()) if at is None else at
    mark = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mark}"
