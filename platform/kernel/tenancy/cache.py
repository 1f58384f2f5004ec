"""The cache everyone uses: keys carry the scope, and an unset scope is an error."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.core.cache.backends import redis

from kernel.tenancy.scope import current_scope

__all__ = ["RedisCache", "cache", "scoped_key", "scoped_key_reversed"]


class RedisCacheClient(redis.RedisCacheClient):
    """Django makes a client for every asking, which costs more than the asking; ours is made once for a server."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clients: dict[bool, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        if write not in self._clients:
            self._clients[write] = super().get_client(key, write=write)
        return self._clients[write]


class RedisCache(redis.RedisCache):
    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = RedisCacheClient


def scoped_key(key: str, prefix: str, version: int) -> str:
    return f"{prefix}:{current_scope().key}:{version}:{key}"


def scoped_key_reversed(full_key: str) -> str:
    return full_key.split(":", 3)[3]
