"""Operators may return to the release before."""

from typing import Any

from django.db import migrations


def grant(apps: Any, schema_editor: Any) -> None:
    """Permissions are made after all migrations as a rule, so make this one here."""
    alias = schema_editor.connection.alias
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.using(alias).get_or_create(app_label="codes", model="release")
    permission, _ = (
        apps.get_model("auth", "Permission")
        .objects.using(alias)
        .get_or_create(content_type=kind, codename="roll_back_release", defaults={"name": "Can return to the release before"})
    )
    group, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name="Operators")
    group.permissions.add(permission)


class Migration(migrations.Migration):
    """Grant."""

    dependencies = [("codes", "0005_headings_have_releases")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop, elidable=False)]
