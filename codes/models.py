"""The catalogue: code systems, headings, codes with their descriptions, and the releases they came in."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords


class Catalogue(models.Model):
    """One row: the edition of the catalogue, counted up by whatever changes many pages at once."""

    edition = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(pk=1), name="catalogue_one_row")]

    def __str__(self) -> str:
        return f"edition {self.edition}"

    @classmethod
    def count_up(cls) -> None:
        """Begin a new edition: every kept page of every process is out of date from now on."""
        if not cls.objects.filter(pk=1).update(edition=F("edition") + 1):
            Catalogue.objects.bulk_create([Catalogue(pk=1)], ignore_conflicts=True)


class Release(models.Model):
    """One published file of one source, loaded once. Of each kind one release is current."""

    kind = models.CharField(max_length=20, help_text="What is published: cpt, icd10cm, pfs, …")
    title = models.CharField(max_length=120, help_text="As figures name it on the pages: CMS PFS 2025 October release")
    version = models.CharField(max_length=40)
    effective_date = models.DateField(null=True, blank=True)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    rows = models.PositiveIntegerField(default=0)
    copyright_line = models.CharField(max_length=200, blank=True)
    current = models.BooleanField(default=False)
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["kind", "-loaded_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind"], condition=Q(current=True), name="release_one_current_a_kind"),
            models.UniqueConstraint(fields=["kind", "digest"], name="release_loaded_once"),
        ]

    def __str__(self) -> str:
        return self.title


class CodeSystem(models.Model):
    """A set of codes with one publisher. `metered` decides whether its pages cost views."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=40)
    mark = models.CharField(max_length=4, blank=True, help_text="The registered mark that follows the name, such as ®.")
    title = models.CharField(max_length=120)
    publisher = models.CharField(max_length=120)
    summary = models.TextField(blank=True)
    metered = models.BooleanField(default=True, help_text="Whether a code page costs a view. Public-domain systems are free.")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["order", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The system's place in the browse tree."""
        return reverse("codes:system", args=[self.slug])


def paths_to(path: str) -> list[str]:
    """The paths of a heading's ancestors and its own, from the top down: `03`, `03/01`, `03/01/12`."""
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]


class Heading(models.Model):
    """A node of a code system's hierarchy, with its code range.

    `path` holds the place in the tree (`03/01/12`, two digits a level), so that a heading's
    ancestors are the rows whose paths are prefixes of its own: one query, whatever the depth.
    """

    system = models.ForeignKey(CodeSystem, on_delete=models.CASCADE, related_name="headings")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    name = models.CharField(max_length=250)
    slug = models.SlugField(max_length=120)
    first = models.CharField(max_length=10)
    last = models.CharField(max_length=10)
    path = models.CharField(max_length=40, validators=[RegexValidator(r"^\d{2,3}(/\d{2,3})*$")])
    note = models.TextField(blank=True)
    notes = models.JSONField(default=dict, blank=True, help_text="The publisher's notes, by kind.")

    class Meta:
        ordering: ClassVar = ["path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "slug"], name="heading_slug_unique"),
            models.UniqueConstraint(fields=["system", "path"], name="heading_path_unique"),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="heading_range_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.range})"

    def get_absolute_url(self) -> str:
        """The heading's place in the browse tree."""
        return reverse("codes:heading", args=[self.system.slug, self.slug])

    @property
    def range(self) -> str:
        """`63650-63688`, or the one code."""
        return self.first if self.first == self.last else f"{self.first}-{self.last}"

    @property
    def depth(self) -> int:
        """1 for a section."""
        return self.path.count("/") + 1


class CodeQuerySet(models.QuerySet["Code"]):
    """Queries on codes, named as the field names them."""

    def titles(self) -> "CodeQuerySet":
        """What anybody may see: number, short title, place. No description is loaded."""
        return self.select_related("system").only("code", "compact", "short", "status", "billable", "system__slug", "system__name")


def compact(text: str) -> str:
    """A code as it is compared: upper case, no dot, no blanks around it."""
    return text.strip().upper().replace(".", "")


class Code(models.Model):
    """One entry of one system."""

    ACTIVE, NEW, DELETED = "active", "new", "deleted"
    STATUSES: ClassVar = [(ACTIVE, "Active"), (NEW, "New"), (DELETED, "Deleted")]

    system = models.ForeignKey(CodeSystem, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=10)
    compact = models.CharField(max_length=10, help_text="The code without its dot, in capitals.")
    heading = models.ForeignKey(Heading, null=True, blank=True, on_delete=models.SET_NULL, related_name="codes")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    position = models.PositiveIntegerField(help_text="Place in the system's own order.")
    status = models.CharField(max_length=8, choices=STATUSES, default=ACTIVE)
    effective_date = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    billable = models.BooleanField(default=True, help_text="No for a header that only groups more specific codes.")
    short = models.CharField("short title", max_length=250)
    medium = models.CharField(max_length=250, blank=True)
    long = models.TextField("official description", blank=True)
    notes = models.JSONField(default=dict, blank=True, help_text="The publisher's notes, by kind.")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="codes")
    page_version = models.PositiveIntegerField(default=1, help_text="Counted up when this code's page changes.")

    objects: ClassVar[Any] = CodeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["system", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "code"], name="code_unique"),
            models.UniqueConstraint(fields=["system", "compact"], name="code_compact_unique"),
            models.CheckConstraint(condition=Q(status__in=["active", "new", "deleted"]), name="code_status_known"),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(effective_date__isnull=True) | Q(end_date__gte=F("effective_date")), name="code_dates_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["system", "position"], name="code_position"),
            models.Index(fields=["compact"], name="code_compact"),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.code}"

    def get_absolute_url(self) -> str:
        """The code's page."""
        return reverse("codes:code", args=[self.system.slug, self.code])

    @property
    def category(self) -> str:
        """The CPT category: I, II, III, PLA or MAAA; by the fifth character, as the AMA assigns them."""
        return {"F": "Category II", "T": "Category III", "U": "PLA", "M": "MAAA"}.get(self.code[-1:], "Category I")


