from __future__ import annotations

from provisioning.errors import Exit, ProvisioningError


class ArchiveRefused(ProvisioningError):
    """Damaged, altered, foreign or locked; nothing has been written."""

    exit_code = Exit.DAMAGED
    code = "archive_refused"
