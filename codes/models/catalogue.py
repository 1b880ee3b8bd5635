"""Code systems, their headings and their codes. Headings and codes belong to a release: readers see the current one's."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, Value
from django.urls import reverse

from codes.models.releases import Release


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


class HeadingQuerySet(models.QuerySet["Heading"]):
    """Queries on headings."""

    def current(self) -> "HeadingQuerySet":
        """Headings of the current releases."""
        return self.filter(release__current=True)


class Heading(models.Model):
    """A node of a code system's hierarchy, with its code range.

    `path` holds the place in the tree (`03/01/12`, two digits a level), so that a heading's
    ancestors are the rows whose paths are prefixes of its own: one query, whatever the depth.
    """

    system = models.ForeignKey(CodeSystem, on_delete=models.CASCADE, related_name="headings")
    # Always there; NOT NULL in the database takes a second deploy, since a running older version writes headings without it.
    release = models.ForeignKey(Release, null=True, on_delete=models.CASCADE, related_name="headings", db_index=False)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    name = models.CharField(max_length=250)
    slug = models.SlugField(max_length=120)
    first = models.CharField(max_length=10)
    last = models.CharField(max_length=10)
    path = models.CharField(max_length=40, validators=[RegexValidator(r"^\d{2,3}(/\d{2,3})*$")])
    note = models.TextField(blank=True)
    notes = models.JSONField(default=dict, blank=True, help_text="The publisher's notes, by kind.")

    objects: ClassVar[Any] = HeadingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "slug"], name="heading_slug_once"),
            models.UniqueConstraint(fields=["release", "path"], name="heading_path_once"),
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

    def current(self) -> "CodeQuerySet":
        """Codes of the current releases."""
        return self.filter(release__current=True)

    def titles(self) -> "CodeQuerySet":
        """What anybody may see of the current codes: number, short title, place. No description is loaded."""
        return self.current().select_related("system").only("code", "compact", "short", "status", "billable", "system__slug", "system__name")

    def procedures(self, numbers: Iterable[str]) -> dict[str, "Code"]:
        """The CPT and HCPCS codes with these numbers, by number, as `titles` has them. One query, and none for no number."""
        return {code.compact: code for code in self.titles().filter(system__slug__in=["cpt", "hcpcs"], compact__in=set(numbers))}

    def of_items(self, items: Iterable[str]) -> dict[str, "Code"]:
        """The codes that views name (`cpt/63663`), by that name, as `titles` has them. One query."""
        found = self.titles().filter(code__in={item.partition("/")[2] for item in items})
        return {f"{code.system.slug}/{code.code}": code for code in found}


def compact(text: str) -> str:
    """A code as it is compared: upper case, no dot, no blanks around it."""
    return text.strip().upper().replace(".", "")


class Code(models.Model):
    """One entry of one system, as one release has it. A code that a release leaves out is carried on as deleted."""

    ACTIVE, NEW, DELETED = "active", "new", "deleted"
    STATUSES: ClassVar = [(ACTIVE, "Active"), (NEW, "New"), (DELETED, "Deleted")]

    system = models.ForeignKey(CodeSystem, on_delete=models.CASCADE, related_name="codes", db_index=False)
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
    details = models.JSONField(
        default=dict,
        blank=True,
        db_default=Value({}, models.JSONField()),
        help_text="What the publisher says besides: pricing, coverage, laboratory, further descriptors.",
    )
    history = models.JSONField(
        default=list,
        blank=True,
        db_default=Value([], models.JSONField()),
        help_text="What earlier releases changed: date, release, what, and the wording before.",
    )
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="codes", db_index=False)
    page_version = models.PositiveIntegerField(default=1, help_text="Counted up when this code's page changes.")

    objects: ClassVar[Any] = CodeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["system", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "code"], name="code_once"),
            models.UniqueConstraint(fields=["release", "compact"], name="code_compact_once"),
            models.CheckConstraint(condition=Q(status__in=["active", "new", "deleted"]), name="code_status_known"),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(effective_date__isnull=True) | Q(end_date__gte=F("effective_date")), name="code_dates_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["release", "position"], name="code_place"),
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


class Modifier(models.Model):
    """A two-character modifier as a publisher's file lists it."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="modifiers", db_index=False)
    code = models.CharField(max_length=2)
    short = models.CharField(max_length=250)
    long = models.TextField(blank=True)
    level = models.CharField(max_length=60, blank=True, help_text="Whose modifier it is, as the file says.")
    effective_date = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["release", "code", "level"], name="modifier_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.short}"
