"""Letters of the console: a threshold crossed is told once, a week on its Monday; figures on paper."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from kernel.indicators.catalogue import declared_named
from kernel.testing.access import make_person
from shared_apps.console import letters, watching
from shared_apps.console.models import Alert, Digest
from tests.console.test_figures import HTML, SHARE, analyst, figures

__all__ = ["analyst", "figures"]


@pytest.fixture
def rule(figures):
    return watching.watch(declared_named(SHARE), "below", Decimal(50), by=make_person("operator"))


def test_a_fired_threshold_is_told_once(rule):
    assert watching.check(rule) == 1
    assert letters.tell_of_alerts() == 1 and letters.tell_of_alerts() == 0
    (letter,) = mail.outbox
    assert letter.subject == "Сигнал: 1 громада перетнула поріг"
    assert "Альфівська громада: Безбарʼєрні зупинки, зараз — 25,0 % (нижче за 50)" in letter.body
    assert "/alerts/" in letter.body


def test_a_letter_that_did_not_go_goes_next_time(rule, monkeypatch):
    def fail(_letter):
        raise OSError("no route to the server")

    watching.check(rule)
    with monkeypatch.context() as patch:
        patch.setattr(letters.EmailMessage, "send", fail)
        assert letters.tell_of_alerts() == 0 and Alert.objects.get().told_at is None
    assert letters.tell_of_alerts() == 1


def test_the_week_comes_once_to_those_who_asked(rule):
    owner = make_person("operator")
    assert letters.send_digests() == 0, "nobody asked"
    assert watching.turn_digest(by=owner) is True
    Digest.objects.update(since=timezone.now() - timedelta(days=8))
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    assert letters.send_digests() == 1 and letters.send_digests() == 0
    (letter,) = mail.outbox
    assert f"{monday:%d.%m.%Y}" in letter.subject and "Укомплектованість" not in letter.subject
    assert "Даних бракує від громад" in letter.body
    assert watching.turn_digest(by=owner) is False and not Digest.objects.exists()


def test_on_paper(analyst):
    sheet = analyst.get("/indicators/", {"indicator": SHARE, "file": "pdf"}).content
    words = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(sheet)).pages).split())
    assert "Безбарʼєрні зупинки" in words and "Бетинська громада" in words and "75,0" in words
    picture = analyst.get("/indicators/table/", {"pick": SHARE, "file": "png"}).content
    assert Image.open(io.BytesIO(picture)).width > 1_000


def test_the_page_of_two_days_and_the_weekly_letter(analyst):
    assert (
        "Знімків за ці дні немає"
        in analyst.get("/indicators/days/", {"earlier": "2026-99-99"}, **HTML).content.decode()
    )
    assert analyst.post("/alerts/digest/").status_code == 302
    assert "Не надсилати" in analyst.get("/alerts/", **HTML).content.decode()
