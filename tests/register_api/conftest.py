from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from kernel.access.levels import Level
from kernel.access.tokens import create_token
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.testing.access import OPERATOR, make_person, make_role
from tenant_apps.territory.bus_stops.models import BusStop

STOPS = "/api/v1/bus-stops/"


class Program:
    """A program with a key of its own: it asks in JSON and is answered in JSON."""

    def __init__(self, client: Any, key: str, owner: Any) -> None:
        self.client, self.key, self.owner = client, key, owner

    def ask(self, method: str, path: str, content: Any = None, **headers: str) -> Any:
        given = {
            "authorization": f"Bearer {self.key}",
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        body = content if isinstance(content, str | bytes) else json.dumps(content) if content is not None else ""
        path = path if path.startswith("/") else STOPS + path
        return getattr(self.client, method)(path, data=body, content_type="application/json", headers=given)

    def get(self, path: str = "", **headers: str) -> Any:
        given = {
            "authorization": f"Bearer {self.key}",
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        return self.client.get(path if path.startswith("/") else STOPS + path, headers=given)

    def post(self, path: str = "", content: Any = None, **headers: str) -> Any:
        return self.ask("post", path, content, **headers)

    def put(self, path: str, content: Any, **headers: str) -> Any:
        return self.ask("put", path, content, **headers)

    def patch(self, path: str, content: Any, **headers: str) -> Any:
        return self.ask("patch", path, content, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.ask("delete", path, **headers)


@pytest.fixture
def stops() -> Any:
    return register_named("bus_stops.bus-stops")


@pytest.fixture
def program(in_alpha: Any, client_for: Any) -> Callable[..., Program]:
    """program(bus_stops=Level.VIEW): a key with exactly these rights of an owner with exactly these rights."""

    def make(where: str = "alpha", **levels: Any) -> Program:
        code = "-".join(f"{name}-{level}" for name, level in levels.items())[:40].replace("(", "").replace(" ", "")
        make_role(code, **levels)
        owner = make_person(code)
        words = {Level.VIEW: "view", Level.EDIT: "edit", Level.MANAGE: "manage"}
        scopes = [f"{name}:{words[level[0] if isinstance(level, tuple) else level]}" for name, level in levels.items()]
        _token, key = create_token("Перевірка", scopes, by=owner)
        return Program(client_for(where), key, owner)

    return make


@pytest.fixture
def editor(program: Callable[..., Program]) -> Program:
    return program(bus_stops=Level.EDIT)


@pytest.fixture
def viewer(program: Callable[..., Program]) -> Program:
    return program(bus_stops=Level.VIEW)


@pytest.fixture
def stop(in_alpha: Any, stops: Any) -> Callable[..., BusStop]:
    def make(code: str = "ЗП-001", name: str = "Ринок", **fields: Any) -> BusStop:
        return save_card(stops, BusStop(code=code, name=name, **fields), by=OPERATOR)

    return make


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.content.decode()
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == status and body["title"] and body["detail"]
    return body


def faults(response: Any) -> dict[str, str]:
    return {one["field"]: one["message"] for one in problem(response, 422)["errors"]}
