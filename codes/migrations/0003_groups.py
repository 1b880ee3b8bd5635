"""Groups Editors and Operators, with just the permissions that their work needs."""

from typing import Any

from django.db import migrations

EDITORS = {
    "codes": [
        "view_code",
        "view_heading",
        "view_codesystem",
        "view_release",
        "add_commondescription",
        "change_commondescription",
        "view_commondescription",
        "publish_commondescription",
    ],
}
OPERATORS = {
    "codes": ["view_code", "view_heading", "view_codesystem", "change_codesystem", "view_release", "view_commondescription"],
    "quotas": [
        "view_plan",
        "add_plan",
        "change_plan",
        "view_membership",
        "add_membership",
        "change_membership",
        "delete_membership",
        "view_allowance",
        "change_allowance",
        "view_view",
        "grant_views",
    ],
    "accounts": ["view_user", "add_user", "change_user"],
    "account": ["view_emailaddress", "change_emailaddress"],
}


def create(apps: Any, schema_editor: Any) -> None:
    """Create the groups. Permissions are made after all migrations as a rule, so make those that are named here."""
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    for name, wanted in (("Editors", EDITORS), ("Operators", OPERATORS)):
        group, _ = groups.get_or_create(name=name)
        for app, codenames in wanted.items():
            for codename in codenames:
                model = {"publish_commondescription": "commondescription", "grant_views": "allowance"}.get(codename, codename.partition("_")[2])
                kind, _ = types.get_or_create(app_label=app, model=model)
                words = {"publish_commondescription": "Can publish common language descriptions", "grant_views": "Can grant more views"}
                label = words.get(codename, f"Can {codename.replace('_', ' ', 1)}")
                permission, _ = permissions.get_or_create(content_type=kind, codename=codename, defaults={"name": label})
                group.permissions.add(permission)


class Migration(migrations.Migration):
    """Groups."""

    dependencies = [
        ("codes", "0002_systems"),
        ("quotas", "0002_plans"),
        ("accounts", "0001_initial"),
        ("account", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(create, migrations.RunPython.noop, elidable=False)]
