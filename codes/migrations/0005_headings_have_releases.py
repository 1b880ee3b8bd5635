"""Headings and carried codes of an earlier version join the current release of their system."""

from typing import Any

from django.db import migrations


def join(apps: Any, schema_editor: Any) -> None:
    """One update a system and table."""
    alias = schema_editor.connection.alias
    systems = apps.get_model("codes", "CodeSystem").objects.using(alias)
    releases = apps.get_model("codes", "Release").objects.using(alias)
    for system in systems.all():
        release = releases.filter(kind=system.slug, current=True).first()
        if release is not None:
            apps.get_model("codes", "Heading").objects.using(alias).filter(system=system, release=None).update(release=release)
            apps.get_model("codes", "Code").objects.using(alias).filter(system=system).exclude(release=release).update(release=release)


class Migration(migrations.Migration):
    """Join."""

    dependencies = [("codes", "0004_releases")]
    operations = [migrations.RunPython(join, migrations.RunPython.noop, elidable=False)]
