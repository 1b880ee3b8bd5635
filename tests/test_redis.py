"""The production cache: throttles count in Redis, exactly."""

import os
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.test import Client

URL = os.environ.get("TEST_REDIS_URL")
pytestmark = [pytest.mark.redis, pytest.mark.skipif(not URL, reason="TEST_REDIS_URL names no Redis server")]


@pytest.fixture
def _in_redis(settings):
    """With keys of the test's own: another suite may use the server at the same time."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": URL, "KEY_PREFIX": uuid4().hex}}


@pytest.mark.usefixtures("_in_redis")
def test_it_works():
    caches["default"].set("a", {"b": 1})
    assert caches["default"].get("a") == {"b": 1}


@pytest.mark.usefixtures("_in_redis")
def test_increments_of_many_threads_are_all_counted():
    caches["default"].set("n", 0)
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda _: caches["default"].incr("n"), range(400)))
    assert caches["default"].get("n") == 400


@pytest.mark.usefixtures("_in_redis", "db", "one_window")
def test_the_search_is_throttled():
    answers = [Client().get("/codes/search/?q=").status_code for _ in range(121)]
    assert answers.count(200) == 120
    assert answers[-1] == 429
