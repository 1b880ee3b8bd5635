"""Common language descriptions: the site's own words."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from codes.models.catalogue import Code


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
