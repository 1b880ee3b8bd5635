"""The whole suite on SQLite and on PostgreSQL, side by side, which takes two cores as long as one of the two takes alone.

python -m tests [pytest arguments]
"""

import os
import subprocess
import sys
import tempfile


def main() -> int:
    """Show SQLite's run as it goes and PostgreSQL's after it; the first status of the two that is not 0."""
    with tempfile.TemporaryFile("w+") as kept:
        postgresql = subprocess.Popen([sys.executable, "-m", "tests.on_postgres", *sys.argv[1:]], stdout=kept, stderr=subprocess.STDOUT)
        try:
            say("SQLite, and PostgreSQL beside it, which is shown when both are done")
            sqlite = subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env={**os.environ, "DATABASE_URL": ""}, check=False).returncode
        finally:
            status = postgresql.wait()
        say("PostgreSQL")
        kept.seek(0)
        sys.stdout.writelines(kept)
    say(f"SQLite: {verdict(sqlite)}. PostgreSQL: {verdict(status)}.")
    return sqlite or status


def say(line: str) -> None:
    print(f"== {line}", flush=True)


def verdict(status: int) -> str:
    return "failed" if status else "passed"


if __name__ == "__main__":
    sys.exit(main())
