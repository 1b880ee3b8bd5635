"""The embedded cache: what Django's cache promises, and counters that lose nothing."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection


def test_it_works(db):
    cache.set("a", {"b": [1, 2]})
    assert cache.get("a") == {"b": [1, 2]}
    assert cache.get("missing", "default") == "default"
    assert cache.get_many(["a", "missing"]) == {"a": {"b": [1, 2]}}
    cache.delete("a")
    assert "a" not in cache


@pytest.mark.parametrize("value", [0, 7, -3, True, 1.5, "12", None, b"x", [1]])
def test_values_come_back_as_they_were(db, value):
    cache.set("v", value)
    assert cache.get("v") == value
    assert type(cache.get("v")) is type(value)


def test_add_keeps_what_is_there(db):
    assert cache.add("n", 1)
    assert not cache.add("n", 5)
    assert cache.get("n") == 1


def test_add_replaces_what_has_expired(db):
    cache.add("n", 1, timeout=0.2)
    time.sleep(0.3)
    assert cache.get("n") is None
    assert cache.add("n", 5)
    assert cache.get("n") == 5


def test_incr_counts_and_refuses_the_missing(db):
    cache.set("n", 40)
    assert cache.incr("n") == 41
    assert cache.incr("n", 9) == 50
    assert cache.decr("n", 8) == 42
    with pytest.raises(ValueError, match="there is no number"):
        cache.incr("missing")


def test_a_value_may_live_for_ever(db):
    cache.set("a", 1, timeout=None)
    assert cache.get("a") == 1


def test_the_sweep_deletes_what_has_expired(db):
    cache.set("a", 1, timeout=0.1)
    cache.set("b", 2, timeout=60)
    time.sleep(0.2)
    assert cache.sweep() == 1
    assert cache.get("b") == 2


def test_increments_of_many_threads_are_all_counted(committing_db):
    cache.set("n", 0)

    def count(_: int) -> None:
        cache.incr("n")
        connection.close()

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(count, range(200)))
    assert cache.get("n") == 200
    cache.clear()


def test_it_is_the_embedded_default():
    assert settings.CACHES["default"]["BACKEND"] == "casepilot.cache.AtomicDatabaseCache"
