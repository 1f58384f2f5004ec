"""TEN-8, a tenant's home page from a real server: gunicorn with one worker of four threads on a unix socket, asked by one
client in another process, every middleware and template in place.

There is no limit to compare with. The peer's figures were recorded in a run of OneGov Cloud on the same kind of
machine (median 88.5 ms, p95 112 ms, first request 17 s, 658 MB); it is not run here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from tests.benchmarks.measure import Result, resident_mb, result, run_process, sized

ONEGOV_MEDIAN_S = 0.0885
CLIENT = """
import http.client, socket, sys, time

class Unix(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(sys.argv[1])

connection, deadline = Unix(sys.argv[2]), time.monotonic() + 60
for _ in range(int(sys.argv[3])):
    began = time.perf_counter()
    while True:
        try:
            connection.request("GET", "/", headers={"Host": sys.argv[2], "Accept-Language": "uk"})
            answer = connection.getresponse()
            break
        except (FileNotFoundError, ConnectionError):
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    body = answer.read()
    if answer.status != 200 or b"</html>" not in body:
        sys.exit(f"{answer.status}: {body[:500]!r}")
    print(time.perf_counter() - began, len(body))
"""


def run(host: str) -> Result:
    with tempfile.TemporaryDirectory(prefix="hromada-bench-") as folder:
        socket = f"{folder}/web.sock"
        with server(f"unix:{socket}", Path(folder) / "log") as worker:
            first = _ask(socket, host, 1)
            _ask(socket, host, sized(200, 10))
            times = _ask(socket, host, sized(1000, 30))
            memory = sum(resident_mb(pid) for pid in worker())
    page = int(times[0][1])
    seconds = [one for one, _size in times]
    note = (
        f"p95 {quantiles(seconds, n=20)[-1] * 1000:.1f} мс; від запуску до першої відповіді {first[0][0]:.1f} с; "
        f"робітник {memory:.0f} МБ; сторінка {page / 1024:.0f} КБ; цифри OneGov записано раніше (p95 112 мс, 17 с, 658 МБ)"
    )
    return result("TEN-8", [median(seconds)], peer="OneGov Cloud (записано)", peer_s=ONEGOV_MEDIAN_S, note=note)


@contextmanager
def server(bind: str, log: Path, workers: int = 1) -> Iterator[object]:
    argv = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", bind, "--workers", str(workers)]
    argv += ["--threads", "4", "--worker-class", "gthread", "--keep-alive", "75", "--no-control-socket"]
    with log.open("wb") as sink:
        server = subprocess.Popen(argv, stdout=sink, stderr=sink, env=dict(os.environ))
        try:
            yield lambda: [
                int(pid) for pid in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
            ]
        except BaseException:
            sys.stderr.write(log.read_text()[-3000:])
            raise
        finally:
            server.terminate()
            server.wait(30)


def _ask(socket: str, host: str, times: int) -> list[tuple[float, float]]:
    output = run_process([sys.executable, "-c", CLIENT, socket, host, str(times)]).output
    return [tuple(map(float, line.split())) for line in output.splitlines()]  # type: ignore[misc]
