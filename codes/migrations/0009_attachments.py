"""What editors attach to codes and headings, and the editors' rights to it."""

from typing import Any

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

RIGHTS = {"Editors": ("view", "add", "change", "delete"), "Operators": ("view",)}
ATTACHED = ("guideline", "compliance point", "crosswalk")


def grant(apps: Any, schema_editor: Any) -> None:
    """Editors write them, operators look. Permissions are made after all migrations as a rule, so make these here."""
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    for name, rights in RIGHTS.items():
        group, _ = groups.get_or_create(name=name)
        for words in ATTACHED:
            model = words.replace(" ", "")
            kind, _ = types.get_or_create(app_label="codes", model=model)
            for right in rights:
                permission, _ = permissions.get_or_create(content_type=kind, codename=f"{right}_{model}", defaults={"name": f"Can {right} {words}"})
                group.permissions.add(permission)


class Migration(migrations.Migration):
    """Three tables with their histories, and who may write them."""

    dependencies = [
        ("codes", "0008_search_permissions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalCompliancePoint",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(blank=True, default="", max_length=10)),
                ("demonstration", models.BooleanField(default=False, editable=False)),
                ("updated_at", models.DateTimeField(blank=True, editable=False)),
                ("heading", models.SlugField(blank=True, db_index=False, default="", help_text="The heading's name in its address.", max_length=120)),
                ("text", models.TextField(help_text="Markdown.", max_length=20000)),
                ("source", models.CharField(blank=True, default="", help_text="Where it is from, as the page names it.", max_length=200)),
                ("order", models.PositiveSmallIntegerField(default=0, help_text="Texts of one place stand in this order.")),
                ("sort", models.CharField(choices=[("documentation", "Documentation point"), ("audit", "Audit risk")], default="documentation", max_length=13)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                ("history_type", models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1)),
                ("history_user", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "system",
                    models.ForeignKey(
                        blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="codes.codesystem"
                    ),
                ),
            ],
            options={
                "verbose_name": "historical compliance point",
                "verbose_name_plural": "historical compliance points",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalCrosswalk",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(blank=True, default="", max_length=10)),
                ("demonstration", models.BooleanField(default=False, editable=False)),
                ("updated_at", models.DateTimeField(blank=True, editable=False)),
                (
                    "sort",
                    models.CharField(
                        choices=[("diagnosis", "Diagnosis that supports it"), ("procedure", "Related procedure"), ("anesthesia", "Anesthesia for it")],
                        default="diagnosis",
                        max_length=10,
                    ),
                ),
                ("target", models.CharField(max_length=10)),
                ("note", models.CharField(blank=True, default="", help_text="When it fits, in a sentence.", max_length=250)),
                ("source", models.CharField(blank=True, default="", help_text="Where it is from, as the page names it.", max_length=200)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                ("history_type", models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1)),
                ("history_user", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "system",
                    models.ForeignKey(
                        blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="codes.codesystem"
                    ),
                ),
                (
                    "target_system",
                    models.ForeignKey(
                        blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="codes.codesystem"
                    ),
                ),
            ],
            options={
                "verbose_name": "historical crosswalk",
                "verbose_name_plural": "historical crosswalks",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalGuideline",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(blank=True, default="", max_length=10)),
                ("demonstration", models.BooleanField(default=False, editable=False)),
                ("updated_at", models.DateTimeField(blank=True, editable=False)),
                ("heading", models.SlugField(blank=True, db_index=False, default="", help_text="The heading's name in its address.", max_length=120)),
                ("text", models.TextField(help_text="Markdown.", max_length=20000)),
                ("source", models.CharField(blank=True, default="", help_text="Where it is from, as the page names it.", max_length=200)),
                ("order", models.PositiveSmallIntegerField(default=0, help_text="Texts of one place stand in this order.")),
                ("title", models.CharField(max_length=120)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                ("history_type", models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1)),
                ("history_user", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "system",
                    models.ForeignKey(
                        blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="codes.codesystem"
                    ),
                ),
            ],
            options={
                "verbose_name": "historical guideline",
                "verbose_name_plural": "historical guidelines",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="CompliancePoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(blank=True, default="", max_length=10)),
                ("demonstration", models.BooleanField(default=False, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("heading", models.SlugField(blank=True, db_index=False, default="", help_text="The heading's name in its address.", max_length=120)),
                ("text", models.TextField(help_text="Markdown.", max_length=20000)),
                ("html", models.TextField(blank=True, default="", editable=False, help_text="HTML, made from the Markdown when it was saved.")),
                ("source", models.CharField(blank=True, default="", help_text="Where it is from, as the page names it.", max_length=200)),
                ("order", models.PositiveSmallIntegerField(default=0, help_text="Texts of one place stand in this order.")),
                ("sort", models.CharField(choices=[("documentation", "Documentation point"), ("audit", "Audit risk")], default="documentation", max_length=13)),
                ("system", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="codes.codesystem")),
            ],
            options={
                "ordering": ["order", "pk"],
                "indexes": [
                    models.Index(fields=["system", "code"], name="compliance_point_code"),
                    models.Index(fields=["system", "heading"], name="compliance_point_heading"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(models.Q(("code", ""), _negated=True), ("heading", "")),
                            models.Q(("code", ""), models.Q(("heading", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="compliance_point_one_place",
                    ),
                    models.CheckConstraint(condition=models.Q(("sort__in", ["documentation", "audit"])), name="compliance_point_sort_known"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Crosswalk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(blank=True, default="", max_length=10)),
                ("demonstration", models.BooleanField(default=False, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "sort",
                    models.CharField(
                        choices=[("diagnosis", "Diagnosis that supports it"), ("procedure", "Related procedure"), ("anesthesia", "Anesthesia for it")],
                        default="diagnosis",
                        max_length=10,
                    ),
                ),
                ("target", models.CharField(max_length=10)),
                ("note", models.CharField(blank=True, default="", help_text="When it fits, in a sentence.", max_length=250)),
                ("source", models.CharField(blank=True, default="", help_text="Where it is from, as the page names it.", max_length=200)),
                ("system", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="codes.codesystem")),
                ("target_system", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="codes.codesystem")),
            ],
            options={
                "ordering": ["code", "sort", "target"],
                "indexes": [models.Index(fields=["target_system", "target"], name="crosswalk_target")],
                "constraints": [
                    models.UniqueConstraint(fields=("system", "code", "target_system", "target"), name="crosswalk_once"),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("code", ""), _negated=True), models.Q(("target", ""), _negated=True)), name="crosswalk_has_both_ends"
                    ),
                    models.CheckConstraint(condition=models.Q(("sort__in", ["diagnosis", "procedure", "anesthesia"])), name="crosswalk_sort_known"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Guideline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(blank=True, default="", max_length=10)),
                ("demonstration", models.BooleanField(default=False, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("heading", models.SlugField(blank=True, db_index=False, default="", help_text="The heading's name in its address.", max_length=120)),
                ("text", models.TextField(help_text="Markdown.", max_length=20000)),
                ("html", models.TextField(blank=True, default="", editable=False, help_text="HTML, made from the Markdown when it was saved.")),
                ("source", models.CharField(blank=True, default="", help_text="Where it is from, as the page names it.", max_length=200)),
                ("order", models.PositiveSmallIntegerField(default=0, help_text="Texts of one place stand in this order.")),
                ("title", models.CharField(max_length=120)),
                ("system", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="codes.codesystem")),
            ],
            options={
                "ordering": ["order", "pk"],
                "indexes": [
                    models.Index(fields=["system", "code"], name="guideline_code"),
                    models.Index(fields=["system", "heading"], name="guideline_heading"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(models.Q(("code", ""), _negated=True), ("heading", "")),
                            models.Q(("code", ""), models.Q(("heading", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="guideline_one_place",
                    )
                ],
            },
        ),
        migrations.RunPython(grant, migrations.RunPython.noop, elidable=False),
    ]
