# Made by Django 5.2.19 on 2026-11-25 04:52

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('codes', '0006_operators_roll_back'),
    ]

    operations = [
        migrations.AddField(
            model_name='catalogue',
            name='searchable',
            field=models.PositiveBigIntegerField(db_default=1, default=1, help_text='Counted up when what is searched changes and pages do not.'),
        ),
        migrations.AddField(
            model_name='catalogue',
            name='synonyms',
            field=models.PositiveBigIntegerField(db_default=1, default=1, help_text='Counted up when a synonym changes, which needs no new index.'),
        ),
        migrations.CreateModel(
            name='SearchChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(help_text='Its first day.')),
                ('query', models.CharField(max_length=100)),
                ('system', models.CharField(max_length=50)),
                ('code', models.CharField(max_length=10)),
                ('times', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['-month', '-times'],
                'constraints': [models.UniqueConstraint(fields=('month', 'query', 'system', 'code'), name='search_choice_once')],
            },
        ),
        migrations.CreateModel(
            name='SearchTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('query', models.CharField(help_text='In small letters, spaces folded; nothing that looks like personal data.', max_length=100)),
                ('asked', models.PositiveIntegerField(default=0)),
                ('found', models.PositiveIntegerField(default=0)),
                ('opened', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name_plural': 'search tallies',
                'ordering': ['-day', '-asked'],
                'constraints': [models.UniqueConstraint(fields=('day', 'query'), name='search_tally_once')],
            },
        ),
        migrations.CreateModel(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('term', models.CharField(help_text='What is typed, in one to six words: tka, heart attack.', max_length=60)),
                ('means', models.CharField(help_text='The fewest words of a title that mean the same: knee arthroplasty.', max_length=120)),
                ('kind', models.CharField(choices=[('abbreviation', 'Abbreviation'), ('lay', 'Lay words'), ('spelling', 'Spelling'), ('anatomy', 'Anatomy')], default='lay', max_length=12)),
                ('active', models.BooleanField(default=True, help_text='Switch off rather than delete: a deleted row that came with the site comes back.')),
                ('seed', models.CharField(blank=True, default='', editable=False, help_text='Kept when the row is edited.', max_length=200, verbose_name='came with the site as')),
            ],
            options={
                'ordering': ['term', 'means'],
                'constraints': [models.UniqueConstraint(fields=('term', 'means'), name='synonym_once'), models.UniqueConstraint(condition=models.Q(('seed', ''), _negated=True), fields=('seed',), name='synonym_seeded_once'), models.CheckConstraint(condition=models.Q(models.Q(('term', ''), _negated=True), models.Q(('means', ''), _negated=True)), name='synonym_has_words'), models.CheckConstraint(condition=models.Q(('kind__in', ['abbreviation', 'lay', 'spelling', 'anatomy'])), name='synonym_kind_known')],
            },
        ),
    ]
