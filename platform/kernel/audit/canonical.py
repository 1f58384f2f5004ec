"""What exactly a seal is taken over.

Both the sealing function in the database and the verification use these words. They may never change:
seals made with them would then look broken. A new column of the history simply stays outside.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

NO_PREVIOUS = "0" * 64

ROW = (
    "jsonb_build_array(id, (extract(epoch FROM at) * 1000000)::bigint, table_name, row_id, action, before, after, "
    "actor_kind, actor_id, actor_name, address, request_id, reason, db_role, xact)::text"
)
DIGEST = (
    f"encode(sha256(coalesce(string_agg(sha256(convert_to({ROW}, 'UTF8')), ''::bytea ORDER BY id), ''::bytea)), 'hex')"
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def link_hash(previous: str, digest: str, first_id: int, last_id: int, rows: int, sealed_at: datetime) -> str:
    moment = (sealed_at - _EPOCH) // timedelta(microseconds=1)
    return hashlib.sha256(f"{previous}|{digest}|{first_id}|{last_id}|{rows}|{moment}".encode()).hexdigest()
