"""Work of the platform's scheduler on journals: sealing, publishing, checking."""

from __future__ import annotations

from celery import shared_task

from kernel.audit.chain import HistoryBusy, seal_history, verify_chain
from kernel.audit.witness import contradictions, publish_heads
from kernel.tenancy import for_each_tenant, platform_context
from kernel.tenancy.log import get_logger

log = get_logger("audit")


@shared_task(name="kernel.audit.seal_all")
def seal_all() -> None:
    """Every few minutes: what is written longer ago than that cannot be changed unnoticed."""
    with platform_context():
        _seal("public")
    for_each_tenant(lambda ref: _seal(ref.schema), reason="seal the journals")


def _seal(schema: str) -> int:
    try:
        return seal_history()
    except HistoryBusy:
        log.warning("history_busy", schema=schema)
        return 0


@shared_task(name="kernel.audit.publish_heads")
def publish_all() -> None:
    """Daily."""
    log.info("heads_published", journals=len(publish_heads()))


@shared_task(name="kernel.audit.verify_all")
def verify_all() -> None:
    """Nightly: the whole of every chain, then what witnesses keep. A break is an error in the logs."""
    with platform_context():
        _verify("public")
    for_each_tenant(lambda ref: _verify(ref.schema), reason="verify the journals")
    for contradiction in contradictions():
        log.error("history_contradicted", subject=contradiction.subject, explanation=str(contradiction))


def _verify(schema: str) -> bool:
    verdict = verify_chain()
    if verdict.broken:
        log.error("history_broken", schema=schema, kind=verdict.broken.kind, explanation=verdict.broken.explanation)
    return verdict.ok
