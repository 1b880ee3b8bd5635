"""HCPCS Level II: the text in columns, the workbook and separated text give the same codes and modifiers."""

import zipfile
from datetime import date

import pytest

from codes.models import Change, Code, Heading, Modifier, Release
from codes.releases import hcpcs
from codes.releases.hcpcs_rows import PLACES
from codes.releases.reading import Listed, Node
from codes.releases.refused import Refused
from codes.releases.source import open_source
from codes.releases.tally import Tally
from tests import workbooks
from tests.hcpcs_files import CAPTIONS, PUBLISHED, SAMPLE, as_table, codes_of, line, load, more, read, row, text


def test_it_works(db, tmp_path):
    outcome = load(text(tmp_path / "HCPC2025_OCT_ANWEB.txt", SAMPLE))
    release = outcome.release
    assert (outcome.what, release.current, release.title, release.version) == ("loaded", True, "HCPCS Level II, October 2025 release", "2025-10")
    assert (release.effective_date, release.copyright_line) == (date(2025, 10, 1), "Public domain: Centers for Medicare & Medicaid Services")
    assert outcome.tally.as_json() == {
        "read": 12,
        "stored": {"modifiers": 1, "codes": 4},
        "joined": 3,
        "left_out": {"disclaimer lines above the records": 2, "empty lines": 2},
    }
    ride = Code.objects.get(release=release, code="A0100")
    assert (ride.short, ride.long, ride.status, ride.effective_date, ride.end_date) == ("Bay ride", "Ride across the bay", "active", date(2020, 1, 1), None)
    assert ride.heading.name == "Transportation, medical and surgical supplies"
    assert (ride.heading.slug, ride.heading.range, ride.heading.path) == ("a-codes", "A0100-A0200", "01")
    assert ride.details == {
        "pricing": ["13"],
        "multiple_pricing": "A",
        "coverage_manual": ["60-9"],
        "carrier_manual": ["2150", "5112"],
        "coverage": "C",
        "added": "2020-01-01",
        "action_date": "2020-01-01",
        "action": "N",
    }
    basket = Code.objects.get(release=release, code="A0200")
    assert basket.long == "Basket of supplies, including, but not limited to, all that is needed for a long walk, and whatever else is asked for"
    assert (basket.status, basket.end_date, basket.details["replaced_by"]) == ("deleted", date(2023, 12, 31), ["A0100", "J9100"])
    assert [heading.slug for heading in Heading.objects.filter(release=release)] == ["a-codes", "j-codes", "v-codes"]
    song = Code.objects.get(release=release, code="V9100")
    assert song.details["asc_date"] == "2008-01-01"
    assert "anesthesia_units" not in song.details
    modifier = Modifier.objects.get(release=release)
    assert (modifier.code, modifier.level, modifier.short) == ("ZA", "", "Invented modifier")
    assert modifier.long == "Invented modifier for a service that was given without a second thought"
    assert (modifier.effective_date, modifier.details["coverage"]) == (date(2020, 1, 1), "C")
    again = load(tmp_path / "HCPC2025_OCT_ANWEB.txt")
    assert (again.what, again.release) == ("unchanged", release)


