"""A community's own domain: refused when it cannot be one, served only when DNS proves it."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from kernel.tenancy import TenantRef, platform_context
from kernel.tenancy.directory import tenant_for_host
from provisioning.errors import BadInput, IllegalMove, NotFound, Taken, Unreachable
from provisioning.lifecycle import add_domain, list_domains, remove_domain, set_primary, verify_domain
from provisioning.lifecycle.domains import NotProved
from shared_apps.communities.models import Domain

HOST = "rada.alfa.gov.ua"


def test_claimed_proved_and_made_the_main_one(transactional_db: None, alpha: TenantRef):
    claim = add_domain("alpha", "Rada.Alfa.gov.ua", by="Коваль")
    assert (claim.domain, claim.record, claim.verified) == (HOST, f"_hromada.{HOST}", False)
    with platform_context():
        assert tenant_for_host(HOST) is None
    with pytest.raises(IllegalMove, match="ще не підтверджено"):
        set_primary("alpha", HOST, by="Коваль")
    with pytest.raises(NotProved, match="ще не видно"):
        verify_domain("alpha", HOST, by="Коваль", resolve=lambda name: ["v=spf1 -all"])
    with pytest.raises(NotProved, match="там є інший"):
        verify_domain("alpha", HOST, by="Коваль", resolve=lambda name: ["hromada-verification=чуже"])
    asked = []

    def resolve(name: str) -> list[str]:
        asked.append(name)
        return ["v=spf1 -all", claim.value]

    assert verify_domain("alpha", HOST, by="Коваль", resolve=resolve, dry_run=True).verified
    with platform_context():
        assert tenant_for_host(HOST) is None
    assert verify_domain("alpha", HOST, by="Коваль", resolve=resolve).verified
    assert asked == [claim.record, claim.record]
    with platform_context():
        assert tenant_for_host(HOST).id == alpha.id
    assert set_primary("alpha", HOST, by="Коваль").primary
    assert [(found.domain, found.primary) for found in list_domains("alpha")] == [
        (HOST, True),
        ("alpha.localhost", False),
    ]
    with pytest.raises(IllegalMove, match="головний домен"):
        remove_domain("alpha", HOST, by="Коваль")
    set_primary("alpha", "alpha.localhost", by="Коваль")
    remove_domain("alpha", HOST, by="Коваль")
    with platform_context():
        assert tenant_for_host(HOST) is None


def test_a_proved_domain_is_nobody_elses(transactional_db: None, alpha: TenantRef, beta: TenantRef):
    claim = add_domain("alpha", HOST, by="Коваль")
    verify_domain("alpha", HOST, by="Коваль", resolve=lambda name: [claim.value])
    with pytest.raises(Taken, match="Альфівська"):
        add_domain("beta", HOST, by="Коваль")


def test_an_unproved_claim_keeps_nobody_out(transactional_db: None, alpha: TenantRef, beta: TenantRef):
    """Or anybody could keep a community from its own domain by typing it first."""
    first = add_domain("alpha", HOST, by="чужий")
    second = add_domain("beta", HOST, by="Коваль")
    assert first.value != second.value
    with pytest.raises(NotFound):
        verify_domain("alpha", HOST, by="чужий", resolve=lambda name: [first.value])
    # Claimed again, it needs the same record: a race of claims costs nobody a change in DNS.
    assert add_domain("alpha", HOST, by="чужий").value == first.value


def test_another_communitys_token_proves_nothing(transactional_db: None, alpha: TenantRef, beta: TenantRef):
    foreign = add_domain("beta", "rada.beta.gov.ua", by="Коваль")
    add_domain("alpha", HOST, by="Коваль")
    with pytest.raises(NotProved):
        verify_domain("alpha", HOST, by="Коваль", resolve=lambda name: [foreign.value])


def test_a_look_alike_of_a_proved_domain_is_refused(transactional_db: None, alpha: TenantRef, beta: TenantRef):
    claim = add_domain("alpha", "сосна.укр", by="Коваль")
    verify_domain("alpha", "сосна.укр", by="Коваль", resolve=lambda name: [claim.value])
    with platform_context():
        assert Domain.objects.filter(domain__startswith="xn--").exists()
    with pytest.raises(BadInput, match="виглядає так само"):
        add_domain("beta", "сосн-а.укр", by="Коваль")
    assert add_domain("beta", "сосн-а.укр", by="Коваль", look_alike_reason="інше село").shown == "сосн-а.укр"


def test_platform_addresses_are_not_claimed(transactional_db: None, alpha: TenantRef):
    with pytest.raises(BadInput, match="належить платформі"):
        add_domain("alpha", "beta.localhost", by="Коваль")
    with pytest.raises(NotFound):
        set_primary("alpha", "beta.localhost", by="Коваль")


@pytest.fixture
def nameserver() -> Iterator[tuple[str, int, dict[str, list[bytes]]]]:
    """A DNS server of one page: TXT of the names it knows, NXDOMAIN for others, silence for `silent.`."""
    records: dict[str, list[bytes]] = {}
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                query, client = server.recvfrom(4096)
            except OSError:
                return
            labels, place = [], 12
            while size := query[place]:
                labels.append(query[place + 1 : place + 1 + size].decode())
                place += size + 1
            question, name = query[12 : place + 5], ".".join(labels)
            if name.startswith("silent."):
                continue
            found = records.get(name)
            header = struct.pack(
                "!HHHHHH", *struct.unpack("!H", query[:2]), 0x8180 if found else 0x8183, 1, len(found or ()), 0, 0
            )
            answers = b"".join(
                b"\xc0\x0c" + struct.pack("!HHIH", 16, 1, 60, len(data)) + data
                for value in found or ()
                for data in [
                    b"".join(bytes([len(value[i : i + 255])]) + value[i : i + 255] for i in range(0, len(value), 255))
                ]
            )
            server.sendto(header + question + answers, client)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield (*server.getsockname(), records)
    server.close()


def test_txt_records_are_asked_of_dns(
    nameserver: tuple[str, int, dict[str, list[bytes]]], monkeypatch: pytest.MonkeyPatch
):
    pytest.importorskip("dns.resolver")
    from provisioning.lifecycle import txt

    address, port, records = nameserver
    records["_hromada.rada.alfa.gov.ua"] = [b"v=spf1", b"hromada-verification=" + b"x" * 300]
    ask = {"nameservers": [address], "port": port}
    assert sorted(txt.resolve_txt("_hromada.rada.alfa.gov.ua", **ask)) == [
        "hromada-verification=" + "x" * 300,
        "v=spf1",
    ]
    assert txt.resolve_txt("_hromada.nobody.gov.ua", **ask) == []
    monkeypatch.setattr(txt, "TIMEOUT_SECONDS", 0.3)
    with pytest.raises(Unreachable, match="не відповів"):
        txt.resolve_txt("silent.gov.ua", **ask)
