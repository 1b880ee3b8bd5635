"""What a registered coder keeps: codes in folders with notes, and the searches made last. Private to the account, and gone with it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class SavedCode(models.Model):
    """A code that somebody keeps, by its system and number, so that it outlives every release."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_codes", db_index=False)
    system = models.SlugField(max_length=20)
    code = models.CharField(max_length=20)
    folder = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True, max_length=2000)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["folder", "system", "code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "system", "code"], name="saved_code_once")]

    def __str__(self) -> str:
        return f"{self.system} {self.code}"


class RecentSearch(models.Model):
    """A search that somebody made lately."""

    KEPT: ClassVar = 20

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recent_searches", db_index=False)
    text = models.CharField(max_length=120)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-made_at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "text"], name="recent_search_once")]

    def __str__(self) -> str:
        return self.text

    @classmethod
    def remember(cls, user: int, text: str) -> None:
        """Put a search at the top of somebody's list, and let the oldest go."""
        cls.objects.update_or_create(user_id=user, text=text, defaults={"made_at": timezone.now()})
        old = cls.objects.filter(user=user).values_list("pk", flat=True)[cls.KEPT :]
        if old:
            cls.objects.filter(pk__in=list(old)).delete()