class CommonDescription(models.Model):
    """The common language description of a code: the working text, and what is published of it.

    Saving a draft leaves the published text in place; `codes.descriptions` is the door for both.
    """

    DRAFT, PUBLISHED = "draft", "published"
    STATUSES: ClassVar = [(DRAFT, "Draft"), (PUBLISHED, "Published")]

    code = models.OneToOneField(Code, on_delete=models.CASCADE, related_name="common")
    text = models.TextField("text", help_text="Markdown. 80 to 200 words serve a coder best.")
    status = models.CharField(max_length=9, choices=STATUSES, default=DRAFT)
    html = models.TextField("published text", blank=True, editable=False, help_text="HTML, made from the Markdown when it was published.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="descriptions")
    demonstration = models.BooleanField(default=False, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = HistoricalRecords(excluded_fields=["html"])

    class Meta:
        ordering: ClassVar = ["code__position"]
        permissions: ClassVar = [("publish_commondescription", "Can publish common language descriptions")]
        verbose_name = "common language description"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=["draft", "published"]), name="description_status_known"),
            models.CheckConstraint(condition=Q(status="draft") | Q(published_at__isnull=False), name="description_published_has_date"),
        ]

    def __str__(self) -> str:
        return f"{self.code}, common language description"


class FeeScheduleQuerySet(models.QuerySet["FeeScheduleLine"]):
    """Queries on the fee schedule."""

    def current(self) -> "FeeScheduleQuerySet":
        """Lines of the current release. The release is looked up first, so that its index leads to the line."""
        return self.filter(release=models.Subquery(Release.objects.filter(kind="pfs", current=True).values("pk")[:1]))


class FeeScheduleLine(models.Model):
    """One line of the Medicare Physician Fee Schedule's RVU file: relative values and payment indicators.

    Columns as the file has them (CMS, PPRRVU record layout); figures in RVUs, indicators as published.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="fee_lines", db_index=False)
    code = models.CharField(max_length=5)
    modifier = models.CharField(max_length=2, blank=True)
    status = models.CharField(max_length=1)
    work_rvu = models.DecimalField(max_digits=8, decimal_places=2)
    nonfac_pe_rvu = models.DecimalField(max_digits=8, decimal_places=2)
    fac_pe_rvu = models.DecimalField(max_digits=8, decimal_places=2)
    mp_rvu = models.DecimalField(max_digits=8, decimal_places=2)
    pctc = models.CharField(max_length=1)
    global_days = models.CharField(max_length=3)
    pre_op = models.DecimalField(max_digits=4, decimal_places=2, default=0)
    intra_op = models.DecimalField(max_digits=4, decimal_places=2, default=0)
    post_op = models.DecimalField(max_digits=4, decimal_places=2, default=0)
    mult_proc = models.CharField(max_length=1)
    bilat_surg = models.CharField(max_length=1)
    asst_surg = models.CharField(max_length=1)
    co_surg = models.CharField(max_length=1)
    team_surg = models.CharField(max_length=1)
    endo_base = models.CharField(max_length=5, blank=True)
    conv_factor = models.DecimalField(max_digits=8, decimal_places=4)

    objects: ClassVar[Any] = FeeScheduleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code", "modifier"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["release", "code", "modifier"], name="fee_line_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.modifier}".strip()

    @property
    def nonfac_total(self) -> Any:
        """Total RVUs outside a facility."""
        return self.work_rvu + self.nonfac_pe_rvu + self.mp_rvu

    @property
    def fac_total(self) -> Any:
        """Total RVUs in a facility."""
        return self.work_rvu + self.fac_pe_rvu + self.mp_rvu
