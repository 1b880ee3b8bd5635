"""NCCI PTP files in the published layout, made up row by row: for machines that have no published ones, and for quick runs."""

import random
from collections.abc import Iterator
from pathlib import Path

SEED, PARTS = 11_042, 4
CODES, PARTNERS = 12_828, 10_652  # as in July 2024, as are the shares below
RATIONALES = [
    "CPT Manual or CMS manual coding instruction",
    "Misuse of Column Two code with Column One code",
    "Standards of medical/surgical practice",
    "Standard preparation/monitoring services for anesthesia",
    "HCPCS/CPT procedure code definition",
    "Mutually exclusive procedures",
    "More extensive procedure",
]
WEIGHTS = [797, 748, 726, 139, 38, 35, 23]
DELETED = ["*", "20191231", "20221231", "20161231", "20231231"]
DELETED_WEIGHTS = [66, 12, 3, 10, 9]
CAPTIONS = """\
Made up for a benchmark\t\t\t\t\t\t
Column1/Column2 Edits\t\t\t\t\t\t
Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale
\t\tprior to 1996\tDate\tDate\t0=not allowed\t
\t\t\t\t*=no data\t1=allowed\t
\t\t\t\t\t9=not applicable\t
""".replace("\n", "\r\n")


def write(folder: Path, rows: int) -> list[Path]:
    """The parts f1 to f4 with so many edits in all, and captions in each."""
    folder.mkdir(exist_ok=True)
    dice = random.Random(SEED)
    codes = [f"{number:05}" for number in sorted(dice.sample(range(100, 99_999), CODES))]
    paths = [folder / f"ccipra-v302r0-f{part}.TXT" for part in range(1, PARTS + 1)]
    for part, path in enumerate(paths):
        first, end = (CODES * place // PARTS for place in (part, part + 1))
        wanted = rows * (part + 1) // PARTS - rows * part // PARTS
        with path.open("w", newline="") as file:
            file.write(CAPTIONS)
            file.writelines(edits(dice, codes[first:end], codes[:PARTNERS], wanted))
    return paths


def edits(dice: random.Random, codes: list[str], partners: list[str], rows: int) -> Iterator[str]:
    """So many edits, spread over the codes, in the order of column 1 and column 2."""
    for place, code in enumerate(codes):
        share = rows * (place + 1) // len(codes) - rows * place // len(codes)
        rationales = dice.choices(RATIONALES, WEIGHTS, k=share)
        deleted = dice.choices(DELETED, DELETED_WEIGHTS, k=share)
        modifiers = dice.choices("109", [67, 29, 4], k=share)
        for partner, rationale, deletion, modifier in zip(sorted(dice.sample(partners, share)), rationales, deleted, modifiers, strict=True):
            yield f"{code}\t{partner}\t\t19960101\t{'19960101' if modifier == '9' else deletion}\t{modifier}\t{rationale}\r\n"
