"""Hosts at the edge: kept after a rename, behind a proxy, odd spellings."""

from __future__ import annotations

import pytest
from django.test import Client

from kernel.tenancy.directory import forget_hosts
from provisioning.lifecycle.standing import rename
from tests.isolation.rings import host


def test_renamed_community_is_found_at_its_new_address(transactional_db, alpha):
    rename("alpha", new_slug="alfivska", by="тест")
    forget_hosts()
    response = Client(headers=host(alpha)).get("/access/people/?page=2")
    assert (response.status_code, response["Location"]) == (301, "http://alfivska.localhost/access/people/?page=2")
    assert Client(headers={"host": "alfivska.localhost"}).get("/").status_code == 200


@pytest.mark.parametrize("name", ["alpha.localhost.", "ALPHA.localhost", "alpha.localhost:8000"])
def test_spellings_of_one_host(alpha, name):
    assert Client(headers={"host": name}).get("/").status_code == 200


@pytest.mark.parametrize(
    "name", ["alpha.localhost.evil.example", "alphà.localhost", "аlpha.localhost", "t_alpha.localhost", "a..b"]
)
def test_hosts_that_are_nobodys(alpha, name):
    """A look-alike letter, a schema's name, a longer name: none of them is alpha."""
    assert Client(headers={"host": name.encode("idna").decode() if not name.isascii() else name}).get(
        "/"
    ).status_code in (400, 404)


@pytest.mark.parametrize(("behind", "seen"), [(True, "203.0.113.9"), (False, "127.0.0.1")])
def test_address_is_taken_from_our_proxy_only(alpha, settings, behind, seen):
    """The last address is the proxy's own word; those before it are the visitor's."""
    settings.BEHIND_PROXY = behind
    response = Client(headers={**host(alpha), "x-forwarded-for": "198.51.100.1, 203.0.113.9"}).get("/")
    assert response.wsgi_request.META["REMOTE_ADDR"] == seen
