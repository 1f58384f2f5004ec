from django.db import migrations

from shared_apps.rollups import functions


class Migration(migrations.Migration):
    dependencies = [("rollups", "0001_initial"), ("tenancy", "0002_fold")]
    operations = [migrations.RunSQL(list(functions.FUNCTIONS), functions.REMOVE)]
