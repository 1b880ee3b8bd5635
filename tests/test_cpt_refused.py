"""CPT from licensed files: what is refused, and in which words."""

import pytest

from tests.cpt_samples import CAPTIONS, LIST, LONGULT, MODIFIERS, NOTICE, PLA, ROWS, opened, refusal


@pytest.fixture
def folder(tmp_path):
    """A function that writes files to a folder and opens it."""
    return lambda files, name="licensed": opened(tmp_path / name, files)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"MEDU.txt": "99213 INV"}, "ConsolidatedCodeList.txt or LONGULT.txt, which lists the codes, was expected; there is: MEDU.txt"),
        ({"ConsolidatedCodeList.txt": LIST.replace("\tLong\t", "\tWide\t")}, "line 6: a column Long was expected, and the captions have none"),
        ({"ConsolidatedCodeList.txt": NOTICE + "\r\n".join(ROWS)}, "line 6: '1000001' stands where a row of captions with CPT Code was expected"),
        ({"ConsolidatedCodeList.txt": NOTICE}, "a row of captions with CPT Code was expected, but there is none in the file"),
        ({"ConsolidatedCodeList.txt": NOTICE + CAPTIONS}, "codes were expected, but there is none in the file"),
        ({"ConsolidatedCodeList.txt": LIST.replace("00100", "0010")}, "line 8, column CPT Code: '0010' stands where a code of five characters was expected"),
        ({"ConsolidatedCodeList.txt": LIST.replace("00100", "99213")}, "line 8: '99213' stands where each code was expected once, and line 7 has it too"),
        ({"ConsolidatedCodeList.txt": LIST.replace("Invented sleep\t", "\t")}, "line 8, column Long: nothing stands where a long descriptor was expected"),
        (
            {"ConsolidatedCodeList.txt": LIST.replace("20210101", "20211301")},
            "line 7, column Current Descriptor Effective Date: '20211301' stands where a date",
        ),
        ({"ConsolidatedCodeList.txt": LIST.replace("INV SLEEP", "I\tN\tV")}, "line 8: 11 cells were expected, as many as there are captions; the row has 13"),
        ({"ConsolidatedCodeList.txt": LIST + "1000005\t99214\tInvented but cu"}, "line 11: 5 cells were expected, as in the rows before: the line is cut off"),
        ({"ConsolidatedCodeList.txt": LIST + "10000"}, "line 11: '10000' stands where a row of captions with CPT Code was expected"),
        ({"ConsolidatedCodeList.txt": LIST.replace("INV SLEEP", "x" * 251)}, "column Short: 'xxx"),
        ({"ConsolidatedCodeList.txt": LIST.encode("utf-16")}, "the file is UTF-16"),
        ({"ConsolidatedCodeList.txt": b"PK\x03\x04"}, "this is a zip"),
        ({"ConsolidatedCodeList.txt": ""}, "the file is empty"),
        ({"ConsolidatedCodeList.txt": LIST, "consolidated code list.txt": LIST}, "was expected once; there is"),
        ({"LONGULT.txt": LONGULT + "99213\tAgain\r\n"}, "line 5: '99213' stands where each code was expected once, and line 3 has it too"),
        ({"LONGULT.txt": LONGULT + "9921"}, "line 5: '9921' stands where a code of five characters and its descriptor was expected"),
        ({"LONGULT.txt": LONGULT + "99214\t"}, "line 5, column descriptor: nothing stands where a descriptor was expected: the line is cut off"),
        ({"LONGULT.txt": LONGULT.replace("00100\t", "oddity\r\n00100\t")}, "line 4: 'oddity' stands where a code of five"),
        ({"LONGULT.txt": "<html>no list</html>"}, "but there is none in the file"),
        ({"LONGULT.txt": LONGULT, "MEDU.txt": "\n99213 A\n99213 B\n"}, "MEDU.txt, line 3: '99213' stands where each code was expected once"),
        ({"LONGULT.txt": LONGULT, "SHORTU.txt": f"\n99213 {'x' * 251}\n"}, "SHORTU.txt, line 2, column descriptor: 'xxx"),
        ({"LONGULT.txt": LONGULT, "ConsumerDescriptor.txt": "CPT Code\tWords\n99213\tA visit\n"}, "a column Consumer Friendly Descriptor was expected"),
        ({"LONGULT.txt": LONGULT, "ConsumerDescriptor.txt": "1\t99213\tA\n2\t9921\tB\n"}, "line 2, column CPT Code: '9921' stands"),
        ({"LONGULT.txt": LONGULT, "Modifiers.txt": MODIFIERS.replace("Z1", "Z12")}, "column Modifier Code: 'Z12' stands where a modifier of two characters"),
        ({"LONGULT.txt": LONGULT, "Modifiers.txt": MODIFIERS.replace("Modifier Description", "Words")}, "a column Modifier Description was expected"),
    ],
)
def test_what_is_refused_and_how(folder, files, said):
    assert said in refusal(folder(files))


def test_no_descriptor_is_told_in_a_refusal(folder):
    text = "An invented descriptor that nobody without a licence may read in a log"
    for files in ({"LONGULT.txt": LONGULT.replace("00100\t", f"{text}\r\n00100\t")}, {"MEDU.txt": f"99213 {text}"}):
        assert "nobody" not in refusal(folder({"SHORTU.txt": "", **files}))


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (PLA[:-40], "a.xml, line 13: whole XML was expected"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a><plaCode/></a>', "declares b"),
        (PLA.replace("utf-8", "utf-99"), "a.xml, line 1: XML in UTF-8 was expected"),
        (PLA.replace("0990U", "0002U"), "a.xml, line 7: '0002U' stands where each code was expected once, and line 3 has it too"),
        (PLA.replace("0990U", "990U"), "line 7, column cdCode: '990U' stands where a code of five characters was expected"),
        (PLA.replace("2026-04-01", "soon"), "column effectiveDate: 'soon' stands where a date was expected"),
    ],
)
def test_analyses_that_are_refused(folder, xml, said):
    assert said in refusal(folder({"ConsolidatedCodeList.txt": LIST, "a.xml": xml}))
