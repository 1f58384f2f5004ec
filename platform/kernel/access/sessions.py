"""Sessions live in the tenant's own schema, and each says whose it is.

The cookie of one host names nothing on another; a row carried into another schema opens nothing either.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db

from kernel.tenancy import current_scope

OWNER = "_scope"


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        data = super().load()
        if data and data.get(OWNER) != current_scope().key:
            self._session_key = None
            return {}
        return data

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        return super().create_model_instance({**data, OWNER: current_scope().key})