def test_the_workbook_and_separated_text_say_what_the_text_says(tmp_path):
    expected, _ = read(text(tmp_path / "HCPC2025_OCT_ANWEB.txt", SAMPLE))
    whole = [
        SAMPLE[0] | {"long": "Invented modifier for a service that was given without a second thought"},
        SAMPLE[2],
        SAMPLE[3] | {"long": f"{SAMPLE[3]['long']} walk, and whatever else is asked for"},
        *SAMPLE[6:],
    ]
    above = [["***Disclaimers"], [""], ["*Brand names may appear."]]
    book, tally = read(workbooks.write(tmp_path / "HCPC2025_OCT_ANWEB.xlsx", [*above, *as_table(whole), [], ["* a note"]]))
    assert book == expected
    assert tally.as_json() == {
        "read": 11,
        "stored": {"modifiers": 1, "codes": 4},
        "joined": 0,
        "left_out": {"captions and the rows above them": 4, "empty rows": 1, "notes below the table": 1},
    }
    for sample in (whole, SAMPLE):  # whole descriptions, and continuations as one published workbook has them too
        separated = tmp_path / "HCPC2025_OCT_ANWEB_tabs.txt"
        separated.write_text("".join("\t".join(cells) + "\r\n" for cells in [*above, *as_table(sample)]))
        assert read(separated)[0] == expected
    commas = tmp_path / "HCPC2025_OCT_ANWEB.csv"
    commas.write_text("".join(",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n" for cells in as_table(whole)))
    assert read(commas)[0] == expected
    quoted = [[f'"{cell}"'.replace('"clear"', '""clear""') if "," in cell else cell for cell in cells] for cells in as_table(whole)]
    separated.write_text("".join("\t".join(cells) + "\r\n" for cells in quoted))  # as a spreadsheet saves it
    assert read(separated)[0] == expected


def test_dates_and_numbers_of_a_workbook_may_be_numbers(tmp_path):
    table = as_table([row("A0100", "Ride", added="20200101", pricing1="13", laboratory1="340.0")])
    spots = {caption: spot for spot, caption in enumerate(table[0])}
    table[1][spots["ADD DT"]] = 20200101
    table[1][spots["ACT EFF DT"]] = date(2020, 1, 1)
    table[1][spots["PRICE1"]] = 13
    code = codes_of(read(workbooks.write(tmp_path / "HCPC2025_OCT_ANWEB.xlsx", table))[0])["A0100"]
    assert (code.effective, code.details["action_date"], code.details["pricing"], code.details["laboratory"]) == (
        date(2020, 1, 1),
        "2020-01-01",
        ["13"],
        ["340"],
    )


def test_of_a_zip_with_both_the_text_is_read(tmp_path):
    text(tmp_path / "HCPC2025_OCT_ANWEB.txt", SAMPLE)
    workbooks.write(tmp_path / "HCPC2025_OCT_ANWEB.xlsx", as_table(SAMPLE[2:3]))
    workbooks.write(tmp_path / "HCPC2025_OCT_Trans_Alpha.xlsx", [["HCPCS/MOD", "TYPE OF CHANGE"]])
    (tmp_path / "HCPC2025_README.txt").write_text("Read me")
    packed = tmp_path / "october-2025-alpha-numeric-hcpcs-file.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(tmp_path.glob("HCPC*")):
            archive.write(path, f"folder/{path.name}")
    assert read(packed)[0] == read(tmp_path / "HCPC2025_OCT_ANWEB.txt")[0]
    assert read(*tmp_path.glob("HCPC*"))[0] == read(packed)[0]
    assert len(codes_of(read(*tmp_path.glob("*.xlsx"))[0])) == 1  # the workbook, where there is no text


@pytest.mark.parametrize(
    ("name", "effective"),
    [
        ("HCPC2025_OCT_ANWEB.txt", date(2025, 10, 1)),
        ("HCPC2026_JAN_ANWEB_01122026.txt", date(2026, 1, 1)),
        ("HCPC2019_CONTR_ANWEB.txt", date(2019, 1, 1)),
        ("hcpcs-april-2026.txt", date(2026, 4, 1)),
        ("2018 Sept HCPCS.txt", date(2018, 9, 1)),
        ("HCPC2024MAY.txt", date(2024, 5, 1)),
        ("anweb.txt", date(2020, 7, 1)),  # the latest date in the file
    ],
)
def test_the_name_tells_the_release(tmp_path, name, effective):
    path = text(tmp_path / name, [row("A0100", "Ride"), row("A0200", "Walk", action_date="20200701")])
    reading = hcpcs.read(open_source([path]), Tally())
    assert (reading.effective, reading.version, reading.title) == (effective, f"{effective:%Y-%m}", f"HCPCS Level II, {effective:%B %Y} release")


