"""What a registered coder keeps: codes with notes, and the searches made last."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two tables."""

    dependencies = [
        ("codes", "0009_attachments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RecentSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=120)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="recent_searches", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-made_at"],
                "constraints": [models.UniqueConstraint(fields=("user", "text"), name="recent_search_once")],
            },
        ),
        migrations.CreateModel(
            name="SavedCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("system", models.SlugField(max_length=20)),
                ("code", models.CharField(max_length=20)),
                ("folder", models.CharField(blank=True, max_length=60)),
                ("note", models.TextField(blank=True, max_length=2000)),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="saved_codes", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["folder", "system", "code"],
                "constraints": [models.UniqueConstraint(fields=("user", "system", "code"), name="saved_code_once")],
            },
        ),
    ]
