"""The book of entries, and what in it deserves a second look."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.usersessions.models import UserSession
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from kernel.access.jobs import UNUSUAL
from kernel.access.models import SignInEvent, User
from kernel.jobs.queue import enqueue

Kind, Sign = SignInEvent.Kind, SignInEvent.Sign
REMEMBERED = timedelta(days=180)
PRESENT = timedelta(minutes=15)
SUSPICIOUS_FAILURES = 3

_BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)


def device_name(user_agent: str) -> str:
    """«Firefox, Windows»: without versions, or every update would be a new device."""
    found = [
        next((name for name, pattern in table if re.search(pattern, user_agent)), "") for table in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(part for part in found if part) or user_agent.split("/")[0][:40] or "—"


def device_of(request: HttpRequest) -> str:
    return device_name(request.META.get("HTTP_USER_AGENT", ""))


def address_of(request: HttpRequest) -> str | None:
    try:
        return str(ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


def network_of(address: str | None) -> str:
    """Providers change the last digits of an address; the network stays."""
    if not address:
        return ""
    length = 24 if ipaddress.ip_address(address).version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))


def masked(login: str) -> str:
    """What a stranger typed may be a password put into the wrong box."""
    name, at, domain = login.strip().partition("@")
    return f"{name[:2]}…@{domain}"[:254] if at else f"{name[:2]}…"


def record(request: HttpRequest, kind: str, user: User | None = None, **fields: Any) -> SignInEvent:
    return SignInEvent.objects.create(
        kind=kind,
        user=user,
        address=address_of(request),
        device=device_of(request),
        request_id=getattr(request, "request_id", ""),
        **fields,
    )


def record_failure(request: HttpRequest, login: str, kind: str = Kind.FAILURE) -> None:
    user = User.objects.filter(email__iexact=login).first()
    record(request, kind, user, login=login[:254] if user else masked(login), method="password")


def record_entry(request: HttpRequest, user: User) -> SignInEvent:
    methods = [str(one.get("type") or one["method"]) for one in get_authentication_records(request, user)]
    signs = unusual_signs(user, address_of(request), device_of(request))
    event = record(request, Kind.SUCCESS, user, method="+".join(dict.fromkeys(methods))[:60], unusual=signs)
    if signs:
        enqueue(UNUSUAL, subject=str(event.pk), event=event.pk)
    return event


def unusual_signs(user: User, address: str | None, device: str) -> list[str]:
    """Against the person's own habits; the very first entry has nothing to be compared with."""
    now = timezone.now()
    habits = set(
        SignInEvent.objects.filter(user=user, kind=Kind.SUCCESS, at__gte=now - REMEMBERED)
        .values_list("address", "device")
        .order_by()
        .distinct()
    )
    signs: list[str] = []
    if habits:
        if network_of(address) not in {network_of(known) for known, _device in habits}:
            signs.append(Sign.NEW_ADDRESS)
        if device not in {known for _address, known in habits}:
            signs.append(Sign.NEW_DEVICE)
    failures = SignInEvent.objects.filter(
        user=user, kind__in=(Kind.FAILURE, Kind.SECOND_STEP_FAILURE), at__gte=now - timedelta(hours=1)
    )
    if failures.count() >= SUSPICIOUS_FAILURES:
        signs.append(Sign.AFTER_FAILURES)
    return signs


def note_client(request: HttpRequest, before: UserSession, after: UserSession) -> None:
    """A session that moves to another kind of device was probably carried there."""
    was, is_now = device_name(before.user_agent), device_name(after.user_agent)
    if was != is_now:
        record(request, Kind.CLIENT_CHANGED, after.user, note=f"{was} → {is_now}"[:300], unusual=[Sign.NEW_DEVICE])


# -- for the administrator ------------------------------------------------------------------------


def present_sessions() -> QuerySet[UserSession]:
    """Who is in: sessions seen within the last quarter of an hour."""
    since = timezone.now() - PRESENT
    return UserSession.objects.filter(last_seen_at__gte=since, user__is_active=True).select_related("user")


def unusual_events(days: int = 30) -> QuerySet[SignInEvent]:
    since = timezone.now() - timedelta(days=days)
    return SignInEvent.objects.filter(at__gte=since, unusual__len__gt=0).select_related("user")
