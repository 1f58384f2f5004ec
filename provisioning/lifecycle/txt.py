"""TXT records of a name: how a community proves that a domain is its own."""

from __future__ import annotations

from provisioning.errors import Unreachable

TIMEOUT_SECONDS = 5.0


def resolve_txt(name: str, *, nameservers: list[str] | None = None, port: int = 53) -> list[str]:
    """Every TXT value of the name; nothing when there is none. Without `nameservers` asks the machine's own."""
    import dns.exception
    import dns.resolver

    resolver = dns.resolver.Resolver(configure=nameservers is None)
    if nameservers is not None:
        resolver.nameservers = nameservers
        resolver.port = port
    # An answer remembered from before the record was made would keep the operator waiting for nothing.
    resolver.cache = None
    try:
        answer = resolver.resolve(name, "TXT", lifetime=TIMEOUT_SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as silent:
        raise Unreachable(
            f"Сервер імен не відповів про {name}: {silent}", "перевірте мережу й DNS цієї машини, тоді повторіть."
        ) from silent
    return [b"".join(record.strings).decode(errors="replace") for record in answer]
