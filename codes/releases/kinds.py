"""The kinds of release that can be loaded: one module each. A new one is a line here."""

from typing import cast

from codes.models import Code, Release
from codes.releases import (
    add_on,
    cdt,
    cpt,
    gpci,
    hcpcs,
    icd9cm,
    icd10cm,
    icd10pcs,
    localities,
    mcd_articles,
    mcd_lcd,
    mue,
    ncci_ptp,
    ncd,
    pfs,
)
from codes.releases.reading import Reader, Table

MODULES = (cpt, hcpcs, icd10cm, icd10pcs, icd9cm, pfs, gpci, localities, ncci_ptp, mue, add_on, mcd_articles, mcd_lcd, ncd, cdt)
READERS = {reader.KIND: reader for reader in cast("tuple[Reader, ...]", MODULES)}
LISTING = Table(
    Code,
    "codes",
    ("compact", "code", "short", "medium", "long", "effective_date", "end_date"),
    key=("compact",),
    alive="status <> 'deleted'",
)


def tables_of(release: Release) -> list[Table]:
    """The tables that a release of this kind fills."""
    tables = READERS[release.kind].TABLES if release.kind in READERS else ()
    listing = [LISTING] if Code.objects.filter(release=release).exists() else []
    return [*listing, *tables]
