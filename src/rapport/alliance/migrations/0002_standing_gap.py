from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alliance', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='standing',
            name='gap',
            field=models.TextField(blank=True),
        ),
    ]
