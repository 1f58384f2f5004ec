"""The queue and the cache of the compose file, as Debian's Redis runs them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from kombu import Connection
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.infra.programs import ROOT, debian_program, give_to_service, running, unprivileged


@contextmanager
def server(folder: Path, config: str) -> Iterator[redis.Redis]:
    program = debian_program("redis-server", "redis-server")
    secrets = folder / "secrets"
    subprocess.run([ROOT / "infra/compose/make-secrets.sh", secrets], check=True, stdout=subprocess.DEVNULL)
    password = (secrets / "redis_password").read_text()
    home = folder / "redis"
    shutil.copytree(ROOT / "infra/redis", home)
    shutil.copy(secrets / "redis_acl", home)
    socket = home / "redis.sock"
    give_to_service(home)
    changed = {"dir": home, "port": 0, "unixsocket": socket, "aclfile": home / "redis_acl", "maxmemory": "4mb"}
    # The configuration includes its neighbour by a relative name, as in the container.
    script = f'cd "{home}" && exec "{program}" {config} ' + " ".join(f"--{name} {v}" for name, v in changed.items())
    client = redis.Redis(unix_socket_path=str(socket), password=password, retry=Retry(NoBackoff(), 0))

    def ready() -> bool:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False

    with running(["/bin/sh", "-c", script], log=folder / "redis.log", ready=ready, environment={}, **unprivileged()):
        yield client
        client.close()


def fill(client: redis.Redis, keys: int = 400) -> None:
    for number in range(keys):
        client.set(f"key:{number}", "x" * 20_000)


def test_the_full_queue_refuses_new_work_and_keeps_the_old(service_folder: Path) -> None:
    with server(service_folder, "broker.conf") as client:
        client.lpush("celery", "a task")
        with pytest.raises(redis.exceptions.OutOfMemoryError):
            fill(client)
        assert client.lrange("celery", 0, -1) == [b"a task"]
        assert client.info("persistence")["aof_enabled"] == 1


def test_the_full_cache_forgets_the_oldest_and_goes_on(service_folder: Path) -> None:
    with server(service_folder, "cache.conf") as client:
        fill(client)
        assert 0 < client.dbsize() < 400
        assert client.info("stats")["evicted_keys"] > 0
        assert client.info("persistence")["aof_enabled"] == 0


def test_only_with_the_password_and_without_an_administrators_rights(service_folder: Path) -> None:
    with server(service_folder, "broker.conf") as client:
        socket = client.connection_pool.connection_kwargs["path"]
        stranger = redis.Redis(unix_socket_path=socket, retry=Retry(NoBackoff(), 0))
        with pytest.raises(redis.AuthenticationError):
            stranger.ping()
        for forbidden in (
            ("CONFIG", "GET", "*"),
            ("FLUSHALL",),
            ("SHUTDOWN",),
            ("ACL", "LIST"),
        ):
            with pytest.raises(redis.exceptions.NoPermissionError):
                client.execute_command(*forbidden)


def test_celery_can_do_its_work_with_these_rights(service_folder: Path) -> None:
    with server(service_folder, "broker.conf") as client:
        options = client.connection_pool.connection_kwargs
        url = f"redis+socket://:{options['password']}@{options['path']}"
        with Connection(url) as connection, connection.SimpleQueue("celery") as queue:
            queue.put({"tenant": "zelena"})
            message = queue.get(timeout=5)
            assert message.payload == {"tenant": "zelena"}
            message.ack()
