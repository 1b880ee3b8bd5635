"""The Compliance panel: indicators in words, what the global payment includes, supervision, standing, and editors' points."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from codes import indicators
from codes.models import Catalogue, Code, CodeSystem, CompliancePoint, FeeScheduleLine
from codes.panels import compliance
from codes.panels.subject import Subject
from tests.pages import code_url, text_of


def panel(client, code: str, system: str = "cpt"):
    return text_of(client.get(code_url(code, system))).partition('data-panel="compliance"')[2].partition("</section>")[0]


def change(code: str, **columns: object) -> None:
    """Change the code's line of the fee schedule."""
    assert FeeScheduleLine.objects.filter(code=code, modifier="", release__current=True).update(**columns)
    Catalogue.count_up()


def test_it_works(as_coder):
    body = panel(as_coder, "27447")
    assert "90 postoperative days" in body
    assert "92 days: the day before the operation, its day, and the 90 days after it." in body
    assert "The visit at which the operation was decided on (57)." in body
    assert "Medicare Claims Processing Manual, chapter 12, section 40.1" in body
    assert "CMS PFS 2025 October release" in body
    assert "What the record must show" in body
    assert "Demonstration data, written by CasePilot." in body


@pytest.mark.parametrize(
    ("days", "says", "modifier"), [("000", "The day of the procedure alone.", "(25)"), ("010", "11 days:", "(25)"), ("090", "92 days:", "(57)")]
)
def test_what_the_global_payment_includes(as_coder, days, says, modifier):
    change("20610", global_days=days)
    body = panel(as_coder, "20610")
    assert says in body
    assert modifier in body.partition("Paid besides")[2].partition("</ul>")[0]


@pytest.mark.parametrize("days", ["XXX", "ZZZ", "MMM", "YYY"])
def test_no_package_where_no_days_are_counted(as_coder, days):
    change("20610", global_days=days)
    assert "Paid besides" not in panel(as_coder, "20610")


def test_every_value_that_cms_uses_is_explained():
    assert set(indicators.SUPERVISION) == {"01", "02", "03", "04", "05", "06", "09", "21", "22", "66", "6A", "77", "7A"}
    assert {"A", "B", "C", "D", "E", "I", "J", "M", "N", "P", "R", "T", "X"} <= set(indicators.STATUS)
    assert all(meaning.rule.endswith(".") for meaning in indicators.SUPERVISION.values())


def test_supervision_of_diagnostic_tests(as_coder):
    change("93306", supervision="01")
    assert "General supervision." in panel(as_coder, "93306")
    change("93306", supervision="09")
    assert "upervision <b>" not in panel(as_coder, "93306")
    change("93306", supervision="ZZ")
    assert "Not explained here." in panel(as_coder, "93306")


def test_where_it_is_rarely_done(as_coder):
    change("27447", nonfac_na="NA")
    assert "Rarely or never outside a facility." in panel(as_coder, "27447")
    change("27447", nonfac_na="", status="I")
    assert "Rarely or never outside a facility." not in panel(as_coder, "27447")


def test_documentation_points_and_audit_risks(as_coder):
    CompliancePoint.objects.all().delete()
    system = CodeSystem.objects.get(slug="cpt")
    CompliancePoint.objects.create(system=system, heading="surgery-10004-69990", text="From *above*.")
    CompliancePoint.objects.create(system=system, code="27447", text="Its own.", source="Manual")
    CompliancePoint.objects.create(system=system, code="27447", sort="audit", text="A risk.", demonstration=True)
    body = panel(as_coder, "27447")
    record, _, risks = body.partition("What auditors look for")
    assert record.index("Its own.") < record.index("From <em>above</em>.")
    assert "Manual" in record
    assert "Demonstration" not in record
    assert "A risk." in risks
    assert "Demonstration data" in risks
    assert "What auditors look for" not in panel(as_coder, "99385")


def test_a_deleted_code_names_what_is_in_its_place(as_coder):
    code = Code.objects.current().get(system__slug="cpt", code="63663")
    code.status, code.end_date, code.details = Code.DELETED, date(2024, 12, 31), {"replaced_by": ["63664"]}
    code.save()
    Catalogue.count_up()
    assert "Not valid for services after December 31, 2024. The publisher refers to 63664 in its place." in panel(as_coder, "63663")
    Code.objects.filter(pk=code.pk).update(details={}, status=Code.ACTIVE)
    Catalogue.count_up()
    assert "The last day of service for it is December 31, 2024." in panel(as_coder, "63663")


def test_a_diagnosis_says_whether_it_can_be_billed(client):
    assert "A header: a claim needs one of the more specific codes below it" in panel(client, "E11", "icd10cm")
    assert "valid on a claim" in panel(client, "E11.9", "icd10cm")


def test_one_query_whatever_the_code(db):
    for code in ("27447", "99213", "36415"):
        found = Code.objects.select_related("system").get(system__slug="cpt", code=code)
        lines = list(FeeScheduleLine.objects.filter(code=code, release__current=True).select_related("release"))
        with CaptureQueriesContext(connection) as queries:
            compliance.context(Subject(found, lines))
        assert len(queries) == 1
