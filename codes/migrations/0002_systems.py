"""The code systems, and the catalogue's one row."""

from typing import Any

from django.db import migrations

# slug, name, mark, title, publisher, metered, summary
SYSTEMS = [
    (
        "cpt",
        "CPT",
        "®",
        "Current Procedural Terminology",
        "American Medical Association",
        True,
        "Procedures and services of physicians and other professionals.",
    ),
    (
        "hcpcs",
        "HCPCS",
        "",
        "Healthcare Common Procedure Coding System, Level II",
        "Centers for Medicare & Medicaid Services",
        True,
        "Supplies, drugs, equipment, ambulance, and services that CPT does not name.",
    ),
    (
        "icd10cm",
        "ICD-10-CM",
        "",
        "International Classification of Diseases, 10th Revision, Clinical Modification",
        "CDC, National Center for Health Statistics",
        False,
        "Diagnoses, in every setting. Free to read here.",
    ),
    (
        "icd10pcs",
        "ICD-10-PCS",
        "",
        "International Classification of Diseases, 10th Revision, Procedure Coding System",
        "Centers for Medicare & Medicaid Services",
        False,
        "Procedures of hospital inpatients. Free to read here.",
    ),
    (
        "icd9cm",
        "ICD-9-CM",
        "",
        "International Classification of Diseases, 9th Revision, Clinical Modification",
        "CDC, NCHS and CMS",
        False,
        "The classification in use until September 2015. Free to read here.",
    ),
    ("cdt", "CDT", "®", "Current Dental Terminology", "American Dental Association", True, "Dental procedures."),
]


def seed(apps: Any, schema_editor: Any) -> None:
    """Create the systems and the catalogue."""
    alias = schema_editor.connection.alias
    systems = apps.get_model("codes", "CodeSystem").objects.using(alias)
    for order, (slug, name, mark, title, publisher, metered, summary) in enumerate(SYSTEMS):
        systems.create(slug=slug, name=name, mark=mark, title=title, publisher=publisher, metered=metered, summary=summary, order=order)
    apps.get_model("codes", "Catalogue").objects.using(alias).create(pk=1)


class Migration(migrations.Migration):
    """Seed."""

    dependencies = [("codes", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop, elidable=False)]
