"""Editors write synonyms; editors and operators see what is searched for. Nobody deletes: a synonym is switched off."""

from typing import Any

from django.db import migrations

WANTED = {
    "Editors": {"add_synonym": "synonym", "change_synonym": "synonym", "view_synonym": "synonym", "view_searchtally": "search tally"},
    "Operators": {"view_searchtally": "search tally"},
}


def grant(apps: Any, schema_editor: Any) -> None:
    """Permissions are made after all migrations as a rule, so make these here."""
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    for name, wanted in WANTED.items():
        group, _ = groups.get_or_create(name=name)
        for codename, words in wanted.items():
            does, _, model = codename.partition("_")
            kind, _ = types.get_or_create(app_label="codes", model=model)
            permission, _ = permissions.get_or_create(content_type=kind, codename=codename, defaults={"name": f"Can {does} {words}"})
            group.permissions.add(permission)


class Migration(migrations.Migration):
    """Grant."""

    dependencies = [("codes", "0007_search")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop, elidable=False)]
