"""The cache everyone uses: keys carry the scope, and an unset scope is an error."""

from __future__ import annotations

from django.core.cache import cache

from kernel.tenancy.scope import current_scope

__all__ = ["cache", "scoped_key", "scoped_key_reversed"]


def scoped_key(key: str, prefix: str, version: int) -> str:
    return f"{prefix}:{current_scope().key}:{version}:{key}"


def scoped_key_reversed(full_key: str) -> str:
    return full_key.split(":", 3)[3]
