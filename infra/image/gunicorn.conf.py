"""gunicorn in the container. Threads, not an event loop: a tenant is kept per thread of work."""

import os
from pathlib import Path
from tempfile import gettempdir

bind = f"0.0.0.0:{os.environ.get('WEB_PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))

# Longer than the proxy keeps an idle connection: the proxy must be the one that closes.
keepalive = 75
timeout = 90
graceful_timeout = 30

# A process and its database sessions grow with every tenant they have served.
max_requests = 5000
max_requests_jitter = 1000

limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 16380

# Only the proxy reaches this port; it replaces these headers itself.
forwarded_allow_ips = "*"
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
forwarder_headers = ""
header_map = "drop"

# The root file system is read-only, and a heartbeat on a disk would stall with it.
worker_tmp_dir = "/dev/shm"
control_socket_disable = True
accesslog = None
errorlog = "-"

# Every process counts for itself; whichever is asked adds up what all of them wrote here.
figures = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", f"{gettempdir()}/hromada-figures"))


def on_starting(server):
    figures.mkdir(mode=0o700, exist_ok=True)
    for left_by_an_earlier_run in figures.glob("*.db"):
        left_by_an_earlier_run.unlink()


def child_exit(server, worker):
    # Imported here: the library decides at its first import, by the variable above, where figures are kept.
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
