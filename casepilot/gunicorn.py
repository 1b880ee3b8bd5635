"""gunicorn's settings: threads, so that a slow reader or a slow DNS answer holds up nobody else."""

import os

worker_class = "gthread"
threads = int(os.environ.get("THREADS", "4"))
preload_app = False
keepalive = 15
graceful_timeout = 20
limit_request_line = 8190
max_requests = 100_000
max_requests_jitter = 10_000
