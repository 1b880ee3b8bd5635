"""The published RVU files: not a line lost, and two of them compared and rolled back."""

import csv
from decimal import Decimal

import pytest

from codes.models import Change
from codes.releases import current, loading, pfs
from codes.releases.source import open_source
from tests.rvu_files import FOLDER, LINES, current_lines, dry, published
from tests.site import ROOT


def published_lines(name: str) -> dict[tuple[str, str], list[str]]:
    with (FOLDER / name).open(encoding="latin-1", newline="") as opened:
        return {(row[0], row[1]): row for row in list(csv.reader(opened))[10:]}


@published
@pytest.mark.parametrize(
    ("name", "title", "lines"),
    [
        ("PPRRVU2025_Oct.csv", "CMS PFS 2025 October release", 19_090),
        ("PPRRVU24_JAN.csv", "CMS PFS 2024 January release", 18_499),
        ("PPRRVU24_JUL.csv", "CMS PFS 2024 July release", 18_664),
    ],
)
def test_it_works(name, title, lines):
    reading, rows, tally = dry(open_source([FOLDER / name]))
    assert (reading.title, len(rows), tally.read) == (title, lines, lines + 10)
    theirs = published_lines(name)
    assert len(theirs) == lines
    order = [0, 1, 3, 5, 6, 8, 10, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 4, 7, 9, 25, 26, 27, 28, 29, 30]
    names = [column for column in pfs.LINES.columns if column not in {"description", "price_indicator"}]
    assert all([row[column] for column in names] == [theirs[row["code"], row["modifier"]][spot] for spot in order] for row in rows)


@published
def test_the_demonstration_has_the_figures_of_the_published_file(db):
    loading.load(pfs, open_source([FOLDER / "PPRRVU2025_Oct.csv"]))
    stored = {(line.code, line.modifier): line for line in current_lines()}
    assert len(stored) == 19_090
    with (ROOT / "fixtures" / "cpt" / "fees.csv").open(encoding="utf-8", newline="") as opened:
        demo = list(csv.DictReader(opened))
    assert len(demo) > 300
    for row in demo:
        line = stored[row.pop("code"), row.pop("modifier")]
        for column, value in row.items():
            found = getattr(line, column)
            assert (Decimal(value) if isinstance(found, Decimal) else value) == found, (line, column)


@published
def test_two_releases_are_compared_and_rolled_back(db):
    january = loading.load(pfs, open_source([FOLDER / "PPRRVU24_JAN.csv"])).release
    july = loading.load(pfs, open_source([FOLDER / "PPRRVU24_JUL.csv"])).release
    old, new = published_lines("PPRRVU24_JAN.csv"), published_lines("PPRRVU24_JUL.csv")
    compared = [spot for spot in range(31) if spot not in {0, 1, 2, 11, 12, 24}]  # all figures but the descriptor, the sums and the conversion factor
    revised = {key for key in old.keys() & new.keys() if any(old[key][spot] != new[key][spot] for spot in compared)}
    expected = {"added": new.keys() - old.keys(), "revised": revised, "deleted": old.keys() - new.keys()}
    factor = {"conv_factor": {"before": "32.7442", "now": "33.2875"}}
    assert july.difference == {LINES: {what: len(keys) for what, keys in expected.items()}} | factor
    assert revised
    for what, keys in expected.items():
        assert set(Change.objects.filter(release=july, what=what).values_list("code", "modifier")) == keys
    change = Change.objects.filter(release=july, what="revised").first()
    assert change is not None
    assert change.before.keys() == change.after.keys()
    assert change.before != change.after
    assert current_lines().count() == 18_664
    left, now = current.roll_back("pfs")
    assert (left, now) == (july, january)
    assert current_lines().count() == 18_499
    assert current_lines().first().conv_factor == Decimal("32.7442")
