"""A figure says itself what it is made of; one that is more than a plain count or share leaves that to its author."""

from __future__ import annotations

from django.db.models import Q

from kernel.indicators.catalogue import Declared, declared_named
from kernel.registers import Count, Share
from kernel.registers.registry import register_named

STOPS = "bus_stops.bus-stops"


def test_of_what_is_declared(in_gamma):
    assert {code: declared_named(f"{STOPS}.{code}").formula for code in ("total", "accessible", "opened")} == {
        "total": "Кількість карток реєстру «Зупинки», яких не перенесено до архіву.",
        "accessible": "Картки реєстру «Зупинки», у яких «Безбарʼєрна» — так, до всіх його карток, у відсотках.",
        "opened": "Кількість карток реєстру «Зупинки» за датою «Діє з».",
    }
    assert declared_named(f"{STOPS}.total").owner == "Відділ інфраструктури"


def test_what_takes_more_than_a_sentence_is_left_to_its_author(in_gamma):
    stops = register_named(STOPS)
    bare = Share("bare", "Без укриття", where=Q(shelter="none", lit=False))
    assert "«Освітлена» — ні, «Укриття» — немає" in Declared(stops, bare).formula
    for odd in (
        Share("odd", "Дивні", where=Q(lit=True) | Q(accessible=True)),
        Share("odd", "Дивні", where=~Q(lit=True)),
        Share("odd", "Дивні", where=Q(settlement__startswith="Д")),
        Share("odd", "Дивні", where=Q(lit=True), of=Q(accessible=True)),
        Count("odd", "Дивні", where=Q(lit=True)),
    ):
        assert Declared(stops, odd).formula == ""
    own = Count("own", "Свої", formula="Як у звіті", owner="Комісія")
    assert (Declared(stops, own).formula, Declared(stops, own).owner) == ("Як у звіті", "Комісія")
