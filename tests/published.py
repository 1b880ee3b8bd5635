"""Files in the published layouts, as large as a test wants them and with a telltale: every row names the release it belongs to."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

FIRST_DAY = date(2020, 1, 1)
RATIONALES = ("Standards of medical/surgical practice", "Mutually exclusive procedures", "More extensive procedure")
CAPTIONS = (
    "Invented for tests\t\t\t\t\t\t",
    "Column1/Column2 Edits\t\t\t\t\t\t",
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t",
    "\t\t\t\t*=no data\t1=allowed\t",
    "\t\t\t\t\t9=not applicable\t",
)
HCPCS_NAME = "HCPC2025_OCT_ANWEB.txt"


def telltale(number: int) -> date:
    """The effective date that all rows of the file of this number carry, and no others."""
    return FIRST_DAY + timedelta(days=number)


def pairs(folder: Path, number: int, rows: int) -> Path:
    """An NCCI PTP file (practitioner, version 30.2); files differ in the effective date of all their rows."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "ccipra-v302r0-f1.TXT"
    with path.open("w", newline="") as file:
        file.writelines(f"{line}\r\n" for line in CAPTIONS)
        file.writelines(pair_lines(number, rows))
    return path


def pair_lines(number: int, rows: int) -> Iterator[str]:
    """The edits: 300 partners to a code, each code as a partner of many."""
    day = f"{telltale(number):%Y%m%d}"
    for row in range(rows):
        yield f"{10_000 + row // 300:05}\t{20_000 + row % 300 * 7:05}\t\t{day}\t*\t{row % 2}\t{RATIONALES[row % 3]}\r\n"


def title(number: int) -> str:
    """The short title that all codes of the HCPCS file of this number carry."""
    return f"WORDING NUMBER {number}"


def hcpcs(folder: Path, number: int, codes: int) -> Path:
    """An HCPCS file, fixed width, with codes G0001 and on; files differ in the wording of all their codes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / HCPCS_NAME
    path.write_text("".join(hcpcs_record(f"G{code:04}", number) for code in range(1, codes + 1)))
    return path


def hcpcs_record(code: str, number: int) -> str:
    """One code of two lines: its description goes on on the second."""
    head = f"{code}001003{f'Invented service {code}, with a description that goes on':<80}{title(number):<28}"
    dates = f"{head:<268}{'20200101':<8}{'20200101':<8}{'':<8}N\r\n"
    return f"{dates}{code}001014on its second line\r\n"
