from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('print_room', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='sealentry',
            name='version',
            field=models.PositiveSmallIntegerField(default=1),
        ),
    ]
