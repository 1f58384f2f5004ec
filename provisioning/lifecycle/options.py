"""What an installation may choose; each has a default that suits one server."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def pool_target() -> int:
    """How many schemas stand ready. Each weighs what an empty tenant does (tens of megabytes)."""
    return int(getattr(settings, "POOL_TARGET", 2))


def retention_days() -> int:
    """How long a deleted tenant can be brought back."""
    return int(getattr(settings, "RETENTION_DAYS", 90))


def kept_host_days() -> int:
    """How long the old address of a renamed tenant goes on leading to it."""
    return int(getattr(settings, "KEPT_HOST_DAYS", 180))


def archive_folder() -> Path:
    return Path(getattr(settings, "ARCHIVE_ROOT", Path(settings.MEDIA_ROOT).parent / "archives"))
