"""The environment of a test run, set before the settings are read: its own var/ folder, nothing of the developer's."""

import os
import tempfile

for name in (
    "REDIS_URL",
    "EMAIL_URL",
    "ALLOWED_HOSTS",
    "SITE_URL",
    "TRUSTED_PROXY_COUNT",
    "GUEST_NETWORK_LIMIT",
    "RATELIMIT_ENABLE",
    "VIEW_RETENTION_DAYS",
    "TIME_ZONE",
    "DEBUG",
    "PORT",
    "DEFAULT_FROM_EMAIL",
    "WORKERS",
    "THREADS",
):
    os.environ.pop(name, None)
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="casepilot-tests-")
os.environ["SECRET_KEY"] = "only-for-tests-" + "0" * 32
os.environ["STATIC_ROOT"] = os.path.join(os.environ["VAR_DIR"], "static")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop runs in the thread of the tests
