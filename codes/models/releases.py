"""Releases: what was loaded, what is current, and how it differs from what was current before."""

from typing import ClassVar

from django.db import models
from django.db.models import Count, F, Q, Value
from django.urls import reverse
from django.utils.text import slugify


class Catalogue(models.Model):
    """One row: the edition of the catalogue, counted up by whatever changes many pages at once."""

    edition = models.PositiveBigIntegerField(default=1)
    searchable = models.PositiveBigIntegerField(default=1, db_default=1, help_text="Counted up when what is searched changes and pages do not.")
    synonyms = models.PositiveBigIntegerField(default=1, db_default=1, help_text="Counted up when a synonym changes, which needs no new index.")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(pk=1), name="catalogue_one_row")]

    def __str__(self) -> str:
        return f"edition {self.edition}"

    @classmethod
    def count_up(cls) -> None:
        """Begin a new edition: every kept page of every process is out of date from now on."""
        cls.move("edition")

    @classmethod
    def search_again(cls) -> None:
        """Let every node build its search index anew: a description changed."""
        cls.move("searchable")

    @classmethod
    def synonyms_changed(cls) -> None:
        """Let every worker of every node read the synonyms anew."""
        cls.move("synonyms")

    @classmethod
    def move(cls, column: str) -> None:
        """Count a column up; the row is made where there is none yet."""
        if not cls.objects.filter(pk=1).update(**{column: F(column) + 1}):
            Catalogue.objects.bulk_create([Catalogue(pk=1)], ignore_conflicts=True)

    @classmethod
    def counts(cls) -> tuple[int, int, int]:
        """The edition, the count of changes to what is searched besides, and that of changes to synonyms; one query."""
        return cls.objects.filter(pk=1).values_list("edition", "searchable", "synonyms").first() or (0, 0, 0)

    @classmethod
    def state(cls) -> tuple[int, int]:
        """What the search index was made from: the edition, and the count of changes to what is searched besides."""
        return cls.counts()[:2]


class Release(models.Model):
    """One published file of one source, loaded once. Of each kind, and each part of it, one release is current.

    Rows of a release that is importing are seen by nobody; what a dead load left is swept by the next.
    """

    DEMONSTRATION = "demonstration"  # the version of what stands in until the publisher's file is loaded
    IMPORTING, READY, PRUNED = "importing", "ready", "pruned"
    STATES: ClassVar = [(IMPORTING, "Importing"), (READY, "Ready"), (PRUNED, "Pruned: its rows are gone, its record stays")]

    kind = models.CharField(max_length=20, help_text="What is published: cpt, icd10cm, pfs, …")
    part = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text="Where a kind has several files in force at once: practitioner, outpatient, dme, qpp."
    )
    title = models.CharField(max_length=120, help_text="As figures name it on the pages: CMS PFS 2025 October release")
    version = models.CharField(max_length=40)
    effective_date = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=250, blank=True, default="", db_default="", help_text="The file's name, or the address that it was fetched from.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    rows = models.PositiveIntegerField(default=0)
    counts = models.JSONField(
        default=dict, blank=True, db_default=Value({}, models.JSONField()), help_text="Rows read, stored by table, joined, and left out by reason."
    )
    difference = models.JSONField(
        default=dict, blank=True, db_default=Value({}, models.JSONField()), help_text="Rows added, changed and deleted by table, against the release before."
    )
    legend = models.JSONField(
        default=list, blank=True, db_default=Value([], models.JSONField()), help_text="Texts that the rows name by their place in this list."
    )
    copyright_line = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, choices=STATES, default=READY, db_default=READY)
    current = models.BooleanField(default=False)
    replaced = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaced_by", help_text="What was current before it.")
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["kind", "part", "-loaded_at"]
        permissions: ClassVar = [("roll_back_release", "Can return to the release before")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "part"], condition=Q(current=True), name="release_one_current_a_part"),
            models.UniqueConstraint(fields=["kind", "part", "digest"], condition=~Q(state="pruned"), name="release_loaded_once_a_part"),
            models.CheckConstraint(condition=Q(state__in=["importing", "ready", "pruned"]), name="release_state_known"),
            models.CheckConstraint(condition=Q(current=False) | Q(state="ready"), name="release_current_is_ready"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """What is new, revised and deleted in it."""
        return reverse("codes:changes", args=[self.slug])

    @property
    def compared_with(self) -> "Release | None":
        """What it was compared with: the release that it replaced, unless that only stood in for the publisher's."""
        return self.replaced if self.replaced is not None and self.replaced.version != self.DEMONSTRATION else None

    def changes_by_sort(self) -> dict[str, int]:
        """How many added, revised and deleted entries are kept of it; one query."""
        counted = Change.objects.filter(release=self).order_by().values_list("what").annotate(Count("pk"))
        return {what: 0 for what, _ in Change.WHATS} | dict(counted)

    @property
    def slug(self) -> str:
        """Its place under /codes/changes/: hcpcs-2025-10-7. The number at the end finds it."""
        return slugify(f"{self.kind}-{self.part}-{self.version}-{self.pk}")


class Change(models.Model):
    """One entry that a release added, revised or deleted, against the release before it.

    `before` and `after` hold the columns that differ: wording of a code, figures of a fee-schedule line.
    """

    ADDED, REVISED, DELETED = "added", "revised", "deleted"
    WHATS: ClassVar = [(ADDED, "New"), (REVISED, "Revised"), (DELETED, "Deleted")]

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="changes", db_index=False)
    what = models.CharField(max_length=7, choices=WHATS)
    code = models.CharField(max_length=10)
    modifier = models.CharField(max_length=2, blank=True, default="")
    title = models.CharField(max_length=250, blank=True, default="", help_text="The short title, which anybody may see.")
    columns = models.JSONField(default=list, blank=True, help_text="Names of the columns that differ.")
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["code", "modifier"]
        indexes: ClassVar = [models.Index(fields=["release", "what", "code"], name="change_release")]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(what__in=["added", "revised", "deleted"]), name="change_what_known")]

    def __str__(self) -> str:
        return f"{self.code} {self.modifier}".strip() + f", {self.get_what_display().lower()}"
