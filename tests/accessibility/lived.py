"""A community at work: one of everything that has a page of its own, and a person who may see all of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kernel.access.dates import local_today
from kernel.access.invitations import invite
from kernel.access.levels import Level
from kernel.access.models import OneTimeLink, User
from kernel.access.openid_apps import save_provider
from kernel.access.subjects import subjects
from kernel.bus.models import Delivery, Webhook
from kernel.designer.models import Definition, OwnField
from kernel.jobs.models import Job
from kernel.pivot.models import PivotSending, SavedPivot
from kernel.proposals.letters import token_of
from kernel.proposals.operations import RESIDENT, ask, propose
from kernel.registers.bulk import change_many
from kernel.registers.importing import runs
from kernel.registers.importing.models import ImportRun
from kernel.registers.merging.doubles import find_doubles
from kernel.registers.merging.merge import merge_cards
from kernel.registers.registry import register_named, registers
from kernel.registers.saving import archive_card, save_card
from kernel.remarks.comments import add_comment
from kernel.remarks.models import Tag
from kernel.tasks.operations import assign_task
from kernel.tenancy import platform_context, tenant_context
from kernel.testing.access import make_person, make_role
from provisioning.demo import designed, pivots
from shared_apps.reference.loading import load
from shared_apps.reference.loading.kinds import SEEDED
from shared_apps.reference.operations import decide_own_value
from tenant_apps.insight.dashboards.models import IndicatorPlan
from tests.fixtures import _close_connections, _ref
from tests.isolation.inhabit import inhabit
from tests.journeys.town import Town

EVERYBODY = "everything@gamma.test"
STOPS = "bus_stops.bus-stops"
FILE = "Код;Назва;Укриття;Діє з;Розташування\nЗП-9{n}1;Криниця;навіс;31.02.2026;49.2, 33.6\n;Без коду;щось;;\nЗП-9{n}2;Млин;;01.05.2024;\n"


@pytest.fixture(scope="module")
def lived(town: Town, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """What stands in the addresses in place of keys. The database is unblocked and put back by `town`."""
    with django_db_blocker.unblock():
        with platform_context():
            for kind in SEEDED:
                assert load(kind, by="тести").ok
        with tenant_context(_ref("gamma")):
            levels = {subject.code.replace(":", "__"): Level.MANAGE for subject in subjects()}
            person = make_person(make_role("everything", **levels).code, email=EVERYBODY)
            found = {**_cards(person), **_imports(person), **_kernel(person), **_modules(person)}
        _close_connections()
    yield found


def _cards(person: User) -> dict[str, Any]:
    stops = register_named(STOPS)
    first, second, third, fourth = stops.queryset().order_by("pk")[:4]
    archive_card(stops, fourth, by=person, reason="Зупинку знято")
    add = stops.model
    same = [save_card(stops, add(code=f"Д-{n}", name="Ставок", settlement="Дубогір"), by=person) for n in range(4)]
    find_doubles(stops, by=person)
    merge = merge_cards(stops, same[2], same[3:], by=person, reason="двійник")
    bulk = change_many(stops, [second, third], {"landmark": "біля мосту"}, by=person, reason="Рішення № 5")
    proposed = {"by": person, "proposed": {"landmark": "за рогом"}, "before": {"landmark": first.landmark}}
    proposal, asked = (propose(stops, first, **proposed) for _number in range(2))
    ask(asked, by=person, question="З якого боку?")
    resident = {**proposed, "by": RESIDENT, "name": "Олена", "email": "olena@example.org"}
    unconfirmed = propose(stops, first, **resident)
    party = register_named("organisations.parties").queryset().filter(kind="person").first()
    designed.load(person)
    own = Definition.objects.get(own=True)
    pivots.load(person)
    return {
        "stop": first.pk, "archived": fourth.pk, "one": same[0].pk, "other": same[1].pk, "merge": merge.pk, "bulk": bulk.pk,
        "proposal": proposal.pk, "asked": asked.pk, "token": token_of(unconfirmed), "party": party.pk,
        "own": own.register.partition(".")[2], "own_card": register_named(own.register).queryset().first().pk,
        "own_label": own.register, "field": OwnField.objects.filter(definition=own, kind="number").first().pk,
        "pivot": SavedPivot.objects.first().pk, "today": local_today(), "comment": add_comment(first, "Перевірити", by=person).pk,
    }  # fmt: skip


def _imports(person: User) -> dict[str, Any]:
    stops = register_named(STOPS)
    made: dict[str, ImportRun] = {}
    for number, name in enumerate(("matched", "tried", "loaded"), start=1):
        file = SimpleUploadedFile(f"зупинки-{number}.csv", FILE.format(n=number).encode())
        made[name] = run = runs.begin(stops, file, by=person)
        if name != "matched":
            runs.match(run, run.columns, "both", by=person)
            runs.try_out(run, by=person)
        if name == "loaded":
            runs.start_loading(run, by=person)
    return {f"import_{name}": run.pk for name, run in made.items()}


def _kernel(person: User) -> dict[str, Any]:
    clerk = make_person(email="colleague@gamma.test", position="спеціаліст")
    lent = assign_task("Оновити фото", by=person, person=clerk)
    task = assign_task("Перевірити зупинки", by=person, person=person, due_on=local_today() - timedelta(days=2))
    given = assign_task("Звірити адреси", by=clerk, person=person)
    job = Job.objects.create(
        kind="registers.bulk", title="Групова зміна: Зупинки", status="failed", error="Немає звʼязку з базою.",
        queued_by=person.full_name, queued_by_id=person.pk, started_at=timezone.now(), finished_at=timezone.now(),
    )  # fmt: skip
    _invited, token = invite("nova@gamma.test", by=person)
    tag, _other = (Tag.objects.create(name=name) for name in ("терміново", "уточнити"))
    provider = save_provider(
        None, by=person, name="Дія", provider_id="sso", server_url="http://127.0.0.1:9", client_id="hromada"
    )
    kept: dict[Any, Any] = {}
    hook, delivery, plan, link = (_row(model, kept) for model in (Webhook, Delivery, IndicatorPlan, OneTimeLink))
    decision = decide_own_value("BILL_DAY", Decimal(7), first_day=local_today(), reason="Рішення № 12", by=person)
    OneTimeLink.objects.filter(pk=link.pk).update(emergency=True)
    Delivery.objects.filter(pk=delivery.pk).update(state="set_aside")
    sent = PivotSending.objects.create(
        pivot=SavedPivot.objects.first().pk, register=STOPS, title="Зупинки", person=person, day=local_today(), format="xlsx",
        sent=True,
    )  # fmt: skip
    return {
        "person": clerk.pk, "task": task.pk, "given": given.pk, "lent": lent.pk, "job": job.pk, "invitation": token, "tag": tag.pk,
        "provider": provider.pk, "webhook": hook.pk, "delivery": delivery.pk, "decision": decision.pk,
        "rule": "BILL_DAY", "plan": plan.pk, "emergency": link.pk, "pivot_sent": sent.pk,
    }  # fmt: skip


def _row(model: Any, kept: dict[Any, Any]) -> Any:
    row = inhabit(model, kept)
    assert row is not None
    return row


def _modules(person: User) -> dict[str, Any]:
    """A card of each register whose module has pages of its own beside it."""

    def first(label: str, **where: Any) -> Any:
        card = register_named(label).queryset().filter(**where).order_by("pk").first()
        assert card is not None, f"{label} {where}: no such card in the demonstration"
        return card.pk

    return {
        "address": first("addresses.addresses"),
        "line": first("networks.lines"),
        "structure": first("temporary_structures.structures", state="valid"),
        "offer": first("rental.objects", state="vacant"),
        "inventory": first("communal_property.inventories"),
        "violation_kind": first("control.kinds"),
        "action": _action(person),
    }


def _action(person: User) -> str:
    """The form of the first action that some card lets one do."""
    for register in registers():
        for action in register.actions.values():
            for card in register.rows(person)[:20] if action.form or action.asks else ():
                if action.when is None or action.when(card):
                    return register.url("action", card.pk, action.name)
    raise AssertionError("no register has an action with a form")
