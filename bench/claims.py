"""What stands on all NCCI pairs: claims of 50 lines, how long and in how many queries; a code page with thousands of pairs, and with few.

`python -m bench.claims` measures inside a site.
"""

import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.databases import postgres_database, postgres_server
from bench.loads import PUBLISHED, pair_files
from bench.measure import Length, Row, say
from bench.place import Place, make_place

TIME, QUERIES = "claims: 50 lines, all NCCI pairs", "claims: queries, 1 to 50 lines"
PAGES = "code page: thousands of pairs to few"
NAMES = (TIME, QUERIES, PAGES)
GOAL, CLAIMS, ROUNDS, SIZES, SEED = 50.0, 40, 10, (1, 10, 50), 11_042
OTHERS = {
    "pfs": "PPRRVU2025_Oct.csv",
    "hcpcs": "HCPC2025_OCT_ANWEB.txt",
    "mue": "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv",
    "add-on": "AOC_V2026Q2-MCR.xlsx",
    "mcd-articles": "mcd_mini",
}


def measure(database: str, folder: Path, length: Length, only: str) -> Iterator[Row]:
    """All rows of one database whose names have these words."""
    for place in postgres_site(folder) if database == "PostgreSQL" else sqlite_site(folder):
        pairs = load(place, folder, length)
        found = json.loads(place.measured("-m", "bench.claims").output)
        figure = f"median {median(found['times']):.1f}, longest {max(found['times']):.1f} ms ({pairs:,} pairs, {found['found']:.0f} in force a claim)"
        rows = [Row(database, TIME, figure, "", "", f"<= {GOAL:g} ms", max(found["times"]) <= GOAL)]
        rows.append(Row(database, QUERIES, " / ".join(map(str, found["queries"])), "", "", "one number", len(found["queries"]) == 1))
        few, many = (f"{found[name]['pairs']:,.0f} pairs {found[name]['ms']:.2f} ms" for name in ("few", "many"))
        ratio = found["many"]["ms"] / found["few"]["ms"]
        rows.append(Row(database, PAGES, f"{many}, {few}: {ratio:.2f} x", "", "", "<= 1.1 x", ratio <= 1.1))
        yield from (row for row in rows if only in row.name)


def sqlite_site(folder: Path) -> Iterator[Place]:
    """A site on SQLite."""
    yield make_place(folder / "claims-sqlite")


def postgres_site(folder: Path) -> Iterator[Place]:
    """A site on PostgreSQL."""
    with postgres_server() as server, postgres_database(server, "bench_claims") as url:
        yield make_place(folder / "claims-postgresql", url)


def load(place: Place, folder: Path, length: Length) -> int:
    """Everything that a claim is checked against, as far as its files are here; how many pairs."""
    files, number = pair_files(folder / "claim-pairs", length.pairs)
    for command in (
        ["migrate", "--verbosity", "0"],
        ["createcachetable"],
        ["load_demo"],
        ["load_release", "icd10cm"],
        ["collectstatic", "--noinput", "--verbosity", "0"],
    ):
        place.run("manage.py", *command)
    place.run("manage.py", "load_release", "ncci-ptp", *map(str, files))
    for kind, name in OTHERS.items():
        if (PUBLISHED / name).exists():
            place.run("manage.py", "load_release", kind, str(PUBLISHED / name))
        else:
            say(f"claims: without {name}, it is not here (../shared/data/cms)")
    return number


def inside() -> dict[str, object]:
    """The figures of this process's site: claims of codes drawn from the pairs, each at its best of some rounds, since others use the machine too."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from codes.models import Code, PtpEdit
    from codes.tools.claim_facts import facts_of
    from codes.tools.claim_lines import Claim, Line
    from codes.tools.claim_rules import check

    dice, day = random.Random(SEED), timezone.localdate()
    codes = sorted(set(PtpEdit.objects.filter(release__current=True).order_by().values_list("column1", flat=True).distinct()))
    diagnoses = list(Code.objects.current().filter(system__slug="icd10cm").order_by("pk").values_list("code", flat=True)[::97])

    def drawn(size: int) -> Claim:
        chosen, twelve = dice.sample(codes, size), dice.sample(diagnoses, 12)
        return Claim(day, tuple(Line(number, code, ("59",), 1, tuple(dice.sample(twelve, 4))) for number, code in enumerate(chosen, 1)))

    claims, found, queries = [drawn(50) for _ in range(CLAIMS)], 0, set()
    times = [float("inf")] * CLAIMS
    for _ in range(ROUNDS):
        for place, claim in enumerate(claims):
            begun = time.perf_counter()
            facts = facts_of(claim)
            check(claim, facts)
            times[place] = min(times[place], 1000 * (time.perf_counter() - begun))
            found += len(facts.pairs)
    for size in SIZES:
        for _ in range(CLAIMS // 4):
            claim = drawn(size)
            with CaptureQueriesContext(connection) as captured:
                facts_of(claim)
            queries.add(len(captured))
    return {"times": times, "found": found / CLAIMS / ROUNDS, "queries": sorted(queries), **rendered()}


def rendered() -> dict[str, dict[str, float]]:
    """The page of the CPT code with the most pairs, in full and unkept, at its best; and the same with all but four of its pairs away."""
    from django.db import transaction
    from django.db.models import Count, Q

    from codes.models import Catalogue, Code, PtpEdit
    from codes.pages import Found, render
    from quotas.meter import FULL

    codes = {code.compact: code for code in Code.objects.current().filter(system__slug="cpt").exclude(heading=None)}
    of_column2 = PtpEdit.objects.filter(release__current=True, column2__in=list(codes)).order_by().values_list("column2").annotate(Count("pk"))
    number = max(of_column2, key=lambda row: row[1])[0]
    code, edition = codes[number], Catalogue.counts()[0]

    def best() -> dict[str, float]:
        times = []
        for _ in range(40):
            begun = time.perf_counter()
            render(Found(code.pk, code.page_version, edition), FULL, "user")
            times.append(1000 * (time.perf_counter() - begun))
        return {"pairs": float(own.count()), "ms": min(times)}

    own = PtpEdit.objects.filter(Q(column1=number) | Q(column2=number), release__current=True)
    many = best()
    with transaction.atomic():
        kept = [pk for column in ("column1", "column2") for pk in own.filter(**{column: number}, deletion_date=None).values_list("pk", flat=True)[:2]]
        own.exclude(pk__in=kept).delete()
        few = best()
        transaction.set_rollback(True)
    return {"many": many, "few": few}


if __name__ == "__main__":
    import django

    django.setup()
    json.dump(inside(), sys.stdout)