def test_the_zips_name_tells_the_month_that_the_files_own_name_lacks(tmp_path):
    packed = tmp_path / "july-2019-alpha-numeric-hcpcs-file.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(text(tmp_path / "HCPC2019_ANWEB.txt", SAMPLE), "HCPC2019_ANWEB.txt")
    assert hcpcs.read(open_source([packed]), Tally()).effective == date(2019, 7, 1)


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"added": "20251001", "action": "A", "action_date": "20251001"}, "added"),
        ({"added": "20251001", "action": "N", "action_date": "20250101"}, "added"),
        ({"action": "R", "action_date": "20251001"}, "added"),
        ({"action": "C", "action_date": "20251001"}, "revised"),
        ({"action": "B", "action_date": "20251001"}, "revised"),
        ({"action": "S", "action_date": "20251001"}, "revised"),
        ({"action": "C", "action_date": "20250701"}, ""),
        ({"action": "F", "action_date": "20251001"}, ""),
        ({"action": "P", "action_date": "20251001"}, ""),
        ({"action": "D", "action_date": "20251001", "ended": "20250930"}, "deleted"),
        ({"action": "N", "ended": "20250930"}, "deleted"),
        ({"action": "D", "action_date": "20251001"}, ""),  # it has no termination date
        ({"action": "D", "action_date": "20240101", "ended": "20231231"}, ""),  # ended long ago
    ],
)
def test_what_a_release_did_to_a_code(tmp_path, values, what):
    found, _ = read(text(tmp_path / "HCPC2025_OCT_ANWEB.txt", [row("A0100", "Ride", **values)]))
    assert codes_of(found)["A0100"].what == what


def test_a_code_ends_by_its_termination_date_and_not_by_action_d(db, tmp_path):
    rows = [
        row("A0100", "Ended", action="D", action_date="20240101", ended="20231231"),
        row("A0200", "Not ended", action="D", action_date="20240101"),
        row("A0300", "Ends one day", action="N", ended="29991231"),
        row("A0400", "Ended before it began", added="20240101", ended="20231231"),
    ]
    release = load(text(tmp_path / "HCPC2025_OCT_ANWEB.txt", rows)).release
    statuses = dict(Code.objects.filter(release=release).values_list("code", "status"))
    assert statuses == {"A0100": "deleted", "A0200": "active", "A0300": "active", "A0400": "deleted"}
    never = Code.objects.get(release=release, code="A0400")
    assert (never.effective_date, never.end_date, never.details["added"]) == (date(2023, 12, 31), date(2023, 12, 31), "2024-01-01")


def test_the_next_release_records_what_is_new_revised_and_deleted(db, tmp_path):
    first = load(text(tmp_path / "HCPC2025_JUL_ANWEB.txt", SAMPLE)).release
    assert not Change.objects.filter(release=first).exists()
    rows = [
        row("ZA", "Invented modifier in other words"),
        row("ZB", "Second invented modifier"),
        SAMPLE[2] | {"ended": "20250930"},
        row("A0300", "Walk", added="20251001"),
        SAMPLE[6] | {"long": "Draught of cloudy water"},
    ]
    outcome = load(text(tmp_path / "HCPC2025_OCT_ANWEB.txt", rows))
    release = Release.objects.get(pk=outcome.release.pk)
    assert release.replaced == first
    assert set(Change.objects.filter(release=release).values_list("code", "what")) == {
        ("ZA", "revised"),
        ("ZB", "added"),
        ("A0100", "deleted"),
        ("A0300", "added"),
        ("J9100", "revised"),
        ("V9100", "deleted"),  # the file no longer has it
    }
    assert release.difference == {"codes": {"added": 1, "revised": 1, "deleted": 2}, "modifiers": {"added": 1, "revised": 1, "deleted": 0}}
    water = Code.objects.get(release=release, code="J9100")
    assert water.history[-1]["before"] == {"long": 'Draught of "clear" water, 10 mg'}
    assert Code.objects.get(release=release, code="A0300").status == "new"
    assert Code.objects.get(release=release, code="V9100").status == "deleted"
    assert Code.objects.get(release=release, code="A0200").status == "deleted"  # ended before, and still no change of this release


