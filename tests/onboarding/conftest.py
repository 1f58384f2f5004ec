"""Walking through the landing page's questions as a person does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from kernel.tenancy import platform_context
from shared_apps.onboarding.models import Application
from shared_apps.reference.demo import DUBOHIR, load_demo_territory
from tests.journeys.town import browser, town, visitor

__all__ = ["browser", "town", "visitor"]

MAIL = "golova@dubohirska-rada.gov.ua"
YOU = {"last_name": "О’Ґедзь-Їжакевич", "first_name": "Євгенія", "position": "секретар", "phone": "+380501112233"}
NAMES = {
    "name": "Дубогірська міська територіальна громада",
    "short_name": "Дубогірська громада",
    "edrpou": "21556730",
    "population": "15000",
    "slug": "dubohirska",
}


@pytest.fixture(autouse=True)
def quiet(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.STRIPE_SECRET_KEY = ""
    yield


@pytest.fixture
def territory(db: None) -> None:
    with platform_context():
        load_demo_territory()


class Newcomer:
    """A browser on the landing page."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, page: str, **query: str) -> Any:
        return self.client.get(f"/start/{page}", query)

    def post(self, page: str, /, **given: Any) -> Any:
        return self.client.post(f"/start/{page}", given)

    def code(self) -> str:
        found = re.search(r"\b(\d{6})\b", mail.outbox[-1].subject)
        assert found
        return found[1]

    def link(self, word: str) -> str:
        found = re.search(rf"https?://[^/]+(/start/{word}/\S+)", mail.outbox[-1].body)
        assert found
        return found[1]

    def prove_mail(self, email: str = MAIL) -> None:
        assert self.post("mail/", email=email).status_code == 302
        assert self.post("code/", code=self.code()).status_code == 302

    def until_check(self, *, email: str = MAIL, katottg: str = DUBOHIR, proof: str = "mail", **names: str) -> None:
        """Everything answered, the last look not yet taken."""
        assert self.post("", katottg=katottg).status_code == 302
        self.prove_mail(email)
        assert self.post("you/", **YOU).status_code == 302
        answer = self.post("community/", **{**NAMES, **names})
        assert answer.status_code == 302, answer.content.decode()
        if proof == "mail":
            assert self.post("authority/", way="mail").status_code == 302
            self.choose_plan()

    def choose_plan(self, way: str = "trial") -> None:
        assert self.post("plan/", plan="standard").status_code == 302
        assert self.post("modules/", module=["bus_stops", "contacts", "addresses"]).status_code == 302
        assert self.post("payment/", way=way).status_code == 302

    @property
    def application(self) -> Application:
        with platform_context():
            return Application.objects.get(pk=self.client.session["onboarding"])


@pytest.fixture
def newcomer(territory: None, client_for: Callable[..., Client]) -> Callable[[], Newcomer]:
    return lambda: Newcomer(client_for(""))
