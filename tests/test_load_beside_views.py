"""While a large release loads, guests spend views, and readers see the old release whole or the new one whole.

How long a view waits is measured by `make bench`; here nobody may wait as long as it takes to lose patience.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable

from django.db import connections
from django.db.models import Count, Max, Min

from codes import demo
from codes.models import PtpEdit, Release
from quotas.models import View
from tests import published
from tests.pages import access, code_url
from tests.site import ROOT, Site

SMALL, LARGE = 20_000, 300_000
GUESTS = 3
LONGEST, SHARE = 2.0, 5  # seconds; where a busy machine makes all of it slower, this part of what the load takes
CODES = list(demo.read_entries())
EDITS = {"release__kind": "ncci-ptp", "release__part": "practitioner"}


class Worker(threading.Thread):
    """Does something again and again until the load is done."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self.work, self.done = work, threading.Event()
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.done.is_set():
                self.work()
        except BaseException as failure:
            self.failure = failure
        finally:
            connections.close_all()


def load(site: Site, number: int, rows: int, folder) -> float:
    """Load a generated file by the command, and let it run to its end; how many seconds it took."""
    path = published.pairs(folder / str(number), number, rows)
    command = [sys.executable, "manage.py", "load_release", "ncci-ptp", str(path)]
    begun = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=site.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return time.monotonic() - begun


def current_pairs(alias: str) -> dict[str, object]:
    """What readers see, by one statement: how many pairs of which releases, and their first and last effective date."""
    seen = PtpEdit.objects.using(alias).filter(release__current=True, **EDITS)
    return seen.aggregate(rows=Count("pk"), releases=Count("release", distinct=True), first=Min("effective_date"), last=Max("effective_date"))


def test_guests_spend_views_and_readers_see_whole_releases(running, alias, tmp_path):
    load(running, 0, SMALL, tmp_path)
    waits: list[float] = []
    seen: set[tuple[object, ...]] = set()

    def visit() -> None:
        code = CODES[len(waits) % len(CODES)]
        begun = time.monotonic()
        answer = running.browser().get(code_url(code))
        waits.append(time.monotonic() - begun)
        assert answer.status == 200
        assert access(answer) == "preview", "a new guest's view was not spent"

    def read() -> None:
        seen.add(tuple(current_pairs(alias).values()))
        time.sleep(0.05)

    before = View.objects.using(alias).count()
    workers = [Worker(visit) for _ in range(GUESTS)] + [Worker(read)]
    for worker in workers:
        worker.start()
    try:
        took = load(running, 1, LARGE, tmp_path)
    finally:
        for worker in workers:
            worker.done.set()
        for worker in workers:
            worker.join()

    assert [worker.failure for worker in workers if worker.failure] == []
    assert len(waits) >= 20, "hardly anybody came while it loaded"
    assert View.objects.using(alias).count() - before == len(waits)
    assert max(waits) <= max(LONGEST, took / SHARE), (took, sorted(waits)[-5:])
    old = (SMALL, 1, published.telltale(0), published.telltale(0))
    new = (LARGE, 1, published.telltale(1), published.telltale(1))
    assert old in seen
    assert seen <= {old, new}
    assert tuple(current_pairs(alias).values()) == new
    assert Release.objects.using(alias).get(kind="ncci-ptp", part="practitioner", current=True).rows == LARGE
    print(f"{connections[alias].vendor}: {len(waits)} views spent beside the load, the longest answer {max(waits) * 1000:.0f} ms, the load {took:.1f} s")
