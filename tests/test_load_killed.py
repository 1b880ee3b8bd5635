"""A load that is killed at any moment leaves exactly one whole release to readers, and the next load sweeps up after it."""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections, transaction

from codes.models import Code, PtpEdit, Release
from codes.releases.kinds import READERS
from tests import published
from tests.pages import attribute, code_url, text_of
from tests.site import ROOT, Site

PAIRS, PAIR_KILLS = {"sqlite": 30_000, "postgresql": 80_000}, 20  # several batches on either
CODES, CODE_KILLS = 4_000, 5
BEFORE, DURING, AFTER = "before", "during", "after"


@contextmanager
def one_moment(alias: str) -> Iterator[None]:
    """A new connection, whose statements all see the same moment."""
    connections[alias].close()
    with transaction.atomic(using=alias):
        if connections[alias].vendor == "postgresql":
            connections[alias].cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


class Loads:
    """Loads of one kind into a running site, each file with a number of its own; some are killed."""

    def __init__(self, site: Site, alias: str, kind: str, part: str = "") -> None:
        self.site, self.alias, self.kind, self.part = site, alias, kind, part
        self.phases: Counter[str] = Counter()
        self.left_behind = 0
        self.start_up = self.importing = 0.0

    def begin(self, path: Path) -> subprocess.Popen[str]:
        """The command in a process of its own."""
        command = [sys.executable, "manage.py", "load_release", self.kind, str(path)]
        return subprocess.Popen(command, cwd=ROOT, env=self.site.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def whole(self, path: Path) -> None:
        """A load that is let run to its end; how long it starts up and imports says where the kills are aimed."""
        begun = time.monotonic()
        process = self.begin(path)
        assert self.wait_for_import(process), process.communicate()
        self.start_up = time.monotonic() - begun
        while self.unfinished() and process.poll() is None:
            time.sleep(0.01)
        self.importing = time.monotonic() - begun - self.start_up
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0, output

    def wait_for_import(self, process: subprocess.Popen[str], other_than: Set[int] = frozenset()) -> bool:
        """Wait until the load has written its release's record, or has ended."""
        while process.poll() is None:
            if self.unfinished() - other_than:
                return True
            time.sleep(0.01)
        return False

    def unfinished(self) -> Set[int]:
        """Releases that are importing, or that a killed load left."""
        return set(Release.objects.using(self.alias).filter(state=Release.IMPORTING).values_list("pk", flat=True))

    def kill(self, path: Path, moment: float) -> str:
        """Begin a load and kill it: in the course of its import (0 to 1, more is after its end), or below 0 of its start-up."""
        before, unfinished = self.current(), self.unfinished()
        process = self.begin(path)
        if moment < 0:
            time.sleep(-moment * self.start_up)
        elif self.wait_for_import(process, unfinished):
            time.sleep(moment * self.importing)
        process.kill()
        process.communicate(timeout=60)
        self.wait_for_server()
        phase = AFTER if self.current() != before else DURING if self.unfinished() - unfinished else BEFORE
        self.phases[phase] += 1
        return phase

    def wait_for_server(self) -> None:
        """PostgreSQL's process notices after its statement that nobody is there; until then it may still commit, and holds the lock."""
        while connections[self.alias].vendor == "postgresql":
            with connections[self.alias].cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
                if not cursor.fetchone()[0]:
                    return
            time.sleep(0.01)

    def current(self) -> Release:
        """The one current release."""
        return Release.objects.using(self.alias).get(kind=self.kind, part=self.part, current=True)


def moments(number: int, dice: random.Random) -> list[float]:
    """Moments by chance: a tenth of them in the start-up, the others from the first row to past the end."""
    return [-dice.random() if place % 10 == 0 else dice.uniform(0, 1.3) for place in range(number)]


def check_pairs(alias: str, rows: dict[str, tuple[int, int]]) -> int:
    """Readers see one release, whole, with its own rows only; how many rows of an unfinished one lie beside it."""
    with one_moment(alias):
        release = Release.objects.using(alias).get(kind="ncci-ptp", part="practitioner", current=True)
        number, expected = rows[release.digest]
        assert release.state == Release.READY
        seen = PtpEdit.objects.using(alias).filter(release__current=True, release__kind="ncci-ptp", release__part="practitioner")
        assert seen.count() == release.rows == expected
        assert set(seen.values_list("release", "effective_date").distinct()) == {(release.pk, published.telltale(number))}
        return PtpEdit.objects.using(alias).filter(release__state=Release.IMPORTING).count()


def digest(path: Path) -> str:
    from codes.releases.source import digest_of

    return digest_of([path])


def test_twenty_kills_leave_one_whole_release(running, alias, tmp_path):
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    loads = Loads(running, alias, "ncci-ptp", "practitioner")
    size, rows = PAIRS[connections[alias].vendor], {}

    def file(number: int) -> Path:
        path = published.pairs(tmp_path / str(number), number, size + number)
        rows[digest(path)] = number, size + number
        return path

    loads.whole(file(0))
    check_pairs(alias, rows)
    for number, moment in enumerate(moments(PAIR_KILLS, dice), 1):
        phase = loads.kill(file(number), moment)
        left = check_pairs(alias, rows)
        loads.left_behind += left > 0
        assert running.browser().get(code_url("63663")).status == 200, (seed, number, phase)
    print(f"ncci-ptp on {connections[alias].vendor}: kills {dict(loads.phases)}, {loads.left_behind} left rows behind (seed {seed})")
    assert loads.phases[DURING] >= PAIR_KILLS // 4, (seed, loads.phases)
    assert loads.left_behind, (seed, loads.phases)

    last = PAIR_KILLS + 1
    loads.whole(file(last))
    assert rows[loads.current().digest] == (last, size + last)
    assert check_pairs(alias, rows) == 0
    swept(alias)


def swept(alias: str) -> None:
    """Nothing of a killed load is left."""
    assert not Release.objects.using(alias).filter(state=Release.IMPORTING).exists()
    for model in (PtpEdit, Code):
        assert not model._default_manager.using(alias).exclude(release__state=Release.READY).exists()


def check_codes(alias: str, numbers: dict[str, int]) -> int:
    """Readers see the codes of one file, all with its wording; the file's number."""
    with one_moment(alias):
        release = Release.objects.using(alias).get(kind="hcpcs", current=True)
        seen = Code.objects.using(alias).filter(release__current=True, system__slug="hcpcs", code__startswith="G", short__startswith="WORDING")
        assert set(seen.values_list("release", "short").distinct()) == {(release.pk, published.title(numbers[release.digest]))}
        assert seen.count() == release.counts["stored"]["codes"] == CODES
        return numbers[release.digest]


@pytest.mark.skipif("hcpcs" not in READERS, reason="no reader of HCPCS files is registered")
def test_a_code_system_stays_whole_and_its_pages_answer(running, alias, tmp_path):
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    loads = Loads(running, alias, "hcpcs")
    numbers: dict[str, int] = {}

    def file(number: int) -> Path:
        path = published.hcpcs(tmp_path / str(number), number, CODES)
        numbers[digest(path)] = number
        return path

    loads.whole(file(0))
    for number in range(1, CODE_KILLS + 1):
        phase = loads.kill(file(number), dice.uniform(0, 1))
        shown = check_codes(alias, numbers)
        page = running.browser().get(code_url(f"G{dice.randint(1, CODES):04}", "hcpcs"))
        assert page.status == 200, (seed, number, phase)
        assert attribute(page, "data-system") == "hcpcs"
        assert published.title(shown) in text_of(page)
    print(f"hcpcs on {connections[alias].vendor}: kills {dict(loads.phases)} (seed {seed})")
    assert loads.phases[DURING], (seed, loads.phases)

    loads.whole(file(CODE_KILLS + 1))
    assert check_codes(alias, numbers) == CODE_KILLS + 1
    swept(alias)
