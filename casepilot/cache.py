"""The embedded default's cache: Django's database cache with exact counters.

Django's `DatabaseCache` reads, adds one and writes, so increments are lost under load
(django-ratelimit issue 255). Here `add` and `incr` are one statement each, which makes throttles
hold over threads and processes on SQLite and PostgreSQL alike. Production uses Redis.
"""

import base64
import pickle
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router
from django.utils import timezone

FAR_FUTURE = datetime(9999, 12, 31, tzinfo=UTC)


def encode(value: Any) -> str:
    """Whole numbers as digits, so that SQL can count; all else as a base64 pickle (which never is all digits)."""
    if type(value) is int:
        return str(value)
    return base64.b64encode(pickle.dumps(value, pickle.HIGHEST_PROTOCOL)).decode("ascii")


def decode(text: str) -> Any:
    """The value behind `encode`; the table is written by this site alone, so its pickles are our own."""
    if text.lstrip("-").isdigit():
        return int(text)
    return pickle.loads(base64.b64decode(text))  # noqa: S301


class AtomicDatabaseCache(DatabaseCache):
    """A cache in table `LOCATION` (made by `createcachetable`) whose `add` and `incr` are atomic."""

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """The values of those keys that are there and have not expired."""
        names = {self.make_and_validate_key(key, version=version): key for key in keys}
        if not names:
            return {}
        marks = ", ".join(["%s"] * len(names))
        rows = self._run(f"SELECT cache_key, value FROM {self._quoted} WHERE cache_key IN ({marks}) AND expires > %s", [*names, self._now])
        return {names[key]: decode(text) for key, text in rows}

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Store the value unless a live one is there; whether it was stored."""
        name = self.make_and_validate_key(key, version=version)
        rows = self._run(
            f"INSERT INTO {self._quoted} AS kept (cache_key, value, expires) VALUES (%s, %s, %s) "
            "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires "
            "WHERE kept.expires <= %s RETURNING cache_key",
            [name, encode(value), self._expiry(timeout), self._now],
        )
        return bool(rows)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Store the value."""
        name = self.make_and_validate_key(key, version=version)
        self._run(
            f"INSERT INTO {self._quoted} (cache_key, value, expires) VALUES (%s, %s, %s) "
            "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires RETURNING cache_key",
            [name, encode(value), self._expiry(timeout)],
        )

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add `delta` to a live number and return the sum; ValueError where there is none."""
        name = self.make_and_validate_key(key, version=version)
        rows = self._run(
            f"UPDATE {self._quoted} SET value = CAST(CAST(value AS bigint) + %s AS text) WHERE cache_key = %s AND expires > %s RETURNING value",
            [delta, name, self._now],
        )
        if not rows:
            raise ValueError(f"there is no number under {key!r}")
        return int(rows[0][0])

    def sweep(self) -> int:
        """Delete what has expired (`prune_views` calls it daily); the number of rows deleted."""
        return len(self._run(f"DELETE FROM {self._quoted} WHERE expires <= %s RETURNING cache_key", [self._now]))

    def _run(self, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    @property
    def _connection(self) -> Any:
        return connections[router.db_for_write(self.cache_model_class)]

    @property
    def _quoted(self) -> str:
        return str(self._connection.ops.quote_name(self._table))  # type: ignore[attr-defined]

    @property
    def _now(self) -> Any:
        return self._connection.ops.adapt_datetimefield_value(timezone.now())

    def _expiry(self, timeout: Any) -> Any:
        seconds = self.get_backend_timeout(timeout)
        moment = FAR_FUTURE if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
        return self._connection.ops.adapt_datetimefield_value(moment)
