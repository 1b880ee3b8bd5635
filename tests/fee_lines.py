"""Lines of the fee schedule as CMS published them (PPRRVU2025_Oct: figures and indicators, no descriptors), and indices of GPCI2025."""

from decimal import Decimal

from codes.models import FeeScheduleLine
from codes.payment import Index
from codes.payment_line import Asked

FACTOR = Decimal("32.3465")
COLUMNS = "code modifier status work_rvu nonfac_pe_rvu fac_pe_rvu mp_rvu pctc global_days pre_op intra_op post_op indicators endo_base opps_nonfac opps_mp nonfac_na fac_na"
INDICATORS = ("mult_proc", "bilat_surg", "asst_surg", "co_surg", "team_surg")
PUBLISHED = """
99213 - A 1.30 1.35 0.57 0.10 0 XXX 0.00 0.00 0.00 00000 - 0.00 0.00 - -
99285 - A 4.00 0.79 0.79 0.43 0 XXX 0.00 0.00 0.00 00000 - 0.00 0.00 NA -
27447 - A 19.60 15.30 15.30 3.98 0 090 0.10 0.69 0.21 21210 - 0.00 0.00 NA -
27130 - A 19.60 15.34 15.34 3.99 0 090 0.10 0.69 0.21 21210 - 0.00 0.00 NA -
64493 - A 1.52 3.64 1.05 0.16 0 000 0.00 0.00 0.00 21200 - 0.00 0.00 - -
20610 - A 0.79 1.04 0.44 0.13 0 000 0.00 0.00 0.00 21100 - 0.00 0.00 - -
11042 - A 1.01 2.73 0.68 0.13 0 000 0.00 0.00 0.00 20100 - 0.00 0.00 - -
10060 - A 1.22 2.49 1.89 0.13 0 010 0.10 0.80 0.10 20100 - 0.00 0.00 - -
17311 - A 6.20 13.60 3.76 0.64 0 000 0.00 0.00 0.00 20100 - 0.00 0.00 - -
66984 - A 7.35 8.23 8.23 0.55 0 090 0.10 0.70 0.20 21100 - 0.00 0.00 NA -
63650 - A 7.15 57.79 4.51 0.82 0 010 0.10 0.80 0.10 20100 - 0.00 0.00 - -
52282 - A 6.39 2.77 2.77 0.84 0 000 0.00 0.00 0.00 30100 52000 0.00 0.00 NA -
43235 - A 2.09 6.18 1.29 0.27 0 000 0.00 0.00 0.00 20100 - 0.00 0.00 - -
43239 - A 2.39 8.36 1.42 0.29 0 000 0.00 0.00 0.00 30100 43235 0.00 0.00 - -
43247 - A 3.11 7.82 1.72 0.40 0 000 0.00 0.00 0.00 30100 43235 0.00 0.00 - -
45378 - A 3.26 6.44 1.79 0.43 0 000 0.00 0.00 0.00 20100 - 0.00 0.00 - -
45378 53 A 1.63 3.22 0.90 0.22 0 000 0.00 0.00 0.00 20100 - 0.00 0.00 - -
45380 - A 3.56 8.79 1.93 0.47 0 000 0.00 0.00 0.00 30100 45378 0.00 0.00 - -
70450 - A 0.85 2.35 2.35 0.05 1 XXX 0.00 0.00 0.00 40000 - 3.58 0.06 - NA
70450 26 A 0.85 0.31 0.31 0.04 1 XXX 0.00 0.00 0.00 40000 - 0.00 0.00 - -
70450 TC A 0.00 2.04 2.04 0.01 1 XXX 0.00 0.00 0.00 40000 - 3.27 0.02 - NA
74177 - A 1.82 7.25 7.25 0.12 1 XXX 0.00 0.00 0.00 40900 - 11.67 0.13 - NA
74177 26 A 1.82 0.66 0.66 0.10 1 XXX 0.00 0.00 0.00 40900 - 0.00 0.00 - -
74177 TC A 0.00 6.59 6.59 0.02 1 XXX 0.00 0.00 0.00 40900 - 11.01 0.03 - NA
72191 - A 1.81 7.33 7.33 0.13 1 XXX 0.00 0.00 0.00 40000 - 6.10 0.12 - NA
72191 26 A 1.81 0.62 0.62 0.10 1 XXX 0.00 0.00 0.00 40000 - 0.00 0.00 - -
72191 TC A 0.00 6.71 6.71 0.03 1 XXX 0.00 0.00 0.00 40000 - 5.48 0.02 - NA
73562 - A 0.18 1.02 1.02 0.02 1 XXX 0.00 0.00 0.00 03000 - 2.77 0.04 - NA
73562 26 A 0.18 0.08 0.08 0.01 1 XXX 0.00 0.00 0.00 03000 - 0.00 0.00 - -
73562 TC A 0.00 0.94 0.94 0.01 1 XXX 0.00 0.00 0.00 03000 - 2.69 0.03 - NA
93306 - A 1.46 4.28 4.28 0.07 1 XXX 0.00 0.00 0.00 60000 - 17.34 0.17 - NA
93306 26 A 1.46 0.52 0.52 0.04 1 XXX 0.00 0.00 0.00 60000 - 0.00 0.00 - -
93306 TC A 0.00 3.76 3.76 0.03 1 XXX 0.00 0.00 0.00 60000 - 16.82 0.13 - NA
93880 - A 0.80 4.73 4.73 0.09 1 XXX 0.00 0.00 0.00 62000 - 7.68 0.11 - NA
93880 26 A 0.80 0.26 0.26 0.06 1 XXX 0.00 0.00 0.00 62000 - 0.00 0.00 - -
93880 TC A 0.00 4.47 4.47 0.03 1 XXX 0.00 0.00 0.00 62000 - 7.42 0.05 - NA
93000 - A 0.17 0.24 0.24 0.02 4 XXX 0.00 0.00 0.00 60000 - 0.00 0.00 - NA
92133 - A 0.31 0.59 0.59 0.02 1 XXX 0.00 0.00 0.00 72000 - 1.96 0.05 - NA
92133 26 A 0.31 0.17 0.17 0.01 1 XXX 0.00 0.00 0.00 72000 - 0.00 0.00 - -
92133 TC A 0.00 0.42 0.42 0.01 1 XXX 0.00 0.00 0.00 72000 - 1.79 0.04 - NA
92134 - A 0.32 0.63 0.63 0.02 1 XXX 0.00 0.00 0.00 72000 - 1.99 0.05 - NA
92134 26 A 0.32 0.20 0.20 0.01 1 XXX 0.00 0.00 0.00 72000 - 0.00 0.00 - -
92134 TC A 0.00 0.43 0.43 0.01 1 XXX 0.00 0.00 0.00 72000 - 1.79 0.04 - NA
97110 - A 0.45 0.43 0.43 0.01 7 XXX 0.00 0.00 0.00 50000 - 0.00 0.00 - NA
97140 - A 0.43 0.40 0.40 0.01 7 XXX 0.00 0.00 0.00 50000 - 0.00 0.00 - NA
94760 - T 0.00 0.10 0.10 0.01 3 XXX 0.00 0.00 0.00 00000 - 0.00 0.00 - NA
00100 - J 0.00 0.00 0.00 0.00 9 XXX 0.00 0.00 0.00 99999 - 0.00 0.00 - -
36415 - X 0.00 0.00 0.00 0.00 9 XXX 0.00 0.00 0.00 99999 - 0.00 0.00 - -
15876 - R 0.00 0.00 0.00 0.00 0 000 0.00 0.00 0.00 20000 - 0.00 0.00 - -
"""
INDICES = {
    "13202-01": ("NY", "MANHATTAN", "1.065", "1.166", "1.656"),
    "04412-18": ("TX", "HOUSTON", "1.014", "1.003", "1.409"),
    "02102-01": ("AK", "ALASKA", "1.500", "1.081", "0.592"),
    "07302-00": ("MS", "MISSISSIPPI", "1.000", "0.852", "0.768"),
    "01182-18": ("CA", "LOS ANGELES-LONG BEACH-ANAHEIM (LOS ANGELES/ORANGE CNTY)", "1.042", "1.194", "0.690"),
    "12202-01": ("DC", "DC + MD/VA SUBURBS", "1.057", "1.192", "1.168"),
    "09102-04": ("FL", "MIAMI", "1.000", "1.027", "2.500"),
    "14212-01": ("MA", "METROPOLITAN BOSTON", "1.042", "1.197", "0.894"),
    "12502-99": ("PA", "REST OF PENNSYLVANIA", "1.000", "0.927", "0.925"),
}


