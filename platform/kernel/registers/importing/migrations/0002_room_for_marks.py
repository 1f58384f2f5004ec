"""A line is written at the trial and marked when it is loaded: room on its page keeps the mark out of the indexes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("importing", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE importing_importline SET (fillfactor = 55)", "ALTER TABLE importing_importline RESET (fillfactor)"
        )
    ]
