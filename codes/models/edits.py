"""NCCI: procedure-to-procedure edits, medically unlikely edits, add-on codes."""

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from codes.models.releases import Release


class PtpEditQuerySet(models.QuerySet["PtpEdit"]):
    """Queries on pairs."""

    def in_force(self, day: date) -> "PtpEditQuerySet":
        """Pairs that hold on a day. The deletion date is the last day; indicator 9 marks a pair that never held."""
        return self.exclude(modifier=9).filter(Q(deletion_date=None) | Q(deletion_date__gte=day), effective_date__lte=day)

    def among(self, codes: Collection[str]) -> "PtpEditQuerySet":
        """Pairs both of whose codes are among these."""
        return self.filter(column1__in=codes, column2__in=codes)


class AddOnEditQuerySet(models.QuerySet["AddOnEdit"]):
    """Queries on add-on relations."""

    def in_force(self, day: date) -> "AddOnEditQuerySet":
        """Relations that hold on a day: begun, and neither they nor either of their codes ended."""
        ends = ("deletion_date", "add_on_deletion_date", "primary_deletion_date")
        found = self.filter(Q(effective_date=None) | Q(effective_date__lte=day))
        for end in ends:
            found = found.filter(Q(**{end: None}) | Q(**{f"{end}__gte": day}))
        return found


class PtpEdit(models.Model):
    """One procedure-to-procedure edit: column 2 is not paid beside column 1, unless a modifier is allowed and present.

    CMS, NCCI PTP edit files. The modifier indicator is 0 (not allowed), 1 (allowed) or 9 (never in force).
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="ptp_edits", db_index=False)
    column1 = models.CharField(max_length=5)
    column2 = models.CharField(max_length=5)
    prior_1996 = models.BooleanField(default=False, help_text="In existence before 1996.")
    effective_date = models.DateField()
    deletion_date = models.DateField(null=True, blank=True)
    modifier = models.PositiveSmallIntegerField()
    rationale = models.PositiveSmallIntegerField(help_text="Place in the release's legend.")

    objects: ClassVar[Any] = PtpEditQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["column1", "column2"]
        indexes: ClassVar = [
            models.Index(fields=["release", "column1", "column2"], name="ptp_column1"),
            models.Index(fields=["release", "column2", "column1"], name="ptp_column2"),
        ]
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(modifier__in=[0, 1, 9]), name="ptp_modifier_known")]

    def __str__(self) -> str:
        return f"{self.column1} / {self.column2}"


class MueEdit(models.Model):
    """The medically unlikely edit of one code: units of service that are unlikely to be exceeded by one patient on one day."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="mue_edits", db_index=False)
    code = models.CharField(max_length=5)
    value = models.PositiveIntegerField(help_text="Units of service; 0 where the service is not expected at all.")
    mai = models.PositiveSmallIntegerField(help_text="MUE adjudication indicator: 1 by line, 2 by day (policy), 3 by day (clinical).")
    rationale = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "code"], name="mue_once"),
            models.CheckConstraint(condition=models.Q(mai__in=[1, 2, 3]), name="mue_mai_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.value}"


class AddOnEdit(models.Model):
    """One relation of an add-on code to a primary code. `CCCCC` stands for primary codes that the contractor defines."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="add_on_edits", db_index=False)
    type = models.PositiveSmallIntegerField(
        help_text="1: the listed primary codes only. 2: left to the contractor. 3: some listed, others left to the contractor."
    )
    add_on = models.CharField(max_length=5)
    add_on_deletion_date = models.DateField(null=True, blank=True)
    primary = models.CharField(max_length=5)
    primary_deletion_date = models.DateField(null=True, blank=True)
    effective_date = models.DateField(null=True, blank=True)
    deletion_date = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)

    objects: ClassVar[Any] = AddOnEditQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["add_on", "primary"]
        indexes: ClassVar = [
            models.Index(fields=["release", "add_on", "primary"], name="addon_add_on"),
            models.Index(fields=["release", "primary", "add_on"], name="addon_primary"),
        ]
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(type__in=[1, 2, 3]), name="addon_type_known")]

    def __str__(self) -> str:
        return f"{self.add_on} with {self.primary}"
