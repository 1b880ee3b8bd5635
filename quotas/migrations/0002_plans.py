"""The four plans that the site knows by name. Operators change their numbers in the admin."""

from typing import Any

from django.db import migrations

PLANS = [
    ("guest", "Guest", "A first look: both descriptions of a code.", 1, 0, 0, True),
    ("registered", "Registered", "Free: every panel of the codes you open.", 6, 10, 5, True),
    ("member", "Member", "Everything, as often as the work needs it.", None, None, None, True),
    ("staff", "Staff", "", None, None, None, False),
]


def seed(apps: Any, schema_editor: Any) -> None:
    """Create the plans."""
    plans = apps.get_model("quotas", "Plan").objects.using(schema_editor.connection.alias)
    for order, (slug, name, summary, views, questions, emails, listed) in enumerate(PLANS):
        plans.create(slug=slug, name=name, summary=summary, views=views, questions=questions, emails=emails, listed=listed, order=order)


class Migration(migrations.Migration):
    """Seed."""

    dependencies = [("quotas", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop, elidable=False)]
