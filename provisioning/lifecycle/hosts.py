"""Which host names may be a tenant's own domain."""

from __future__ import annotations

import ipaddress

import idna
from django.conf import settings

from kernel.text import mixes_alphabets
from provisioning.errors import BadInput
from shared_apps.communities.likeness import visible

LONGEST = 253
# Never registered, so nobody could ever prove they own it.
NOBODYS = frozenset({"localhost", "local", "internal", "test", "example", "invalid", "onion", "arpa"})
CURE = "вкажіть домен, який належить громаді, напр. dubohirska-rada.gov.ua."


def normalise_host(text: str) -> str:
    """The ASCII form under which a host is stored and compared; «громада.укр» becomes xn--…"""
    host = text.strip().rstrip(".").lower().removeprefix("http://").removeprefix("https://").split("/")[0]
    problem = _problem(host)
    if problem:
        raise BadInput([("domain", problem)], CURE)
    try:
        ascii_host = idna.encode(host, uts46=True).decode()
    except idna.IDNAError as wrong:
        raise BadInput([("domain", f"«{text}» — не доменне ім’я: {wrong}.")], CURE) from wrong
    if len(ascii_host) > LONGEST:
        raise BadInput([("domain", f"«{text}» довше за {LONGEST} знаки.")], CURE)
    return ascii_host


def shown_host(host: str) -> str:
    """What people read; the wire form when the name cannot be shown."""
    try:
        return idna.decode(host)
    except idna.IDNAError:
        return host


def visible_host(host: str) -> str:
    """Two hosts with one of these are the same to the eye, in whatever alphabet."""
    return ".".join(visible(label) for label in shown_host(host).split("."))


def _problem(host: str) -> str:
    base = settings.BASE_DOMAIN
    if not host or any(letter.isspace() for letter in host) or "@" in host or "*" in host or "_" in host:
        return f"«{host}» — не доменне ім’я."
    if ":" in host:
        return f"«{host}»: потрібна сама назва, без порту й протоколу."
    if _is_address(host):
        return f"«{host}» — адреса машини, а не домен."
    if host == base or host.endswith(f".{base}"):
        return f"«{host}» належить платформі: адреси під {base} дає сама хмара."
    if "." not in host or host.rsplit(".", 1)[1] in NOBODYS:
        return f"«{host}» не буває в мережі: підтвердити його нікому."
    mixed = [label for label in host.split(".") if mixes_alphabets(label)]
    if mixed:
        return f"У «{mixed[0]}» змішано кирилицю й латиницю: такий домен вводить людей в оману."
    return ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host.replace(".", "").isdigit()
    return True
