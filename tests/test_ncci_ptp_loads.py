"""Loading NCCI PTP edits: dry run, refusal, rollback, comparing, sweeping, and whatever is written comes back."""

from datetime import date
from typing import cast

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.models import PtpEdit, Release
from codes.releases import current, loading, ncci_ptp
from codes.releases.refused import Refused
from codes.releases.source import open_source
from codes.releases.tally import Tally
from tests import workbooks
from tests.ptp_files import FIRST, FOLDER, HEAD, MISUSE, SECOND, Pairs, both, load, put, read

pytestmark = pytest.mark.usefixtures("no_facts")


def test_a_dry_run_writes_nothing(db, tmp_path):
    outcome = load(*both(tmp_path), dry_run=True)
    assert (outcome.what, outcome.tally.stored["pairs"], outcome.release.pk) == (loading.CHECKED, 4, None)
    assert not Release.objects.filter(kind="ncci-ptp").exists()
    assert not PtpEdit.objects.exists()


def test_a_refused_file_leaves_what_was_current(db, tmp_path):
    old = load(*both(tmp_path)).release
    bad = put(tmp_path, [*FIRST, *SECOND * 700, [*FIRST[0][:5], "7", MISUSE]], "ccipra-v303r0-f1.TXT")
    with pytest.raises(Refused, match="'7' stands where"):
        load(bad)
    assert list(Release.objects.filter(kind="ncci-ptp")) == [old]
    assert (PtpEdit.objects.count(), Release.objects.get(kind="ncci-ptp").current) == (4, True)


def test_rolling_back_returns_to_the_release_before(db, tmp_path):
    old = load(*both(tmp_path)).release
    later = put(tmp_path, [*FIRST, *SECOND], "ccipra-v303r0-f1.TXT")
    new = load(later).release
    assert new.replaced == old
    assert current.roll_back("ncci-ptp", "practitioner") == (new, old)
    assert Release.objects.get(kind="ncci-ptp", current=True) == old
    returned = load(later)
    assert (returned.what, returned.release, PtpEdit.objects.count()) == (loading.RETURNED, new, 8)


def test_releases_are_compared_pair_by_pair(db, tmp_path):
    pair = ["20610", "20604", "", "20200101"]
    twice = [[*pair, "20210101", "0", MISUSE], [*pair, "*", "1", MISUSE]]  # both have the same key
    load(put(tmp_path, [*FIRST, SECOND[0], *twice]))
    same = [[*row[:6], MISUSE.upper()] for row in FIRST]  # another rationale is no other edit
    ended = [*SECOND[0][:4], "20240930", *SECOND[0][5:]]
    added = [["20612", "20604", "", "20241001", "*", "1", MISUSE]]
    release = load(put(tmp_path, [*same, ended, *twice, *added], "ccipra-v303r0-f1.TXT")).release
    assert release.difference == {"pairs": {"added": 1, "revised": 1, "deleted": 0}}
    allowed = [twice[0], [*pair, "*", "0", MISUSE]]  # one of the two rows is another
    release = load(put(tmp_path, [same[0], *allowed, *added], "ccipra-v310r0-f1.TXT")).release
    assert release.difference == {"pairs": {"added": 0, "revised": 1, "deleted": 2}}


def test_what_a_dead_load_left_is_swept(db, tmp_path):
    dead = Release.objects.create(kind="ncci-ptp", part="practitioner", title="dead", version="1", digest="d" * 64, state=Release.IMPORTING)
    PtpEdit.objects.create(release=dead, column1="00100", column2="99497", effective_date="2020-01-01", modifier=1, rationale=0)
    release = load(*both(tmp_path)).release
    assert not Release.objects.filter(pk=dead.pk).exists()
    assert set(PtpEdit.objects.values_list("release", flat=True)) == {release.pk}


codes = st.from_regex(r"[0-9A-Z][0-9]{3}[0-9A-Z]", fullmatch=True)
days = st.dates(date(1990, 1, 1), date(2050, 1, 1))
words = st.text("abcdefghij XYZ/-", min_size=1, max_size=30).filter(lambda text: any(letter.isalpha() for letter in text))
edits = st.lists(st.tuples(codes, codes, st.booleans(), days, st.none() | days, st.sampled_from([0, 1, 9]), words), min_size=1, max_size=20)


@settings(max_examples=80, deadline=None)
@given(rows=edits, sheet=st.booleans())
def test_whatever_is_written_comes_back(tmp_path_factory, rows, sheet):
    written = [
        [column1, column2, "*" if prior else "", f"{start:%Y%m%d}", f"{end:%Y%m%d}" if end else "*", str(modifier), rationale]
        for column1, column2, prior, start, end, modifier, rationale in rows
    ]
    folder = tmp_path_factory.mktemp("written")
    path = workbooks.write(folder / "ccipra-v302r0-f1.xlsx", [*HEAD, *written]) if sheet else put(folder, written)
    came, _, tally = read(path)
    assert [row[:6] for row in came] == [(*row[:3], row[3].isoformat(), row[4].isoformat() if row[4] else None, row[5]) for row in rows]
    letters = [["".join(filter(str.isalpha, row[6])).casefold() for row in table] for table in (came, rows)]
    assert letters[0] == letters[1]
    assert (tally.read, tally.stored["pairs"]) == (len(rows) + len(HEAD), len(rows))


@pytest.mark.skipif(not FOLDER.exists(), reason="the published files are not here (../shared/data)")
def test_the_published_files_lose_no_pair():
    tally = Tally()
    reading = ncci_ptp.read(open_source(sorted(FOLDER.glob("ccipra-v302r0-f*.zip"))), tally)
    in_force = sum(row[4] is None for _, row in cast("Pairs", reading.rows))
    assert (tally.read, tally.stored["pairs"], tally.left_out) == (2_546_041, 2_546_017, {"captions and copyright": 24})
    assert tally.reconciles
    assert in_force == 1_669_820
    assert len(reading.legend) == 12


def test_one_part_brings_those_beside_it(db, tmp_path, capsys):
    first, second = both(tmp_path)
    other = put(tmp_path, FIRST, "ccipra-v303r0-f1.TXT")
    assert ncci_ptp.beside(second) == [first, second]
    assert ncci_ptp.beside(other) == [other]
    call_command("load_release", "ncci-ptp", str(second))
    assert "ccipra-v302r0-f1.TXT, ccipra-v302r0-f2.TXT" in capsys.readouterr().out
    assert Release.objects.get(kind="ncci-ptp", current=True).rows == 4
    call_command("load_release", "ncci-ptp", str(first))
    assert "nothing was changed" in capsys.readouterr().out