def test_columns_may_stand_in_any_order_and_under_other_captions(tmp_path):
    table = as_table(SAMPLE, PUBLISHED[::-1])
    other = {
        "LONG DESCRIPTION": "Long_Description ",
        "ADD DT": "add date",
        "TERM DT": "Termination Date",
        "ACTION CD": "Action Code",
        "HCPC": "HCPCS Code",
        "COV": "cov.",
    }
    table[0] = [other.get(caption, caption) for caption in table[0]]
    assert read(workbooks.write(tmp_path / "HCPC2025_OCT_ANWEB.xlsx", table))[0] == read(text(tmp_path / "HCPC2025_OCT_ANWEB.txt", SAMPLE))[0]


@pytest.mark.parametrize("missing", ["code", "long", "short", "pricing1", "replaced_by1", "coverage", "opps", "added", "ended", "action"])
def test_a_missing_column_is_refused_by_its_caption(tmp_path, missing):
    table = as_table(SAMPLE, [name for name in PUBLISHED if name != missing])
    with pytest.raises(Refused, match=rf"HCPC2025_OCT_ANWEB.xlsx, line 1: a column {CAPTIONS[missing]} was expected"):
        read(workbooks.write(tmp_path / "HCPC2025_OCT_ANWEB.xlsx", table))


def test_columns_of_repeats_and_row_numbers_may_be_missing(tmp_path):
    missing = {"sequence", "record", "pricing4", "replaced_by5"}
    table = as_table([SAMPLE[2], *SAMPLE[6:]], [name for name in PUBLISHED if name not in missing])
    assert len(codes_of(read(workbooks.write(tmp_path / "HCPC2025_OCT_ANWEB.xlsx", table))[0])) == 3


def test_cpt_and_dental_codes_are_left_out(tmp_path):
    rows = [row("22", "Not ours"), row("99999", "Not ours"), more("99999", "either"), row("0001T", "Not ours"), *SAMPLE[2:3], row("D9999", "Not ours")]
    found, tally = read(text(tmp_path / "HCPC2025_OCT_ANWEB.txt", rows, above=""))
    assert [entry.code for entry in found if isinstance(entry, Listed)] == ["A0100"]
    assert list(tally.left_out.values()) == [4, 1]
    assert [reason.partition(",")[0] for reason in tally.left_out] == ["CPT codes and modifiers", "dental codes (D)"]


def test_disorder_byte_order_mark_accents_notes_and_trimmed_lines(tmp_path):
    path = tmp_path / "HCPC2025_OCT_ANWEB.txt"
    lines = [line(values).rstrip() for values in [row("J0100", "Caf\xe9 \u2019 la  carte"), row("A0200", "Walk"), row("ZA", "Modifier"), row("A0100", "Ride")]]
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*lines, "* A note at the end", "\x1a"]).encode())
    found, tally = read(path)
    assert list(codes_of(found)) == ["A0100", "A0200", "J0100"]
    assert codes_of(found)["J0100"].long == "Caf\xe9 \u2019 la carte"
    assert [entry.first for entry in found if isinstance(entry, Node)] == ["A0100", "J0100"]
    assert tally.left_out == {"lines below the records": 1, "empty lines": 1}
    path.write_bytes("\r\n".join(lines).encode("cp1252"))  # each byte a column; the last line, with its action code, is whole
    assert codes_of(read(path)[0])["J0100"].long == "Caf\xe9 \u2019 la carte"


