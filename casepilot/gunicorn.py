"""gunicorn's settings: threads, so that a slow reader or a slow DNS answer holds up nobody else."""

from casepilot.environment import whole

worker_class = "gthread"
workers = whole("WORKERS", 2, at_least=1, at_most=64)
threads = whole("THREADS", 4, at_least=1, at_most=64)
preload_app = False
keepalive = 15
graceful_timeout = 20
limit_request_line = 8190
max_requests = 100_000
max_requests_jitter = 10_000
control_socket_disable = True  # it would be a file in the home folder
