"""The Medicare Coverage Database: national and local determinations, billing articles, and what they list.

Documents are joined on (release, kind, number, version), as the export's files are. Tables of one shape serve
all three kinds.
"""

from typing import ClassVar

from django.db import models

from codes.models.releases import Release

RANGE = "As published: B begins, M lies within and E ends a range that is listed code by code; empty where it is none."


class CoverageDocument(models.Model):
    """One version of one national determination (ncd), local determination (lcd) or article."""

    NCD, LCD, ARTICLE = "ncd", "lcd", "article"
    ACTIVE, RETIRED, PROPOSED = "A", "R", "P"
    PUBLIC = "https://www.cms.gov/medicare-coverage-database/view/"
    PAGES: ClassVar = {NCD: "ncd.aspx?ncdid={}&ncdver={}", LCD: "lcd.aspx?lcdid={}&ver={}", ARTICLE: "article.aspx?articleid={}&ver={}"}
    KINDS: ClassVar = [(NCD, "National coverage determination"), (LCD, "Local coverage determination"), (ARTICLE, "Article")]

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="coverage_documents", db_index=False)
    kind = models.CharField(max_length=7, choices=KINDS)
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    display_id = models.CharField(max_length=20, help_text="As published: L36668, A52369, 160.7.")
    title = models.CharField(max_length=500)
    type = models.CharField(max_length=60, blank=True, help_text="Of an article: billing and coding, response to comments, …; of an NCD: how far it covers.")
    status = models.CharField(max_length=20, blank=True, help_text="As published: A in force, R retired, P proposed.")
    effective_date = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    text = models.TextField(blank=True, help_text="Indications and limits, or the article's own text: HTML, made safe.")
    related = models.JSONField(default=list, blank=True, help_text="Related documents: [kind, number, version]; the version is missing where none is named.")

    class Meta:
        ordering: ClassVar = ["kind", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "kind", "number", "version"], name="coverage_document_once"),
            models.CheckConstraint(condition=models.Q(kind__in=["ncd", "lcd", "article"]), name="coverage_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.display_id} {self.title}"

    @property
    def public_url(self) -> str:
        """Where CMS publishes it."""
        return self.PUBLIC + self.PAGES[self.kind].format(self.number, self.version)


class CoverageGroup(models.Model):
    """The paragraph of one group of a document. Which diagnoses serve which codes is said here, in words."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="coverage_groups", db_index=False)
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    what = models.CharField(max_length=10, help_text="codes, modifiers, covered or noncovered")
    group = models.PositiveIntegerField()
    paragraph = models.TextField(blank=True, help_text="HTML, made safe.")
    asterisk = models.TextField(blank=True, help_text="What a star behind a diagnosis means; HTML, made safe.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["release", "number", "version"], name="coverage_group_document")]

    def __str__(self) -> str:
        return f"group {self.group} of {self.number}"


class CoverageCode(models.Model):
    """A procedure code that a document lists."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="coverage_codes", db_index=False)
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    code = models.CharField(max_length=10)
    group = models.PositiveIntegerField(default=0)
    range = models.CharField(max_length=1, blank=True, default="", help_text=RANGE)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["release", "code", "number"], name="coverage_code_code"),
            models.Index(fields=["release", "number", "version"], name="coverage_code_document"),
        ]

    def __str__(self) -> str:
        return f"{self.code} in {self.number}"


class CoverageDiagnosis(models.Model):
    """A diagnosis that a document lists as supporting medical necessity, or as not supporting it."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="coverage_diagnoses", db_index=False)
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    code = models.CharField(max_length=10)
    group = models.PositiveIntegerField(default=0)
    covered = models.BooleanField()
    asterisk = models.BooleanField(default=False)
    range = models.CharField(max_length=1, blank=True, default="", help_text=RANGE)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["release", "number", "version", "covered", "group", "code"], name="coverage_dx_document"),
            models.Index(fields=["release", "code", "number"], name="coverage_dx_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} in {self.number}"


class CoverageContractor(models.Model):
    """A contractor for whom a document holds, with the states that it serves."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="coverage_contractors", db_index=False)
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    contractor = models.CharField(max_length=120)
    contractor_number = models.CharField(max_length=20)
    type = models.CharField(max_length=60, blank=True)
    states = models.JSONField(default=list, help_text="Two-letter abbreviations.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["release", "number", "version"], name="coverage_contractor_doc")]

    def __str__(self) -> str:
        return f"{self.contractor} for {self.number}"