GOOD = line(SAMPLE[2])
WRONG = {
    "date": (
        [GOOD, line(row("A0200", "Walk", ended="20251399"))],
        r"ANWEB.txt, line 2, column TERM DT: '20251399' stands where a date was expected, as 20260401",
    ),
    "record id": ([GOOD[:10] + "5" + GOOD[11:]], "line 1, column RECID: '5' stands where 3, 4, 7 or 8 in column 11 was expected"),
    "sequence": ([GOOD[:5] + "00x00" + GOOD[10:]], "line 1, column SEQNUM: '00x00' stands where five digits in columns 6 to 10 was expected"),
    "other continuation": ([GOOD, line(more("A0200", "walk"))], "line 2, column HCPC: 'A0200' stands where a continuation of A0100 was expected"),
    "continuation first": ([line(more("A0200", "walk"))], "a continuation of a record above it was expected"),
    "twice": ([GOOD, GOOD], "line 2, column HCPC: 'A0100' stands where a code that was not listed before was expected"),
    "action": ([line(row("A0100", "Ride", action="7"))], "column ACTION CD: '7' stands where one letter was expected"),
    "no description": ([line(SAMPLE[2] | {"long": "", "short": ""})], "column LONG DESCRIPTION: nothing stands where a description was expected"),
    "record cut off": ([GOOD[:200]], r"line 1: .* stands where a whole line was expected; this one is cut off"),
    "no record": (["Column 1/Column 2 Edits"], r"records were expected, with 3, 4, 7 or 8 in column 11"),
}


@pytest.mark.parametrize(("lines", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_text_is_refused_in_words(tmp_path, lines, said):
    path = tmp_path / "HCPC2025_OCT_ANWEB.txt"
    path.write_text("".join(f"{one}\n" for one in lines))
    with pytest.raises(Refused, match=said):
        read(path)


@pytest.mark.parametrize("cut", [25, 250, 290, 400, 619])
def test_a_text_that_is_cut_off_in_its_last_line_is_refused(db, tmp_path, cut):
    load(text(tmp_path / "HCPC2025_JUL_ANWEB.txt", SAMPLE))
    path = tmp_path / "HCPC2025_OCT_ANWEB.txt"
    path.write_text("".join(f"{line(values)}\n" for values in SAMPLE[:5])[: 3 * 321 + cut])
    with pytest.raises(Refused, match=f"line {4 if cut < 321 else 5}: .* this one is cut off"):
        load(path)
    assert Release.objects.get(kind="hcpcs", current=True).version == "2025-07"
    assert Release.objects.filter(kind="hcpcs").count() == 1


def test_wrong_tables_are_refused_in_words(tmp_path):
    path = tmp_path / "HCPC2025_OCT_ANWEB.xlsx"
    for rows, said in (
        ([["Column 1", "Column 2"], ["A", "B"]], "a row of captions that begins with HCPC was expected"),
        ([*as_table(SAMPLE), ["A01OO", "x", "y"]], "line 10, column HCPC: 'A01OO' stands where a code of five characters or a modifier of two was expected"),
        ([*as_table([row("A0100", "Ride", added="2020-01-01")])], "line 2, column ADD DT: '2020-01-01' stands where a date was expected"),
        ([*as_table([row("A0100", "Ride", record="5")])], "line 2, column RECID: '5' stands where 3, 4, 7 or 8 was expected"),
    ):
        with pytest.raises(Refused, match=said):
            read(workbooks.write(path, rows))
    separated = tmp_path / "HCPC2025_OCT_ANWEB.txt"
    whole = "".join("\t".join(cells) + "\r\n" for cells in as_table(SAMPLE))
    separated.write_text(whole[: whole.rindex("20200101")])
    with pytest.raises(Refused, match=r"line 9: .* stands where a whole row was expected; the last one is cut off"):
        read(separated)


def test_several_lists_are_not_guessed_between(tmp_path):
    paths = [text(tmp_path / f"HCPC2025_{month}_ANWEB.txt", SAMPLE) for month in ("JUL", "OCT")]
    with pytest.raises(Refused, match=r"one list named as .* was expected; there is: HCPC2025_JUL_ANWEB.txt, HCPC2025_OCT_ANWEB.txt"):
        read(*paths)


def test_every_column_of_the_record_layout_has_its_place():
    covered = [spot for place in PLACES for span in place.spans() for spot in range(span.start + 1, span.stop + 1)]
    assert sorted(covered) == [spot for spot in range(1, 294) if spot != 260]  # 260 is filler
