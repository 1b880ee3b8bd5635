"""A small .xlsx written by hand: a zip of a few XML files, with inline strings and numbers (ECMA-376, SpreadsheetML)."""

import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

Cell = str | int | float | date | None
Sheet = Iterable[Sequence[Cell]]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
DATE_STYLE = 1  # the second cell format below
STYLES = (
    f'{DECLARATION}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def write(path: Path, rows: Sheet, **others: Sheet) -> Path:
    """Write a workbook whose first sheet has the rows; more sheets by their names. None leaves a cell out; a date is a dated number."""
    sheets = {"Sheet1": rows, **others}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", content_types(len(sheets)))
        package.writestr("_rels/.rels", relationships([("officeDocument", "xl/workbook.xml")]))
        package.writestr("xl/workbook.xml", workbook(list(sheets)))
        targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)]
        package.writestr("xl/_rels/workbook.xml.rels", relationships([*targets, ("styles", "styles.xml")]))
        package.writestr("xl/styles.xml", STYLES)
        for number, sheet in enumerate(sheets.values(), 1):
            package.writestr(f"xl/worksheets/sheet{number}.xml", worksheet(sheet))
    return path


def content_types(sheets: int) -> str:
    """What each file of the package is."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = [("/xl/workbook.xml", f"{kind}.sheet.main+xml"), ("/xl/styles.xml", f"{kind}.styles+xml")]
    parts += [(f"/xl/worksheets/sheet{number}.xml", f"{kind}.worksheet+xml") for number in range(1, sheets + 1)]
    overrides = "".join(f'<Override PartName="{part}" ContentType="{type_}"/>' for part, type_ in parts)
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">{rels}{overrides}</Types>'


def relationships(targets: Sequence[tuple[str, str]]) -> str:
    """Files that a file refers to: rId1, rId2 and so on."""
    lines = "".join(f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>' for number, (kind, target) in enumerate(targets, 1))
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def workbook(names: Sequence[str]) -> str:
    """The list of sheets."""
    sheets = "".join(f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(names, 1))
    return f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'


def worksheet(rows: Sheet) -> str:
    """One sheet, whose first row is row 1."""
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(cell(f"{column(spot)}{number}", value) for spot, value in enumerate(row) if value is not None)
        lines.append(f'<row r="{number}">{cells}</row>')
    return f'{DECLARATION}<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def column(spot: int) -> str:
    """A column's letters: A, B, … Z, AA."""
    letters = ""
    while spot >= 0:
        spot, letter = divmod(spot, 26)
        letters = chr(ord("A") + letter) + letters
        spot -= 1
    return letters


def cell(place: str, value: str | int | float | date) -> str:
    """A number, a date (days since 30 December 1899, in a date's style), or an inline string."""
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="{DATE_STYLE}"><v>{value.toordinal() - date(1899, 12, 30).toordinal()}</v></c>'
    return f'<c r="{place}"><v>{value}</v></c>'
