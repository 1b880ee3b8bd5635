"""The catalogue's tables: code systems and codes, descriptions, releases, and Medicare's facts."""

from codes.models.attachments import CompliancePoint, Crosswalk, Guideline
from codes.models.catalogue import Code, CodeQuerySet, CodeSystem, Heading, Modifier, compact, paths_to
from codes.models.coverage import CoverageCode, CoverageContractor, CoverageDiagnosis, CoverageDocument, CoverageGroup
from codes.models.descriptions import CommonDescription
from codes.models.edits import AddOnEdit, MueEdit, PtpEdit
from codes.models.medicare import FeeScheduleLine, Gpci, Locality
from codes.models.mine import RecentSearch, SavedCode
from codes.models.releases import Catalogue, Change, Release
from codes.models.searching import SearchChoice, SearchTally, Synonym

__all__ = [
    "AddOnEdit",
    "Catalogue",
    "Change",
    "Code",
    "CodeQuerySet",
    "CodeSystem",
    "CommonDescription",
    "CompliancePoint",
    "CoverageCode",
    "CoverageContractor",
    "CoverageDiagnosis",
    "CoverageDocument",
    "CoverageGroup",
    "Crosswalk",
    "FeeScheduleLine",
    "Gpci",
    "Guideline",
    "Heading",
    "Locality",
    "Modifier",
    "MueEdit",
    "PtpEdit",
    "RecentSearch",
    "Release",
    "SavedCode",
    "SearchChoice",
    "SearchTally",
    "Synonym",
    "compact",
    "paths_to",
]