def line(text: str) -> FeeScheduleLine:
    """A line from its text, not saved."""
    cells = {name: "" if cell == "-" else cell for name, cell in zip(COLUMNS.split(), text.split(), strict=True)}
    cells |= zip(INDICATORS, cells.pop("indicators"), strict=True)
    cells["opps_fac"] = cells["opps_nonfac"]
    numbers = {name: Decimal(cells.pop(name)) for name in list(cells) if name.endswith(("rvu", "_op")) or name.startswith("opps")}
    return FeeScheduleLine(**cells, **numbers, conv_factor=FACTOR)


def lines() -> dict[str, dict[str, FeeScheduleLine]]:
    """All of them, by code and modifier; new ones each time."""
    found: dict[str, dict[str, FeeScheduleLine]] = {}
    for text in PUBLISHED.strip().splitlines():
        made = line(text)
        found.setdefault(made.code, {})[made.modifier] = made
    return found


def index(key: str) -> Index:
    """The indices of a locality."""
    return Index(*map(Decimal, INDICES[key][2:]))


def asked(text: str) -> Asked:
    """A line of a claim: `20610-50x2`."""
    of, (typed, _, units) = lines(), text.partition("x")
    code, *modifiers = typed.split("-")
    whole = of.get(code, {}).get("")
    base = of.get(whole.endo_base, {}).get("") if whole else None
    return Asked(code, of.get(code, {}), tuple(modifiers), int(units or 1), base)
