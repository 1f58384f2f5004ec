"""Is this container alive? Asked by Docker and ECS; exit code 0 is yes."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time

from infra.image.entrypoint import SCHEDULE

# The scheduler writes its schedule down every three minutes.
SCHEDULE_TOO_OLD_S = 600


def web() -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("WEB_PORT", "8000")), timeout=4)
    connection.request("GET", "/internal/health", headers={"X-Forwarded-Proto": "https"})
    return connection.getresponse().status == 200


def worker() -> bool:
    node = f"celery@{os.uname().nodename}"
    ask = ["celery", "--app", "config", "--quiet", "inspect", "ping", "--destination", node, "--timeout", "8"]
    return subprocess.run(ask, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def scheduler() -> bool:
    written = max(path.stat().st_mtime for path in SCHEDULE.parent.glob(f"{SCHEDULE.name}*"))
    return time.time() - written < SCHEDULE_TOO_OLD_S


def main() -> int:
    checks = {"web": web, "worker": worker, "scheduler": scheduler}
    role = sys.argv[1] if len(sys.argv) > 1 else "web"
    try:
        return 0 if checks[role]() else 1
    except (OSError, ValueError, http.client.HTTPException) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
