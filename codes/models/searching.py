"""What the search learns: synonyms that editors write, and counts of what is asked for. Nobody is named in any of it."""

from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Q

from codes.models.releases import Catalogue


class SynonymQuerySet(models.QuerySet["Synonym"]):
    """Changes of many rows at once, which every worker learns of as it does of one."""

    def update(self, **values: Any) -> int:
        """Change rows."""
        with transaction.atomic():
            done = super().update(**values)
            Catalogue.synonyms_changed()
        return done

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows."""
        with transaction.atomic():
            done = super().delete()
            Catalogue.synonyms_changed()
        return done

    delete.queryset_only = True  # type: ignore[attr-defined]  # as Django's own: no manager deletes all

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        """Add rows."""
        with transaction.atomic():
            done = super().bulk_create(objs, *args, **kwargs)
            Catalogue.synonyms_changed()
        return done


class Synonym(models.Model):
    """Words that a coder types, and words of the code systems that mean the same: a query with the one finds the other."""

    ABBREVIATION, LAY, SPELLING, ANATOMY = "abbreviation", "lay", "spelling", "anatomy"
    KINDS: ClassVar = [(ABBREVIATION, "Abbreviation"), (LAY, "Lay words"), (SPELLING, "Spelling"), (ANATOMY, "Anatomy")]

    term = models.CharField(max_length=60, help_text="What is typed, in one to six words: tka, heart attack.")
    means = models.CharField(max_length=120, help_text="The fewest words of a title that mean the same: knee arthroplasty.")
    kind = models.CharField(max_length=12, choices=KINDS, default=LAY)
    active = models.BooleanField(default=True, help_text="Switch off rather than delete: a deleted row that came with the site comes back.")
    seed = models.CharField("came with the site as", max_length=200, blank=True, default="", editable=False, help_text="Kept when the row is edited.")

    objects: ClassVar[Any] = SynonymQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["term", "means"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["term", "means"], name="synonym_once"),
            models.UniqueConstraint(fields=["seed"], condition=~Q(seed=""), name="synonym_seeded_once"),
            models.CheckConstraint(condition=~Q(term="") & ~Q(means=""), name="synonym_has_words"),
            models.CheckConstraint(condition=Q(kind__in=["abbreviation", "lay", "spelling", "anatomy"]), name="synonym_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.term} → {self.means}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Every worker learns of it at its next look at the catalogue."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            Catalogue.synonyms_changed()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """And of its end."""
        with transaction.atomic():
            done = super().delete(*args, **kwargs)
            Catalogue.synonyms_changed()
        return done


class SearchTally(models.Model):
    """How often a query was asked on a day, how many codes it found at the last, and how often one of them was opened."""

    day = models.DateField()
    query = models.CharField(max_length=100, help_text="In small letters, spaces folded; nothing that looks like personal data.")
    asked = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-day", "-asked"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["day", "query"], name="search_tally_once")]
        verbose_name_plural = "search tallies"

    def __str__(self) -> str:
        return f"{self.query}, {self.day}"


class SearchChoice(models.Model):
    """How often a code was opened from a query's hits in a month."""

    month = models.DateField(help_text="Its first day.")
    query = models.CharField(max_length=100)
    system = models.CharField(max_length=50)
    code = models.CharField(max_length=10)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-month", "-times"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["month", "query", "system", "code"], name="search_choice_once")]

    def __str__(self) -> str:
        return f"{self.query}: {self.code}"
