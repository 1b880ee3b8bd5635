"""What editors attach to codes and headings: guidelines, compliance points, crosswalks.

Attached by natural key (system and number, or system and heading's slug), so that what is attached stays when a new release
brings rows of its own. A save or a delete makes the pages that show it out of date at once.
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from codes.markdown import to_html
from codes.models.catalogue import Code, CodeSystem, Heading
from codes.models.releases import Catalogue

ONE_PLACE = (~Q(code="") & Q(heading="")) | (Q(code="") & ~Q(heading=""))


class AttachedQuerySet(models.QuerySet[Any]):
    """Changes of many rows at once: they begin a new edition of the catalogue."""

    def update(self, **values: Any) -> int:
        """Change rows."""
        with transaction.atomic():
            done = super().update(**values)
            Catalogue.count_up()
        return done

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows."""
        with transaction.atomic():
            done = super().delete()
            Catalogue.count_up()
        return done

    delete.queryset_only = True  # type: ignore[attr-defined]  # as Django's own: no manager deletes all

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> Any:
        """Add rows."""
        rows = list(objs)
        for row in rows:
            row.prepare()
        with transaction.atomic():
            done = super().bulk_create(rows, *args, **kwargs)
            Catalogue.count_up()
        return done

    def applying_to(self, code: Code, above: Sequence[Any]) -> list[Any]:
        """The texts for a code: its own, then those of the codes and headings above it (`above`, nearest first). One query."""
        places = [("code", code.code), *(("heading", place.slug) if isinstance(place, Heading) else ("code", place.code) for place in above)]
        numbers, slugs = ([key for kind, key in places if kind == wanted] for wanted in ("code", "heading"))
        found = self.filter(Q(code__in=numbers) | Q(heading__in=slugs), system=code.system_id)
        return sorted(found, key=lambda text: places.index(text.place))


class Attached(models.Model):
    """Something that an editor attached, and whether it only came with the site to show how it looks."""

    system = models.ForeignKey(CodeSystem, on_delete=models.CASCADE, related_name="+", db_index=False)
    code = models.CharField(max_length=10, blank=True, default="")
    demonstration = models.BooleanField(default=False, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = AttachedQuerySet.as_manager()
    history = HistoricalRecords(inherit=True, excluded_fields=["html"])

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep it; the pages where it stood and where it stands now are out of date."""
        self.prepare()
        with transaction.atomic():
            before = type(self).objects.filter(pk=self.pk).first() if self.pk else None
            super().save(*args, **kwargs)
            for row in filter(None, (before, self)):
                row.turn_pages()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Take it away, off its pages too."""
        with transaction.atomic():
            done = super().delete(*args, **kwargs)
            self.turn_pages()
        return done

    def prepare(self) -> None:
        """Make what is kept besides what was written."""

    def turn_pages(self) -> None:
        """Count up the versions of the pages that show it: of its code, and of the more specific codes below that."""
        Code.objects.current().filter(system=self.system_id, code__startswith=self.code).update(page_version=F("page_version") + 1)


class AttachedText(Attached):
    """A text for one code and those below it, or for every code below a heading."""

    heading = models.SlugField(max_length=120, blank=True, default="", db_index=False, help_text="The heading's name in its address.")
    text = models.TextField(max_length=20_000, help_text="Markdown.")
    html = models.TextField(blank=True, default="", editable=False, help_text="HTML, made from the Markdown when it was saved.")
    source = models.CharField(max_length=200, blank=True, default="", help_text="Where it is from, as the page names it.")
    order = models.PositiveSmallIntegerField(default=0, help_text="Texts of one place stand in this order.")

    class Meta:
        abstract = True

    @property
    def place(self) -> tuple[str, str]:
        """What it is attached to: `("code", number)` or `("heading", slug)`."""
        return ("code", self.code) if self.code else ("heading", self.heading)

    def prepare(self) -> None:
        """Safe HTML."""
        self.text = self.text.replace("\r\n", "\n").strip()
        self.html = to_html(self.text)

    def turn_pages(self) -> None:
        """A heading may have thousands of codes below it: a new edition."""
        if self.heading:
            Catalogue.count_up()
        else:
            super().turn_pages()


class Guideline(AttachedText):
    """A guideline for a code, or for all codes below a heading."""

    title = models.CharField(max_length=120)

    class Meta:
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [models.CheckConstraint(condition=ONE_PLACE, name="guideline_one_place")]
        indexes: ClassVar = [
            models.Index(fields=["system", "code"], name="guideline_code"),
            models.Index(fields=["system", "heading"], name="guideline_heading"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.code or self.heading})"


class CompliancePoint(AttachedText):
    """What the record must show for a code, or what auditors look for."""

    DOCUMENTATION, AUDIT = "documentation", "audit"
    SORTS: ClassVar = [(DOCUMENTATION, "Documentation point"), (AUDIT, "Audit risk")]

    sort = models.CharField(max_length=13, choices=SORTS, default=DOCUMENTATION)

    class Meta:
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=ONE_PLACE, name="compliance_point_one_place"),
            models.CheckConstraint(condition=Q(sort__in=["documentation", "audit"]), name="compliance_point_sort_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["system", "code"], name="compliance_point_code"),
            models.Index(fields=["system", "heading"], name="compliance_point_heading"),
        ]

    def __str__(self) -> str:
        return f"{self.get_sort_display()} for {self.code or self.heading}"


class Crosswalk(Attached):
    """From a procedure to a diagnosis that supports it, to a related procedure, or to the anesthesia for it."""

    DIAGNOSIS, PROCEDURE, ANESTHESIA = "diagnosis", "procedure", "anesthesia"
    SORTS: ClassVar = [(DIAGNOSIS, "Diagnosis that supports it"), (PROCEDURE, "Related procedure"), (ANESTHESIA, "Anesthesia for it")]

    sort = models.CharField(max_length=10, choices=SORTS, default=DIAGNOSIS)
    target_system = models.ForeignKey(CodeSystem, on_delete=models.CASCADE, related_name="+", db_index=False)
    target = models.CharField(max_length=10)
    note = models.CharField(max_length=250, blank=True, default="", help_text="When it fits, in a sentence.")
    source = models.CharField(max_length=200, blank=True, default="", help_text="Where it is from, as the page names it.")

    class Meta:
        ordering: ClassVar = ["code", "sort", "target"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "code", "target_system", "target"], name="crosswalk_once"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(target=""), name="crosswalk_has_both_ends"),
            models.CheckConstraint(condition=Q(sort__in=["diagnosis", "procedure", "anesthesia"]), name="crosswalk_sort_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["target_system", "target"], name="crosswalk_target")]

    def __str__(self) -> str:
        return f"{self.code} → {self.target}"

    def turn_pages(self) -> None:
        """Both ends show it."""
        ends = Q(system=self.system_id, code=self.code) | Q(system=self.target_system_id, code=self.target)
        Code.objects.current().filter(ends).update(page_version=F("page_version") + 1)
