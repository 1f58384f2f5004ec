"""The scheduler's work over all journals."""

from __future__ import annotations

import pytest

from kernel.audit import jobs
from kernel.audit.chain import HistoryBusy, verify_chain
from kernel.audit.heads.models import Head
from kernel.audit.models import History, Seal, Witness
from kernel.tenancy import current_scope, platform_context, tenant_context
from shared_apps.communities.models import Community


@pytest.fixture
def three_journals(db, platform, alpha, beta, new_user):
    """One entry at least in each tenant's journal and in the platform's."""
    new_user("operator@console.example")
    for ref in (alpha, beta):
        with tenant_context(ref):
            new_user(f"one@{ref.slug}.example")


def test_every_journal_is_sealed_published_and_witnessed(three_journals, alpha, beta):
    jobs.seal_all()
    jobs.publish_all()
    everyone = {str(key) for key in Community.objects.values_list("pk", flat=True)}
    assert {str(alpha.id), str(beta.id)} < everyone
    assert {head.subject for head in Head.objects.all()} == {"public"} | everyone
    for ref in (alpha, beta):
        with tenant_context(ref):
            assert Seal.objects.count() >= 1
            assert verify_chain().unsealed == 0
            (kept,) = Witness.objects.all()
            assert kept.subject != str(ref.id)
    jobs.verify_all()


def test_one_busy_journal_does_not_hold_up_the_others(three_journals, alpha, beta, monkeypatch):
    seal = jobs.seal_history

    def busy_in_alpha() -> int:
        if current_scope().schema == alpha.schema:
            raise HistoryBusy
        return seal()

    monkeypatch.setattr(jobs, "seal_history", busy_in_alpha)
    jobs.seal_all()
    with tenant_context(alpha):
        assert not Seal.objects.exists()
    with tenant_context(beta):
        assert Seal.objects.exists()


def test_tasks_work_from_the_platform_and_leave_the_scope_as_it_was(three_journals):
    for task in (jobs.seal_all, jobs.publish_all, jobs.verify_all):
        task()
        assert current_scope().is_platform


def test_a_break_is_an_error_in_the_log(three_journals, alpha, caplog, monkeypatch):
    """The head of a seal that the journal does not have."""
    jobs.seal_all()
    with platform_context():
        Head.objects.create(subject=str(alpha.id), schema=alpha.schema, seal_id=10**9, last_id=10**9, hash="f" * 64)
    jobs.verify_all()
    told = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert any("history_broken" in text and "tail_cut" in text for text in told)
    assert any("history_contradicted" in text for text in told)


def test_history_of_the_platform_is_sealed_by_the_platform(three_journals):
    before = History.objects.count()
    jobs.seal_all()
    verdict = verify_chain()
    assert verdict.ok and verdict.rows == before
