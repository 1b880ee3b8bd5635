"""The database wrapper: Django's own, with a writer that notices at once when its turn has come.

SQLite's own waiting sleeps longer with every try, up to a tenth of a second, and so misses the gaps of a few
milliseconds that a load leaves between its batches (codes.releases.bulk): measured, a visitor's view then waited for
seconds. Asking again every half millisecond it waits for one batch.
"""

import sqlite3
import time

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

PAUSE = 0.0005  # seconds between two tries
PATIENCE = 10.0  # seconds until a writer gives up


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's wrapper, with short pauses at BEGIN."""

    def _start_transaction_under_autocommit(self) -> None:
        """Begin a transaction as soon as nobody else writes."""
        begin = f"BEGIN {self.transaction_mode or ''}"  # type: ignore[attr-defined]
        deadline = time.monotonic() + PATIENCE
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            while not self.began(begin, deadline):
                time.sleep(PAUSE)
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")

    def began(self, begin: str, deadline: float) -> bool:
        """Whether the transaction has begun; False while another one writes, OperationalError past the deadline."""
        try:
            with self.wrap_database_errors:
                self.connection.execute(begin)
        except OperationalError as error:
            code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
            if code != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            return False
        return True
