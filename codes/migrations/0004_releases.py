# Made by Django 5.2.19 on 2026-11-25 03:18

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('codes', '0003_groups'),
    ]

    operations = [
        migrations.CreateModel(
            name='AddOnEdit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('type', models.PositiveSmallIntegerField(help_text='1: the listed primary codes only. 2: left to the contractor. 3: some listed, others left to the contractor.')),
                ('add_on', models.CharField(max_length=5)),
                ('add_on_deletion_date', models.DateField(blank=True, null=True)),
                ('primary', models.CharField(max_length=5)),
                ('primary_deletion_date', models.DateField(blank=True, null=True)),
                ('effective_date', models.DateField(blank=True, null=True)),
                ('deletion_date', models.DateField(blank=True, null=True)),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['add_on', 'primary'],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('added', 'New'), ('revised', 'Revised'), ('deleted', 'Deleted')], max_length=7)),
                ('code', models.CharField(max_length=10)),
                ('modifier', models.CharField(blank=True, default='', max_length=2)),
                ('title', models.CharField(blank=True, default='', help_text='The short title, which anybody may see.', max_length=250)),
                ('columns', models.JSONField(blank=True, default=list, help_text='Names of the columns that differ.')),
                ('before', models.JSONField(blank=True, default=dict)),
                ('after', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'ordering': ['code', 'modifier'],
            },
        ),
        migrations.CreateModel(
            name='CoverageCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('version', models.PositiveIntegerField()),
                ('code', models.CharField(max_length=10)),
                ('group', models.PositiveIntegerField(default=0)),
                ('range', models.CharField(blank=True, default='', help_text='As published: B begins, M lies within and E ends a range that is listed code by code; empty where it is none.', max_length=1)),
            ],
        ),
        migrations.CreateModel(
            name='CoverageContractor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('version', models.PositiveIntegerField()),
                ('contractor', models.CharField(max_length=120)),
                ('contractor_number', models.CharField(max_length=20)),
                ('type', models.CharField(blank=True, max_length=60)),
                ('states', models.JSONField(default=list, help_text='Two-letter abbreviations.')),
            ],
        ),
        migrations.CreateModel(
            name='CoverageDiagnosis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('version', models.PositiveIntegerField()),
                ('code', models.CharField(max_length=10)),
                ('group', models.PositiveIntegerField(default=0)),
                ('covered', models.BooleanField()),
                ('asterisk', models.BooleanField(default=False)),
                ('range', models.CharField(blank=True, default='', help_text='As published: B begins, M lies within and E ends a range that is listed code by code; empty where it is none.', max_length=1)),
            ],
        ),
        migrations.CreateModel(
            name='CoverageDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ncd', 'National coverage determination'), ('lcd', 'Local coverage determination'), ('article', 'Article')], max_length=7)),
                ('number', models.PositiveIntegerField()),
                ('version', models.PositiveIntegerField()),
                ('display_id', models.CharField(help_text='As published: L36668, A52369, 160.7.', max_length=20)),
                ('title', models.CharField(max_length=500)),
                ('type', models.CharField(blank=True, help_text='Of an article: billing and coding, response to comments, …; of an NCD: how far it covers.', max_length=60)),
                ('status', models.CharField(blank=True, help_text='As published: A in force, R retired, P proposed.', max_length=20)),
                ('effective_date', models.DateField(blank=True, null=True)),
                ('end_date', models.DateField(blank=True, null=True)),
                ('text', models.TextField(blank=True, help_text="Indications and limits, or the article's own text: HTML, made safe.")),
                ('related', models.JSONField(blank=True, default=list, help_text='Related documents: [kind, number, version]; the version is missing where none is named.')),
            ],
            options={
                'ordering': ['kind', 'number'],
            },
        ),
        migrations.CreateModel(
            name='CoverageGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('version', models.PositiveIntegerField()),
                ('what', models.CharField(help_text='codes, modifiers, covered or noncovered', max_length=10)),
                ('group', models.PositiveIntegerField()),
                ('paragraph', models.TextField(blank=True, help_text='HTML, made safe.')),
                ('asterisk', models.TextField(blank=True, help_text='What a star behind a diagnosis means; HTML, made safe.')),
            ],
        ),
        migrations.CreateModel(
            name='Gpci',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mac', models.CharField(help_text="The contractor's number, five digits.", max_length=5)),
                ('state', models.CharField(max_length=2)),
                ('locality', models.CharField(help_text='Two digits.', max_length=2)),
                ('name', models.CharField(max_length=120)),
                ('work', models.DecimalField(decimal_places=3, help_text='PW GPCI, with the floor of 1.0 where the file applies it.', max_digits=6)),
                ('pe', models.DecimalField(decimal_places=3, max_digits=6)),
                ('mp', models.DecimalField(decimal_places=3, max_digits=6)),
            ],
            options={
                'ordering': ['state', 'mac', 'locality'],
            },
        ),
        migrations.CreateModel(
            name='Locality',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mac', models.CharField(max_length=5)),
                ('locality', models.CharField(max_length=2)),
                ('state', models.CharField(help_text="The state's name, in capitals.", max_length=60)),
                ('area', models.CharField(max_length=200)),
                ('counties', models.TextField()),
            ],
            options={
                'verbose_name_plural': 'localities',
                'ordering': ['state', 'mac', 'locality'],
            },
        ),
        migrations.CreateModel(
            name='Modifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=2)),
                ('short', models.CharField(max_length=250)),
                ('long', models.TextField(blank=True)),
                ('level', models.CharField(blank=True, help_text='Whose modifier it is, as the file says.', max_length=60)),
                ('effective_date', models.DateField(blank=True, null=True)),
                ('end_date', models.DateField(blank=True, null=True)),
                ('details', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='MueEdit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=5)),
                ('value', models.PositiveIntegerField(help_text='Units of service; 0 where the service is not expected at all.')),
                ('mai', models.PositiveSmallIntegerField(help_text='MUE adjudication indicator: 1 by line, 2 by day (policy), 3 by day (clinical).')),
                ('rationale', models.CharField(blank=True, max_length=120)),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='PtpEdit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('column1', models.CharField(max_length=5)),
                ('column2', models.CharField(max_length=5)),
                ('prior_1996', models.BooleanField(default=False, help_text='In existence before 1996.')),
                ('effective_date', models.DateField()),
                ('deletion_date', models.DateField(blank=True, null=True)),
                ('modifier', models.PositiveSmallIntegerField()),
                ('rationale', models.PositiveSmallIntegerField(help_text="Place in the release's legend.")),
            ],
            options={
                'ordering': ['column1', 'column2'],
            },
        ),
        migrations.AlterModelOptions(
            name='release',
            options={'ordering': ['kind', 'part', '-loaded_at'], 'permissions': [('roll_back_release', 'Can return to the release before')]},
        ),
        migrations.RemoveConstraint(
            model_name='code',
            name='code_unique',
        ),
        migrations.RemoveConstraint(
            model_name='code',
            name='code_compact_unique',
        ),
        migrations.RemoveConstraint(
            model_name='heading',
            name='heading_slug_unique',
        ),
        migrations.RemoveConstraint(
            model_name='heading',
            name='heading_path_unique',
        ),
        migrations.RemoveConstraint(
            model_name='release',
            name='release_one_current_a_kind',
        ),
        migrations.RemoveConstraint(
            model_name='release',
            name='release_loaded_once',
        ),
        migrations.RemoveIndex(
            model_name='code',
            name='code_position',
        ),
        migrations.AddField(
            model_name='code',
            name='details',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict, help_text='What the publisher says besides: pricing, coverage, laboratory, further descriptors.'),
        ),
        migrations.AddField(
            model_name='code',
            name='history',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, help_text='What earlier releases changed: date, release, what, and the wording before.'),
        ),
        migrations.AddField(
            model_name='feescheduleline',
            name='calculation_flag',
            field=models.CharField(blank=True, db_default='', default='', max_length=1),
        ),
        migrations.AddField(
            model_name='feescheduleline',
            name='description',
            field=models.CharField(blank=True, db_default='', default='', help_text="The short descriptor; the AMA's or the ADA's for their codes: shown under a licence alone.", max_length=120),
        ),
        migrations.AddField(
            model_name='feescheduleline',
            name='fac_na',
            field=models.CharField(blank=True, db_default='', default='', max_length=2),
        ),
        migrations.AddField(
            model_name='feescheduleline',
            name='imaging_family',
            field=models.CharField(blank=True, db_default='', default='', max_length=2),
        ),
        migrations.AddField(
            model_name='feescheduleline',
            name='nonfac_na',
            field=models.CharField(blank=True, db_default='', default='', help_text='NA where the service is rarely or never performed outside a facility.', max_length=2),
        ),
        migrations.AddField(
            model_name='feescheduleline',
            name='not_used',
            field=models.CharField(blank=True, db_default='', default='', help_text='NOT USED FOR MEDICARE PAYMENT', max_length=2),
        ),
        migrations.AddField(
            model_name='feescheduleline',
            name='opps_fac',
            field=models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=8),
        ),
        migrations.AddField(
            model_name='feescheduleline',
            name='opps_mp',
            field=models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=8),
        ),
        migrations.AddField(
            model_name='feescheduleline',
            name='opps_nonfac',
            field=models.DecimalField(db_default=0, decimal_places=2, default=0, help_text='RVUs used for the OPPS payment cap.', max_digits=8),
        ),
        migrations.AddField(
            model_name='feescheduleline',
            name='price_indicator',
            field=models.CharField(blank=True, db_default='', default='', help_text='PRIC IND, in the files since 2026.', max_length=2),
        ),
        migrations.AddField(
            model_name='feescheduleline',
            name='supervision',
            field=models.CharField(blank=True, db_default='', default='', help_text='PHYSICIAN SUPERVISION OF DIAGNOSTIC PROCEDURES', max_length=2),
        ),
        migrations.AddField(
            model_name='heading',
            name='release',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='headings', to='codes.release'),
        ),
        migrations.AddField(
            model_name='release',
            name='counts',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict, help_text='Rows read, stored by table, joined, and left out by reason.'),
        ),
        migrations.AddField(
            model_name='release',
            name='difference',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict, help_text='Rows added, changed and deleted by table, against the release before.'),
        ),
        migrations.AddField(
            model_name='release',
            name='legend',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, help_text='Texts that the rows name by their place in this list.'),
        ),
        migrations.AddField(
            model_name='release',
            name='part',
            field=models.CharField(blank=True, db_default='', default='', help_text='Where a kind has several files in force at once: practitioner, outpatient, dme, qpp.', max_length=20),
        ),
        migrations.AddField(
            model_name='release',
            name='replaced',
            field=models.ForeignKey(blank=True, help_text='What was current before it.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replaced_by', to='codes.release'),
        ),
        migrations.AddField(
            model_name='release',
            name='source',
            field=models.CharField(blank=True, db_default='', default='', help_text="The file's name, or the address that it was fetched from.", max_length=250),
        ),
        migrations.AddField(
            model_name='release',
            name='state',
            field=models.CharField(choices=[('importing', 'Importing'), ('ready', 'Ready'), ('pruned', 'Pruned: its rows are gone, its record stays')], db_default='ready', default='ready', max_length=9),
        ),
        migrations.AlterField(
            model_name='code',
            name='release',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='codes.release'),
        ),
        migrations.AlterField(
            model_name='code',
            name='system',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='codes.codesystem'),
        ),
        migrations.AddIndex(
            model_name='code',
            index=models.Index(fields=['release', 'position'], name='code_place'),
        ),
        migrations.AddConstraint(
            model_name='code',
            constraint=models.UniqueConstraint(fields=('release', 'code'), name='code_once'),
        ),
        migrations.AddConstraint(
            model_name='code',
            constraint=models.UniqueConstraint(fields=('release', 'compact'), name='code_compact_once'),
        ),
        migrations.AddConstraint(
            model_name='heading',
            constraint=models.UniqueConstraint(fields=('release', 'slug'), name='heading_slug_once'),
        ),
        migrations.AddConstraint(
            model_name='heading',
            constraint=models.UniqueConstraint(fields=('release', 'path'), name='heading_path_once'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.UniqueConstraint(condition=models.Q(('current', True)), fields=('kind', 'part'), name='release_one_current_a_part'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'pruned'), _negated=True), fields=('kind', 'part', 'digest'), name='release_loaded_once_a_part'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['importing', 'ready', 'pruned'])), name='release_state_known'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(('current', False), ('state', 'ready'), _connector='OR'), name='release_current_is_ready'),
        ),
        migrations.AddField(
            model_name='addonedit',
            name='release',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='add_on_edits', to='codes.release'),
        ),
        migrations.AddField(
            model_name='change',
            name='release',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='codes.release'),
        ),
        migrations.AddField(
            model_name='coveragecode',
            name='release',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='coverage_codes', to='codes.release'),
        ),
        migrations.AddField(
            model_name='coveragecontractor',
            name='release',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='coverage_contractors', to='codes.release'),
        ),
        migrations.AddField(
            model_name='coveragediagnosis',
            name='release',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='coverage_diagnoses', to='codes.release'),
        ),
        migrations.AddField(
            model_name='coveragedocument',
            name='release',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='coverage_documents', to='codes.release'),
        ),
        migrations.AddField(
            model_name='coveragegroup',
            name='release',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='coverage_groups', to='codes.release'),
        ),
        migrations.AddField(
            model_name='gpci',
            name='release',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='gpcis', to='codes.release'),
        ),
        migrations.AddField(
            model_name='locality',
            name='release',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='localities', to='codes.release'),
        ),
        migrations.AddField(
            model_name='modifier',
            name='release',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='modifiers', to='codes.release'),
        ),
        migrations.AddField(
            model_name='mueedit',
            name='release',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='mue_edits', to='codes.release'),
        ),
        migrations.AddField(
            model_name='ptpedit',
            name='release',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='ptp_edits', to='codes.release'),
        ),
        migrations.AddIndex(
            model_name='addonedit',
            index=models.Index(fields=['release', 'add_on', 'primary'], name='addon_add_on'),
        ),
        migrations.AddIndex(
            model_name='addonedit',
            index=models.Index(fields=['release', 'primary', 'add_on'], name='addon_primary'),
        ),
        migrations.AddConstraint(
            model_name='addonedit',
            constraint=models.CheckConstraint(condition=models.Q(('type__in', [1, 2, 3])), name='addon_type_known'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['release', 'what', 'code'], name='change_release'),
        ),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(('what__in', ['added', 'revised', 'deleted'])), name='change_what_known'),
        ),
        migrations.AddIndex(
            model_name='coveragecode',
            index=models.Index(fields=['release', 'code', 'number'], name='coverage_code_code'),
        ),
        migrations.AddIndex(
            model_name='coveragecode',
            index=models.Index(fields=['release', 'number', 'version'], name='coverage_code_document'),
        ),
        migrations.AddIndex(
            model_name='coveragecontractor',
            index=models.Index(fields=['release', 'number', 'version'], name='coverage_contractor_doc'),
        ),
        migrations.AddIndex(
            model_name='coveragediagnosis',
            index=models.Index(fields=['release', 'number', 'version', 'covered', 'group', 'code'], name='coverage_dx_document'),
        ),
        migrations.AddIndex(
            model_name='coveragediagnosis',
            index=models.Index(fields=['release', 'code', 'number'], name='coverage_dx_code'),
        ),
        migrations.AddConstraint(
            model_name='coveragedocument',
            constraint=models.UniqueConstraint(fields=('release', 'kind', 'number', 'version'), name='coverage_document_once'),
        ),
        migrations.AddConstraint(
            model_name='coveragedocument',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['ncd', 'lcd', 'article'])), name='coverage_kind_known'),
        ),
        migrations.AddIndex(
            model_name='coveragegroup',
            index=models.Index(fields=['release', 'number', 'version'], name='coverage_group_document'),
        ),
        migrations.AddConstraint(
            model_name='gpci',
            constraint=models.UniqueConstraint(fields=('release', 'mac', 'locality'), name='gpci_once'),
        ),
        migrations.AddIndex(
            model_name='locality',
            index=models.Index(fields=['release', 'mac', 'locality'], name='locality_place'),
        ),
        migrations.AddConstraint(
            model_name='modifier',
            constraint=models.UniqueConstraint(fields=('release', 'code', 'level'), name='modifier_once'),
        ),
        migrations.AddConstraint(
            model_name='mueedit',
            constraint=models.UniqueConstraint(fields=('release', 'code'), name='mue_once'),
        ),
        migrations.AddConstraint(
            model_name='mueedit',
            constraint=models.CheckConstraint(condition=models.Q(('mai__in', [1, 2, 3])), name='mue_mai_known'),
        ),
        migrations.AddIndex(
            model_name='ptpedit',
            index=models.Index(fields=['release', 'column1', 'column2'], name='ptp_column1'),
        ),
        migrations.AddIndex(
            model_name='ptpedit',
            index=models.Index(fields=['release', 'column2', 'column1'], name='ptp_column2'),
        ),
        migrations.AddConstraint(
            model_name='ptpedit',
            constraint=models.CheckConstraint(condition=models.Q(('modifier__in', [0, 1, 9])), name='ptp_modifier_known'),
        ),
    ]
